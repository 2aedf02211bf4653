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
  /** Resolves when the store may be written to. */
  room?: () => Promise<void>;
  /** How long a name is remembered after it was last seen. */
  keepMs: number;
  log: Log;
  nowMs: () => number;
};

const WRITE_MS = 15_000;
const NAMES_A_WRITE = 10_000;

/**
 * Reads what is kept before it answers, so that the first drops find it; a store that cannot be read
 * then is read later. Never rejects.
 */
export async function openNameKeeper(options: NameKeeperOptions): Promise<NameKeeper> {
  const { store, room = noWait, keepMs, log, nowMs } = options;
  const memory = createNameMemory({ keepMs });
  /** Taken from the memory and not written yet. */
  let left: ReturnType<NameMemory["takeChanged"]> = [];
  let writing: Promise<void> = Promise.resolve();

  let isLoaded = false;
  let isWarned = false;

  async function load(): Promise<void> {
    try {
      memory.load(await store.addressNames(nowMs() - keepMs, MAX_NAMES));
      isLoaded = true;
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
    if (!isLoaded) await load();
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
