/**
 * Drops that the store did not take before the process had to end, kept in a file of the data folder
 * and handed in again by the next start. A relay may not have their flows any more.
 */
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Drop } from "@/lib/drops/drop";

export type Spilled = {
  drops: readonly Drop[];
  /** Called once they are stored. */
  remove: () => Promise<void>;
};

const NAME = /^waiting-[\d-]+\.drops$/;
const NOTHING: Spilled = { drops: [], remove: async () => {} };

/** @throws what the file system throws; then there is no file. */
export async function spill(
  dataDir: string,
  drops: readonly Drop[],
  nowMs: number,
): Promise<string> {
  const path = join(dataDir, `waiting-${process.pid}-${nowMs}.drops`);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const file = await open(path, "w", 0o600);
    try {
      await file.writeFile(serialize(drops));
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

/** What earlier processes left; what cannot be read is left where it is. Never rejects. */
export async function readSpilled(dataDir: string): Promise<Spilled> {
  const names = await readdir(dataDir).catch(() => []);
  const paths = names.filter((name) => NAME.test(name)).map((name) => join(dataDir, name));
  if (paths.length === 0) return NOTHING;
  const read: string[] = [];
  const drops: Drop[] = [];
  for (const path of paths) {
    try {
      // `spill` wrote it from drops, in a folder that only we write to.
      drops.push(...(deserialize(await readFile(path)) as Drop[]));
      read.push(path);
    } catch {
      // Half a file, or one of another version: its flows may still come from the relay.
    }
  }
  return {
    drops,
    async remove() {
      for (const path of read) await rm(path, { force: true }).catch(() => {});
    },
  };
}

/** uuids of the flows of the drops of one source. */
export function spilledUuids({ drops }: Spilled, origin: string): string[] {
  return drops
    .filter((drop) => drop.origin === origin)
    .flatMap(({ uuid, verdictFlow, dropFlow }) => [
      uuid,
      verdictFlow?.uuid ?? "",
      dropFlow?.uuid ?? "",
    ])
    .filter((uuid) => uuid !== "");
}
