/**
 * The memory of names of addresses, kept in the store: what was known is taken up at the start, and
 * what is learnt is written a few times a minute. Live does not wait for it: a store that takes or
 * gives nothing costs only what would have been remembered over a restart.
 */
import { createNameMemory, MAX_NAMES, type NameMemory } from "@/lib/drops/name-memory";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { Store } from "@/lib/store/store";

export type NameKeeper = {
  readonly memory: NameMemory;
  /** Writes what has changed. Never rejects. */
  write(): Promise<void>;
  /** Writes for the last time. */
  stop(): Promise<void>;
};

export type NameKeeperOptions = {
  store: Pick<Store, "insertAddressNames" | "addressNames">;
  /** Whether other processes write names too: theirs are read from time to time. */
  isShared?: boolean;
  /** Resolves when the store may be written to. */
  room?: () => Promise<void>;
  /** How long a name is remembered after it was last seen. */
  keepMs: number;
  log: Log;
  nowMs: () => number;
};

const WRITE_MS = 15_000;
const READ_MS = 60_000;
/** A name that is seen all the time is written this often at the least. */
const WRITTEN_AGAIN_MS = 600_000;
const NAMES_A_WRITE = 10_000;

/**
 * Reads what is kept before it answers, so that the first drops find it; a store that cannot be read
 * then is read later. Never rejects.
 */
export async function openNameKeeper(options: NameKeeperOptions): Promise<NameKeeper> {
  const { store, isShared = false, room = noWait, keepMs, log, nowMs } = options;
  const memory = createNameMemory({ keepMs });
  /** Taken from the memory and not written yet. */
  let left: ReturnType<NameMemory["takeChanged"]> = [];
  let writing: Promise<void> = Promise.resolve();

  let loadedMs: number | null = null;
  let isWarned = false;

  /** What was not known yet; of others' names only those that they may have written since. */
  async function load(): Promise<void> {
    const now = nowMs();
    if (loadedMs !== null && (!isShared || now - loadedMs < READ_MS)) return;
    const sinceMs = loadedMs === null ? now - keepMs : loadedMs - WRITTEN_AGAIN_MS;
    try {
      memory.load(await store.addressNames(sinceMs, MAX_NAMES));
      loadedMs = now;
    } catch (error) {
      warn("names of addresses could not be read", error);
    }
  }

  /** Once until it works again. */
  function warn(words: string, error: unknown): void {
    if (!isWarned) log.warn(words, { error: messageOf(error) });
    isWarned = true;
  }

  async function writeNow(): Promise<void> {
    await load();
    if (left.length === 0) left = memory.takeChanged(NAMES_A_WRITE);
    if (left.length === 0) return;
    try {
      await room();
      await store.insertAddressNames(left);
      left = [];
      isWarned = false;
    } catch (error) {
      warn("names of addresses could not be kept", error);
    }
  }

  function write(): Promise<void> {
    writing = writing.then(writeNow);
    return writing;
  }

  await load();
  const timer = setInterval(() => void write(), WRITE_MS);
  timer.unref();

  return {
    memory,
    write,
    async stop() {
      clearInterval(timer);
      await write();
    },
  };
}

async function noWait(): Promise<void> {}
