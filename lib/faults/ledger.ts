/**
 * For tests: what a relay handed to the transport, flow by flow, and what must become of each. The
 * judge holds the accounts and the store against it.
 */

/** `drop`: stored once; `out-of-scope`: counted and not stored. */
export type Fate = "drop" | "out-of-scope";

export type Entry = {
  uuid: string;
  fate: Fate;
  timeMs: number;
  /** The encoded flow; several where one uuid was given to different flows. */
  versions: Buffer[];
  /** How often it was written to a stream; 0: only remembered so far. */
  handed: number;
};

export type Ledger = {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Messages written that are no flow that can be read, by what must be counted for them. */
  readonly rejected: { malformed: number; oversize: number };
  /** Every flow written to a stream, repeats included. */
  readonly handed: number;
  /** Sum of the lost events told, and of those whose message was written. */
  readonly lost: bigint;
  /** The relay has seen it: it will be handed out unless it is forgotten first. */
  seen(uuid: string, fate: Fate, timeMs: number, bytes: Buffer): void;
  handOver(uuid: string): void;
  handOverRejected(what: "malformed" | "oversize"): void;
  handOverLost(events: bigint): void;
};

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  const rejected = { malformed: 0, oversize: 0 };
  let handed = 0;
  let lost = 0n;
  return {
    entries,
    rejected,
    get handed() {
      return handed;
    },
    get lost() {
      return lost;
    },
    seen(uuid, fate, timeMs, bytes) {
      const known = entries.get(uuid);
      if (known === undefined)
        entries.set(uuid, { uuid, fate, timeMs, versions: [bytes], handed: 0 });
      else if (!known.versions.some((one) => one.equals(bytes))) known.versions.push(bytes);
    },
    handOver(uuid) {
      const entry = entries.get(uuid);
      if (entry !== undefined) entry.handed += 1;
      handed += 1;
    },
    handOverRejected(what) {
      rejected[what] += 1;
    },
    handOverLost(events) {
      lost += events;
    },
  };
}
