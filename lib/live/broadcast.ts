/**
 * One stream of events to many browsers. An event is encoded once for all of them. Each browser
 * has a short queue; one that falls behind loses its queue, is told how much it skipped, and goes
 * on from a fresh snapshot. Since every event carries whole rows, nothing is wrong afterwards.
 */
import { encodeRetry, encodeSse, SSE_HEARTBEAT, type SseEvent } from "@/lib/http/sse";

/** What a browser may leave unread before it is taken back to a snapshot. */
const QUEUE_EVENTS = 32;
const QUEUE_BYTES = 1 << 20;
/** Events kept for browsers that come back with `Last-Event-ID`. */
const KEPT_EVENTS = 64;
const KEPT_BYTES = 4 << 20;
const RETRY_MS = 1_000;

export type Broadcast = {
  publish(event: SseEvent, data: unknown): void;
  /** Same as publish, but not kept for those who come back: what is only true now. */
  announce(event: SseEvent, data: unknown): void;
  heartbeat(): void;
  subscribe(lastEventId: string | null): Subscription;
  /** Ends every stream after a last event. */
  close(event: SseEvent, data: unknown): void;
  readonly subscribers: number;
};

export type Subscription = AsyncIterator<Uint8Array> & {
  return(): Promise<IteratorResult<Uint8Array>>;
};

type Kept = { sequence: number; bytes: Uint8Array };

/** What is only true now, and was told to those who were there. */
export type Announced = readonly [event: SseEvent, data: unknown];

/**
 * @param epoch of this stream's numbering; ids of another epoch are not resumed.
 * @param snapshot the whole state as of now, for those who begin or fell behind.
 * @param present what was announced and still holds, for those who come back and get no snapshot.
 */
export function createBroadcast(options: {
  epoch: string;
  snapshot: () => unknown;
  present?: () => readonly Announced[];
}): Broadcast {
  const { epoch, snapshot, present = () => [] } = options;
  const readers = new Set<Reader>();
  const kept: Kept[] = [];
  let keptBytes = 0;
  let sequence = 0;
  /** Number of the last event that a browser was there for. */
  let heard = Number.NEGATIVE_INFINITY;
  let encodedSnapshot: Kept | null = null;

  /** One encoding serves every browser that needs a snapshot before the next event. */
  function currentSnapshot(): Uint8Array {
    if (encodedSnapshot?.sequence !== sequence) {
      const bytes = encodeSse("snapshot", `${epoch}.${sequence}`, snapshot());
      encodedSnapshot = { sequence, bytes };
    }
    return encodedSnapshot.bytes;
  }

  function keep(bytes: Uint8Array): void {
    kept.push({ sequence, bytes });
    keptBytes += bytes.length;
    while (kept.length > KEPT_EVENTS || keptBytes > KEPT_BYTES) {
      keptBytes -= kept.shift()?.bytes.length ?? 0;
    }
  }

  /** What a browser missed, or null when it cannot be told any more. */
  function missedSince(lastEventId: string | null): Uint8Array[] | null {
    const match = /^([0-9a-z]+)\.(\d{1,15})$/.exec(lastEventId ?? "");
    if (match === null || match[1] !== epoch) return null;
    const last = Number(match[2]);
    if (last === sequence) return [];
    const first = kept[0];
    if (last > sequence || first === undefined || first.sequence > last + 1) return null;
    return kept.filter((event) => event.sequence > last).map((event) => event.bytes);
  }

  function returned(lastEventId: string | null): Uint8Array[] | null {
    const missed = missedSince(lastEventId);
    const now = missed === null ? [] : present();
    return missed && [...missed, ...now.map(([event, data]) => encodeSse(event, null, data))];
  }

  function leave(reader: Reader): void {
    // It has seen everything until now, if only as a snapshot.
    if (readers.delete(reader)) heard = sequence;
  }

  return {
    publish(event, data) {
      sequence += 1;
      if (readers.size > 0) heard = sequence;
      else if (sequence - heard > KEPT_EVENTS) {
        // Whoever was here cannot resume any more: encoding would be for nobody.
        kept.length = 0;
        keptBytes = 0;
        return;
      }
      const bytes = encodeSse(event, `${epoch}.${sequence}`, data);
      keep(bytes);
      for (const reader of readers) reader.push(bytes);
    },
    announce(event, data) {
      // What it tells has changed since the snapshot was made.
      encodedSnapshot = null;
      if (readers.size === 0) return;
      const bytes = encodeSse(event, null, data);
      for (const reader of readers) reader.push(bytes);
    },
    heartbeat() {
      for (const reader of readers) reader.beat();
    },
    subscribe(lastEventId) {
      const reader = createReader(returned(lastEventId), currentSnapshot, leave);
      readers.add(reader);
      return reader.iterator;
    },
    close(event, data) {
      const bytes = encodeSse(event, null, data);
      for (const reader of [...readers]) reader.finish(bytes);
      readers.clear();
    },
    get subscribers() {
      return readers.size;
    },
  };
}

type Reader = {
  push(bytes: Uint8Array): void;
  beat(): void;
  finish(bytes: Uint8Array): void;
  iterator: Subscription;
};

/** One browser's end: a bounded queue that is read at the browser's pace. */
function createReader(
  missed: Uint8Array[] | null,
  currentSnapshot: () => Uint8Array,
  leave: (reader: Reader) => void,
): Reader {
  let queue: Uint8Array[] = [encodeRetry(RETRY_MS), ...(missed ?? [])];
  let queuedBytes = 0;
  let behind = missed === null;
  let skipped = 0;
  let ended = false;
  let wake: (() => void) | null = null;

  const stir = () => {
    wake?.();
    wake = null;
  };

  function take(): Uint8Array | null {
    const next = queue.shift();
    if (next !== undefined) {
      queuedBytes -= next.length;
      return next;
    }
    if (!behind) return null;
    behind = false;
    const whole = currentSnapshot();
    if (skipped === 0) return whole;
    queue.push(whole);
    queuedBytes = whole.length;
    const told = encodeSse("skipped", null, { updates: skipped });
    skipped = 0;
    queuedBytes += told.length;
    return told;
  }

  const reader: Reader = {
    push(bytes) {
      if (behind) {
        // The snapshot to come will hold it. Before the first one nothing counts as skipped.
        if (skipped > 0) skipped += 1;
        stir();
        return;
      }
      queue.push(bytes);
      queuedBytes += bytes.length;
      // One event may be longer than the queue: a browser that reads is not behind for that.
      const behindFirst = queuedBytes - (queue[0]?.length ?? 0);
      if (queue.length > QUEUE_EVENTS || behindFirst > QUEUE_BYTES) {
        skipped += queue.length;
        queue = [];
        queuedBytes = 0;
        behind = true;
      }
      stir();
    },
    beat() {
      if (queue.length === 0 && !behind) {
        queue.push(SSE_HEARTBEAT);
        queuedBytes += SSE_HEARTBEAT.length;
      }
      stir();
    },
    finish(bytes) {
      queue = [bytes];
      behind = false;
      ended = true;
      stir();
    },
    iterator: {
      async next() {
        for (;;) {
          const value = take();
          if (value !== null) return { done: false, value };
          if (ended) return { done: true, value: undefined };
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async return() {
        ended = true;
        queue = [];
        behind = false;
        leave(reader);
        stir();
        return { done: true, value: undefined };
      },
    },
  };
  return reader;
}
