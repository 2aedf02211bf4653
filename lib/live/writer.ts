/**
 * Brings drops to the store in batches, at most a second late. While the store cannot take them
 * they wait here, up to a bound; what must be let go beyond it is counted, never silent.
 */
import type { Drop } from "@/lib/drops/drop";
import { oneAtATime } from "@/lib/store/one-at-a-time";

export type WriterOptions = {
  /** May answer those of them that another had stored before. */
  insert: (drops: readonly Drop[]) => Promise<ReadonlySet<Drop>> | Promise<void>;
  /** Called with the drops of a batch once the store has acknowledged it. */
  onStored: (drops: readonly Drop[]) => void;
  /** Called with the drops of a batch that were in the store already. */
  onKnown?: (drops: readonly Drop[]) => void;
  /** Called with drops that had to be let go. */
  onShed: (drops: readonly Drop[]) => void;
  /** What a failed insert threw, or null when the store takes drops again. */
  onState: (error: unknown) => void;
  batchRows?: number;
  batchMs?: number;
  capacity?: number;
  /** First pause after a failed insert; doubles up to 5 s. */
  retryMs?: number;
};

export type Writer = {
  add(drop: Drop): void;
  /** Resolves when everything added before the call is stored, or rejects when it cannot be. */
  flush(): Promise<void>;
  /**
   * Runs `read` while no insert is under way and everything added before is stored; what is added
   * meanwhile waits. `begin` runs at the very moment that divides before from after. What the store
   * did not take of before is given to `read`: no answer of the store has it.
   */
  between<T>(begin: () => void, read: (unstored: readonly Drop[]) => Promise<T>): Promise<T>;
  /** The store may take drops again: what waits is tried at once. */
  retry(): void;
  /** One last try to store what waits; resolves within `deadlineMs` either way. */
  close(deadlineMs: number): Promise<void>;
  readonly waiting: number;
  /** Those that wait, for who takes care of them after `close`. */
  left(): readonly Drop[];
  /** How many may wait. */
  readonly capacity: number;
};

const NONE: ReadonlySet<Drop> = new Set();
const MAX_RETRY_MS = 5_000;

export function createWriter(options: WriterOptions): Writer {
  const { insert, onStored, onShed, onState } = options;
  const batchRows = options.batchRows ?? 10_000;
  const batchMs = options.batchMs ?? 1_000;
  const capacity = options.capacity ?? 100_000;
  const firstRetryMs = options.retryMs ?? 500;

  let waiting: Drop[] = [];
  let inHand = 0;
  /** Drops that no longer wait, since the start. */
  let settled = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let retryMs = firstRetryMs;
  let failing = false;
  let closed = false;
  /** Inserts and reads take turns on this chain. */
  const inTurn = oneAtATime();

  function schedule(delayMs: number): void {
    if (timer !== null || closed) return;
    timer = setTimeout(() => {
      timer = null;
      void inTurn(store).catch(() => {});
    }, delayMs);
  }

  /** Stores what waited at the moment of the call, batch by batch. */
  async function store(): Promise<void> {
    let left = waiting.length;
    while (left > 0) {
      const batch = waiting.slice(0, Math.min(left, batchRows));
      inHand = batch.length;
      let known = NONE;
      try {
        known = (await insert(batch)) ?? NONE;
      } catch (error) {
        inHand = 0;
        failing = true;
        onState(error);
        schedule(retryMs);
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
        throw error;
      }
      inHand = 0;
      waiting = waiting.slice(batch.length);
      left -= batch.length;
      settled += batch.length;
      tell(batch, known);
      if (failing) {
        failing = false;
        retryMs = firstRetryMs;
        onState(null);
      }
    }
  }

  function tell(batch: readonly Drop[], known: ReadonlySet<Drop>): void {
    onStored(known.size === 0 ? batch : batch.filter((drop) => !known.has(drop)));
    if (known.size > 0) options.onKnown?.(batch.filter((drop) => known.has(drop)));
  }

  return {
    add(drop) {
      if (waiting.length >= capacity) {
        onShed([drop]);
        return;
      }
      waiting.push(drop);
      if (failing) schedule(retryMs);
      else if (waiting.length >= batchRows && timer !== null && inHand === 0) {
        clearTimeout(timer);
        timer = null;
        schedule(0);
      } else schedule(batchMs);
    },
    flush: () => inTurn(store),
    between(begin, read) {
      return inTurn(async () => {
        // `store` takes what waits now; `begin` must see the very same division.
        begin();
        const until = settled + waiting.length;
        // It has been told, and is tried again.
        await store().catch(() => {});
        return read(waiting.slice(0, Math.max(0, until - settled)));
      });
    },
    retry() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      retryMs = firstRetryMs;
      if (waiting.length > 0) schedule(0);
    },
    async close(deadlineMs) {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      let alarm: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        alarm = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([inTurn(store).catch(() => {}), late]);
      clearTimeout(alarm);
    },
    left: () => waiting,
    get waiting() {
      return waiting.length;
    },
    capacity,
  };
}
