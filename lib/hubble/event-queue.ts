/**
 * Holds events between the network and a consumer that may be slow. It never holds the network up: that
 * would make the nodes overwrite their rings, a loss that nobody can count; letting go here is counted.
 */
import type { Flow } from "@/lib/drops/flow";
import type { FlowEvent, LostEvent } from "./event";
import { createFairShare } from "./fair-share";
import type { ShedEvent, SourceEvent, StatusEvent } from "./source-event";

export type EventQueue = {
  push(event: SourceEvent): void;
  /** No more events come; what is held is still given out. */
  end(): void;
  /** Everything held, whenever there is something; at most one batch for each turn of the loop. */
  batches(): AsyncGenerator<readonly SourceEvent[], void, undefined>;
};

/** Of a full queue: what more may come of kinds that hold little of it. */
const RESERVE_PART = 0.2;
const SHARE = 20;
/** Kinds of shed flows that are told apart. */
const MAX_SHED_KINDS = 1000;
/** Minutes of shed flows that are told; clocks are all over the place where there are more. */
const MAX_SPANS = 100;
const MINUTE_MS = 60_000;
/** Changes of state while the queue is full. Relay's client waits between two tries. */
const MAX_STATUSES = 100;

/**
 * `limit` is the number of events held. Beyond it flows and unreadable records are counted as shed,
 * lost events are added up, and of status events of one state the last is kept. A fifth more may
 * come of flows whose kind is not among those that fill the queue.
 */
export function createEventQueue(limit: number): EventQueue {
  let held: SourceEvent[] = [];
  let shed = 0;
  let shedKinds = new Map<number, { flow: Flow; count: number }>();
  const fair = createFairShare({
    held: () => held.map((event) => (event.kind === "flow" ? kindOf(event.flow) : 0)),
    reserve: Math.ceil(limit * RESERVE_PART),
    share: SHARE,
  });
  let lostBeyond = new Map<string, LostEvent>();
  let statusesBeyond: StatusEvent[] = [];
  let shedSpans = new Map<number, { fromMs: number; toMs: number }>();
  let ended = false;
  let wake: (() => void) | null = null;

  function push(event: SourceEvent): void {
    if (held.length < limit) held.push(event);
    else if (event.kind === "status") addStatus(statusesBeyond, event);
    else if (event.kind === "lost") addLost(lostBeyond, event);
    else if (event.kind === "flow") pushBeyond(event);
    // A node's state is in the status that it changed.
    else if (event.kind !== "node-status") shed += 1;
    rouse();
  }

  function pushBeyond(event: FlowEvent): void {
    const kind = kindOf(event.flow);
    if (fair.admits(kind)) {
      held.push(event);
      return;
    }
    shed += 1;
    noteTime(shedSpans, event.flow.timeMs);
    const known = shedKinds.get(kind);
    if (known !== undefined) known.count += 1;
    else if (shedKinds.size < MAX_SHED_KINDS) shedKinds.set(kind, { flow: event.flow, count: 1 });
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
    batch.push(...statusesBeyond);
    if (shed > 0) {
      const spans = [...shedSpans.values()];
      batch.push({ kind: "shed", count: shed, most: mostOf(shedKinds.values()), spans });
    }
    fair.reset();
    shedKinds = new Map();
    held = [];
    shed = 0;
    lostBeyond = new Map();
    statusesBeyond = [];
    shedSpans = new Map();
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

/** An outage that begins and ends meanwhile must be told, and what it stepped over. */
function addStatus(statuses: StatusEvent[], event: StatusEvent): void {
  const last = statuses.at(-1);
  const isSame = last?.state === event.state && last.steppedOver === null;
  if (isSame || statuses.length >= MAX_STATUSES) statuses.pop();
  statuses.push(event);
}

function noteTime(spans: Map<number, { fromMs: number; toMs: number }>, timeMs: number): void {
  const minute = Math.floor(timeMs / MINUTE_MS);
  const span = spans.get(minute);
  if (span !== undefined) {
    span.fromMs = Math.min(span.fromMs, timeMs);
    span.toMs = Math.max(span.toMs, timeMs);
  } else if (spans.size < MAX_SPANS) spans.set(minute, { fromMs: timeMs, toMs: timeMs });
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

/** Flows of the same ends, port and reason are of one kind: what a group is made of, told cheaply. */
function kindOf({ source, destination, destinationPort, dropReason, eventType }: Flow): number {
  const ends = Math.imul(source.identity, 0x9e3779b1) ^ Math.imul(destination.identity, 0x85ebca77);
  return ends ^ Math.imul(destinationPort, 0x10001) ^ (dropReason << 8) ^ eventType;
}

function mostOf(kinds: Iterable<{ flow: Flow; count: number }>): ShedEvent["most"] {
  let most: { flow: Flow; count: number } | null = null;
  for (const one of kinds) if (most === null || one.count > most.count) most = one;
  return most === null ? null : { what: wordsOf(most.flow), count: most.count };
}

function wordsOf({ source, destination, sourceIp, destinationIp, destinationPort }: Flow): string {
  const name = ({ namespace, pod }: Flow["source"], address: string) =>
    pod === "" ? address : `${namespace}/${pod}`;
  const to = `${name(destination, destinationIp)}:${destinationPort}`;
  return `${name(source, sourceIp)} to ${to}`;
}
