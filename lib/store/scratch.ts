/**
 * Stores that live as long as somebody looks at them: each is a database of its own in the embedded
 * engine, beside the store and never in it. Droplens keeps them there also where its own store is a
 * server, because they are of one process and go with it.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError, messageOf } from "@/lib/errors";
import { openEngine } from "./connection";
import { type Disk, floorBytes, readDisk } from "./disk";
import { loadEmbedded } from "./embedded-library";
import { prepareFolder } from "./folder";
import { migrate } from "./migrations";
import { SPOOL_END } from "./spool";
import { type Store, storeOver } from "./store";

export type ScratchStores = {
  /**
   * Makes an empty store; closing it removes it from the disk.
   * @param id lower-case letters and digits.
   * @throws AppError `store-unavailable`.
   */
  open(id: string): Promise<Store>;
  /**
   * Resolves when so many bytes more may be written here without taking from the room that the live
   * store needs. Where the system does not tell what is free, nothing is refused.
   * @throws AppError `store-unavailable`, in words that say what to do.
   */
  requireRoom(bytes: number): Promise<void>;
  /** Removes what a process that was killed has left. Never rejects; answers what it could not do. */
  sweep(): Promise<string | null>;
};

const PREFIX = "capture_";
const PATIENCE_MS = 450;
/** They stop well before the live store has to. */
const FLOOR_TIMES = 2;

export function createScratchStores(
  dataDir: string,
  nowMs: () => number,
  disk: (folder: string) => Promise<Disk | null> = readDisk,
): ScratchStores {
  return {
    async requireRoom(bytes) {
      const now = await disk(dataDir);
      if (now === null) return;
      const neededBytes = FLOOR_TIMES * floorBytes(now) + bytes;
      if (now.freeBytes < neededBytes) throw noRoom(dataDir, now.freeBytes, neededBytes);
    },

    async open(id) {
      const folder = prepareFolder(dataDir);
      const database = `${PREFIX}${id}`;
      try {
        await loadEmbedded();
        const engine = openEngine(folder.enginePath, database);
        const drop = { release: () => {} };
        const store = storeOver(engine, drop, nowMs);
        try {
          await migrate(engine, folder.path);
        } catch (error) {
          await engine.close(PATIENCE_MS);
          throw error;
        }
        return {
          ...store,
          async close() {
            await store.close();
            await dropDatabase(folder.enginePath, database);
          },
        };
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        throw new AppError(
          "store-unavailable",
          `No room could be made for the capture in ${folder.path}: ${messageOf(cause)}`,
          { cause },
        );
      }
    },

    async sweep() {
      try {
        const enginePath = join(dataDir, "clickhouse");
        for (const database of leftIn(enginePath)) await dropDatabase(enginePath, database);
        return null;
      } catch (error) {
        return `What earlier captures left could not be removed: ${messageOf(error)}`;
      }
    },
  };
}

function noRoom(place: string, freeBytes: number, neededBytes: number): AppError {
  const mb = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString("en-US")} MB`;
  return new AppError(
    "store-unavailable",
    `There is no room for this capture: ${mb(freeBytes)} are free on the disk of ${place}, and it needs ${mb(neededBytes)}, so that live drops can still be stored. Close captures that are open, open a smaller file, or make room on that disk.`,
  );
}

/** As the folders say, so that no engine is opened where there is nothing to remove. */
function leftIn(enginePath: string): string[] {
  const metadata = join(enginePath, "metadata");
  if (!existsSync(metadata)) return [];
  const names = readdirSync(metadata).map((name) => name.replace(/\.sql$/, ""));
  return [...new Set(names)].filter((name) => /^capture_[a-z0-9]+$/.test(name));
}

async function dropDatabase(enginePath: string, database: string): Promise<void> {
  mkdirSync(enginePath, { recursive: true, mode: 0o700 });
  const { Session } = await loadEmbedded();
  const session = new Session(enginePath);
  try {
    await session.queryAsync(`DROP DATABASE IF EXISTS ${database} SYNC`);
    rmSync(join(enginePath, `${database}${SPOOL_END}`), { force: true });
  } finally {
    session.close();
  }
}
