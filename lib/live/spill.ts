/**
 * Drops that the store did not take before the process had to end, kept in a file of the data folder
 * and handed in again by the next start. A relay may not have their flows any more.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Drop } from "@/lib/drops/drop";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";

export type SpillFile = { path: string; drops: readonly Drop[] };

/** Of what is in the file: other versions of Droplens may have other drops. */
const VERSION = 1;
/** With `.part` while it is being written, or when that was cut short. */
const NAME = /^waiting-[\d-]+\.drops(\.part)?$/;
/** Another process that is about to end may still be writing. */
const WRITING_MS = 60_000;

/** @throws what the file system throws; then there is no file. */
export async function spill(
  dataDir: string,
  drops: readonly Drop[],
  nowMs: number,
): Promise<string> {
  const path = join(dataDir, `waiting-${process.pid}-${nowMs}.drops`);
  const part = `${path}.part`;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const file = await open(part, "w", 0o600);
    try {
      await file.writeFile(serialize({ version: VERSION, drops }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    return path;
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}

/**
 * What earlier processes left, up to `most` drops at once: a start with more reads the rest the next
 * time. What cannot be read is set aside and told once. Never rejects.
 */
export async function readSpilled(dataDir: string, most: number, log: Log): Promise<SpillFile[]> {
  const names = await readdir(dataDir).catch(() => []);
  const files: SpillFile[] = [];
  let count = 0;
  for (const name of names.filter((one) => NAME.test(one)).sort()) {
    const path = join(dataDir, name);
    if (name.endsWith(".part") && (await isFresh(path))) continue;
    if (count >= most) {
      log.warn("drops of an earlier process wait for another start: there are too many", { path });
      continue;
    }
    try {
      const drops = dropsOf(deserialize(await readFile(path)));
      count += drops.length;
      files.push({ path, drops });
    } catch (error) {
      await setAside(dataDir, name, error, log);
    }
  }
  return files;
}

async function isFresh(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return Date.now() - mtimeMs < WRITING_MS;
}

/** @throws Error for a file that is not of this version. */
function dropsOf(content: unknown): readonly Drop[] {
  const { version, drops } = content as { version?: unknown; drops?: unknown };
  if (version !== VERSION || !Array.isArray(drops)) {
    throw new Error(`it is of version ${version}, and this Droplens reads version ${VERSION}`);
  }
  // `spill` wrote it from drops, in a folder that only we write to.
  return drops as Drop[];
}

/** Half a file, or one of another version. Its flows may still come from the source. */
async function setAside(dataDir: string, name: string, error: unknown, log: Log): Promise<void> {
  const path = join(dataDir, `unreadable-${name}`);
  const isAside = await rename(join(dataDir, name), path).then(
    () => true,
    () => false,
  );
  log.error(`${name}, drops that an earlier process could not store, cannot be read`, {
    path: isAside ? path : join(dataDir, name),
    error: messageOf(error),
  });
}

/** uuids of the flows of drops. */
export function uuidsOf(drops: readonly Drop[]): string[] {
  return drops
    .flatMap(({ uuid, verdictFlow, dropFlow }) => [
      uuid,
      verdictFlow?.uuid ?? "",
      dropFlow?.uuid ?? "",
    ])
    .filter((uuid) => uuid !== "");
}

/** What could not be stored, for the next start. What cannot be kept either is lost, and told. */
export async function keepForNextStart(
  dataDir: string,
  drops: readonly Drop[],
  log: Log,
): Promise<void> {
  try {
    const path = await spill(dataDir, drops, Date.now());
    log.warn("drops wait for the next start", { drops: drops.length, path });
  } catch (error) {
    log.error("drops are lost: they could be neither stored nor kept for the next start", {
      drops: drops.length,
      error: messageOf(error),
    });
  }
}
