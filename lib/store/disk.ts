/** Room on the disk that a folder is on, and a reserve that is given up when there is none. */
import { open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

export type Disk = { freeBytes: number; totalBytes: number };

/** Null where the system does not tell. */
export async function readDisk(folder: string): Promise<Disk | null> {
  try {
    const { bsize, bavail, blocks } = await statfs(folder);
    return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
  } catch {
    return null;
  }
}

/**
 * A file of zeros that only takes room. Freed when the disk is full, it leaves room for what must
 * still be written then: the removal of old days, and what people say is expected.
 */
export type Ballast = {
  /** Makes the file when there is plenty of room for it. Never rejects. */
  take: () => Promise<void>;
  /** Never rejects. */
  release: () => Promise<void>;
};

const BALLAST_FILE = "reserve";
const BALLAST_BYTES = 16 << 20;
/** Of a small disk the reserve is this part. */
const SHARE = 32;
const CHUNK = Buffer.alloc(1 << 20);

/** Free room below which no drops are written, so that they do not use up the reserve. */
export function floorBytes(disk: Disk): number {
  return 3 * reserveBytes(disk);
}

function reserveBytes({ totalBytes }: Disk): number {
  return Math.min(BALLAST_BYTES, Math.floor(totalBytes / SHARE));
}

export function createBallast(folder: string): Ballast {
  const path = join(folder, BALLAST_FILE);

  async function write(bytes: number): Promise<void> {
    const file = await open(path, "w", 0o600);
    try {
      for (let left = bytes; left > 0; left -= CHUNK.length) {
        await file.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)));
      }
    } finally {
      await file.close();
    }
  }

  return {
    async take() {
      const disk = await readDisk(folder);
      if (disk === null) return;
      const bytes = reserveBytes(disk);
      const has = await stat(path).catch(() => null);
      if (has?.size === bytes || disk.freeBytes < 5 * bytes) return;
      await write(bytes).catch(() => rm(path, { force: true }).catch(() => {}));
    },
    async release() {
      await rm(path, { force: true }).catch(() => {});
    },
  };
}
