/**
 * Drops that other replicas have stored, told to the live views here about a second later. A view
 * that begins needs a moment that divides what the store has from what will be told: `hold` reads up
 * to a position and tells nothing more until its work is done, and `asOf` holds for what lies before.
 */
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { type Position, upTo } from "@/lib/store/arrivals";
import { ALL_DROPS, both, type Condition } from "@/lib/store/condition";
import type { StoredDrop } from "@/lib/store/drop-row";
import { oneAtATime } from "@/lib/store/one-at-a-time";
import type { Store } from "@/lib/store/store";
import { createSlices } from "@/lib/turns";
import type { Writer } from "./writer";

export type Arrivals = {
  /** The store's counts, which leave out what will be told later while something is held. */
  readonly store: Pick<Store, "snapshot" | "overTime" | "minuteCounts">;
  /** The same writer, whose `between` holds the arrivals too. */
  readonly writer: Writer;
  start(): void;
  stop(): void;
};

export type ArrivalsOptions = {
  store: Store;
  writer: Writer;
  /** Number under which this process writes to the store. */
  writerNumber: number;
  onDrop: (drop: StoredDrop) => void;
  /** The store was away so long that what was stored meanwhile is not told: what was counted is not all. */
  onMissed: () => void;
  log: Log;
  nowMs: () => number;
  pollMs?: number;
};

const POLL_MS = 1_000;
/** Arrivals are looked back for ten minutes; clocks may differ by some of it. */
const TOLD_LATER_MS = 480_000;

export function createArrivals(options: ArrivalsOptions): Arrivals {
  const { store, writer, writerNumber, onDrop, onMissed, log, nowMs, pollMs = POLL_MS } = options;
  let position: Position | null = null;
  let held = 0;
  let isAway = false;
  /** When all that had arrived was read last. */
  let readMs = nowMs();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Polls and what is held take turns. */
  const inTurn = oneAtATime();

  async function poll(): Promise<void> {
    const beganMs = nowMs();
    try {
      const isMissed = isAway && (position === null || beganMs - readMs > TOLD_LATER_MS);
      if (isMissed) position = null;
      await readAll();
      [isAway, readMs] = [false, beganMs];
      if (isMissed) onMissed();
    } catch (error) {
      if (!isAway)
        log.warn("what other replicas store cannot be read", { error: messageOf(error) });
      isAway = true;
    }
  }

  async function readAll(): Promise<void> {
    position ??= await store.position();
    for (let more = true; more; ) {
      const arrived = await store.arrivals(position);
      position = arrived.position;
      more = arrived.more;
      const slices = createSlices();
      for (const drop of arrived.drops) {
        onDrop(drop);
        if (slices.isUp()) await slices.next();
      }
    }
  }

  function asOf(): Condition {
    if (held === 0 || position === null) return ALL_DROPS;
    return upTo(position, writerNumber, nowMs());
  }

  function hold<T>(work: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      await poll();
      held += 1;
      try {
        return await work();
      } finally {
        held -= 1;
      }
    });
  }

  function schedule(): void {
    if (isStopped) return;
    timer = setTimeout(() => void inTurn(poll).then(schedule), pollMs);
    timer.unref();
  }

  return {
    store: {
      snapshot: (wanted) =>
        store.snapshot({ ...wanted, where: both(wanted.where ?? ALL_DROPS, asOf()) }),
      overTime: (wanted) =>
        store.overTime({ ...wanted, where: both(wanted.where ?? ALL_DROPS, asOf()) }),
      minuteCounts: (rules, range) => store.minuteCounts(rules, range, asOf()),
    },
    // All else is the writer's own.
    writer: Object.assign(Object.create(writer) as Writer, {
      between: (...[begin, read]: Parameters<Writer["between"]>) =>
        hold(() => writer.between(begin, read)),
    }),
    start: schedule,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
