/**
 * What one node remembers: its newest events up to a bound. Positions count every event ever
 * written, so a reader that fell behind can tell how many it missed.
 */
import type { Flow, LostEvent } from "@/lib/hubble/generated/flow/flow";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";

export type RingEntry =
  | { kind: "flow"; flow: Flow }
  | { kind: "lost"; lost: LostEvent; time: Timestamp | undefined }
  /** An encoded response, sent as it is: it passes no filter and is never masked. */
  | { kind: "bytes"; bytes: Buffer; time: Timestamp };

export type Ring = {
  nodeName: string;
  capacity: number;
  /** Position of the oldest event still held. */
  oldest(): number;
  /** Position the next event will have; also how many were ever written. */
  next(): number;
  at(position: number): RingEntry | undefined;
  push(entry: RingEntry): void;
};

export function createRing(nodeName: string, capacity: number): Ring {
  const entries: RingEntry[] = [];
  let written = 0;
  const oldest = () => Math.max(0, written - capacity);
  return {
    nodeName,
    capacity,
    oldest,
    next: () => written,
    at: (position) =>
      position >= oldest() && position < written ? entries[position % capacity] : undefined,
    push: (entry) => {
      entries[written % capacity] = entry;
      written += 1;
    },
  };
}

/** Time of an entry; a missing one reads as 1970, as Hubble does. */
export function timeOf(entry: RingEntry): Timestamp {
  const time = entry.kind === "flow" ? entry.flow.time : entry.time;
  return time ?? EPOCH;
}

const EPOCH: Timestamp = { seconds: "0", nanos: 0 };

/** Negative when `a` is earlier than `b`. */
export function compareTimes(a: Timestamp, b: Timestamp): number {
  return Number(a.seconds) - Number(b.seconds) || a.nanos - b.nanos;
}
