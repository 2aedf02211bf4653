/**
 * Holds events between the network, which is never paused, and a consumer that may be slow. Pausing
 * would make the nodes overwrite their rings, a loss that nobody can count; letting go here is counted.
 */
import type { LostEvent } from "./event";
import type { SourceEvent, StatusEvent } from "./source-event";

export type EventQueue = {
  push(event: SourceEvent): void;
  /** No more events come; what is held is still given out. */
  end(): void;
  /** Everything held, whenever there is something; at most one batch for each turn of the loop. */
  batches(): AsyncGenerator<readonly SourceEvent[], void, undefined>;
};

/**
 * `limit` is the number of events held. Beyond it flows and unreadable records are counted as shed,
 * lost events are added up, and of status events the last is kept.
 */
export function createEventQueue(limit: number): EventQueue {
  let held: SourceEvent[] = [];
  let shed = 0;
  let lostBeyond = new Map<string, LostEvent>();
  let statusBeyond: StatusEvent | null = null;
  let ended = false;
  let wake: (() => void) | null = null;

  function push(event: SourceEvent): void {
    if (held.length < limit) held.push(event);
    else if (event.kind === "status") statusBeyond = event;
    else if (event.kind === "lost") addLost(lostBeyond, event);
    // A node's state is in the status that it changed.
    else if (event.kind !== "node-status") shed += 1;
    rouse();
  }

  /** After the current turn of the loop, so that what came with this event goes with it. */
  function rouse(): void {
    if (wake === null) return;
    setImmediate(wake);
    wake = null;
  }

  function take(): SourceEvent[] {
    const batch = held;
    batch.push(...lostBeyond.values());
    if (statusBeyond !== null) batch.push(statusBeyond);
    if (shed > 0) batch.push({ kind: "shed", count: shed });
    held = [];
    shed = 0;
    lostBeyond = new Map();
    statusBeyond = null;
    return batch;
  }

  async function* batches(): AsyncGenerator<readonly SourceEvent[], void, undefined> {
    for (;;) {
      if (held.length > 0) yield take();
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  function end(): void {
    ended = true;
    rouse();
  }

  return { push, end, batches };
}

/** Sources and nodes are few, but the far side chooses their names. */
const MAX_LOST_KEYS = 1000;

function addLost(sums: Map<string, LostEvent>, event: LostEvent): void {
  const named = `${event.source} ${event.cluster}/${event.node}`;
  const key = sums.has(named) || sums.size < MAX_LOST_KEYS ? named : "others";
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, key === "others" ? { ...event, cluster: "", node: "" } : event);
    return;
  }
  sums.set(key, {
    ...sum,
    count: sum.count + event.count,
    firstMs: least(sum.firstMs, event.firstMs, Math.min),
    lastMs: least(sum.lastMs, event.lastMs, Math.max),
  });
}

function least(
  a: number | null,
  b: number | null,
  choose: (a: number, b: number) => number,
): number | null {
  if (a === null || b === null) return a ?? b;
  return choose(a, b);
}
