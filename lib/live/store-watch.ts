/**
 * Looks at the disk and at how much the store holds, lets the oldest days go when it is too much,
 * and keeps a reserve for the moment in which the disk is full.
 */
import type { StoreReport } from "@/lib/drops/store-report";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { createBallast, type Disk, floorBytes, readDisk } from "@/lib/store/disk";
import { rangeOfDay } from "@/lib/store/prune";
import type { Store } from "@/lib/store/store";
import type { Range } from "@/lib/store/time";

export type StoreWatch = {
  readonly disk: Disk | null;
  readonly sizeBytes: number | null;
  readonly drops: number | null;
  readonly oldestMs: number | null;
  readonly pruned: StoreReport["pruned"];
  /** Size at which the oldest days go; null while it is not known. */
  readonly limitBytes: number | null;
  /** Reads everything anew and prunes. Never rejects. */
  look(): Promise<void>;
  /** The disk is full: gives up the reserve, looks at the disk, and begins to prune. Never rejects. */
  full(): Promise<void>;
  /** Whether there is more room than the reserve. */
  hasRoom(): Promise<boolean>;
  close(): void;
};

export type StoreWatchOptions = {
  dataDir: string;
  /** Null for a share of the disk. */
  limitBytes: number | null;
  /** Whether the store's files lie in `dataDir`. */
  isOurs: boolean;
  store: () => Store | null;
  /** Told of each day whose drops went: what was covered is a gap now. */
  onPruned: (range: Range) => void;
  log: Log;
  nowMs: () => number;
};

/** People read it beside the counts of the sources, so it must not stand still for long. */
const LOOK_MS = 10_000;
/** Of the disk that the store is on, when no size is set. */
const DEFAULT_SHARE = 0.8;

export function createStoreWatch(options: StoreWatchOptions): StoreWatch {
  const { dataDir, isOurs, store, log } = options;
  const ballast = createBallast(dataDir);
  const pruned: StoreReport["pruned"] = { days: 0, drops: 0, newestDay: null };
  let disk: Disk | null = null;
  let stats: Awaited<ReturnType<Store["stats"]>> | null = null;
  let isFull = false;
  let isClosed = false;

  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();

  function limit(): number | null {
    if (!isOurs) return null;
    if (options.limitBytes !== null) return options.limitBytes;
    return disk === null ? null : Math.floor(disk.totalBytes * DEFAULT_SHARE);
  }

  async function look(): Promise<void> {
    disk = isOurs ? await readDisk(dataDir) : null;
    const open = store();
    if (open === null || isClosed) return;
    try {
      await prune(open);
      stats = await open.stats();
    } catch (error) {
      log.warn("how much the store holds could not be read", { error: messageOf(error) });
    }
    if (isOurs && !isFull) await ballast.take();
  }

  async function prune(open: Store): Promise<void> {
    const most = limit();
    if (most === null) return;
    for (const { day, drops } of await open.prune(most)) {
      log.warn("a day of drops was removed, because the store is larger than it may be", {
        day,
        drops,
        limitBytes: most,
      });
      pruned.days += 1;
      pruned.drops += drops;
      pruned.newestDay = day;
      options.onPruned(rangeOfDay(day));
    }
  }

  return {
    get disk() {
      return disk;
    },
    get sizeBytes() {
      return stats?.diskBytes ?? null;
    },
    get drops() {
      return stats?.rows ?? null;
    },
    get oldestMs() {
      return stats?.oldestMs ?? null;
    },
    pruned,
    get limitBytes() {
      return limit();
    },
    look,
    async full() {
      if (isFull || !isOurs) return;
      isFull = true;
      await ballast.release();
      disk = await readDisk(dataDir);
      void look();
    },
    async hasRoom() {
      disk = await readDisk(dataDir);
      if (disk !== null && isOurs && disk.freeBytes < floorBytes(disk)) return false;
      isFull = false;
      return true;
    },
    close() {
      isClosed = true;
      clearInterval(timer);
    },
  };
}
