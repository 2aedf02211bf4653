/**
 * Which DNS names an address had, learnt from drops that give them and from DNS answers. Hubble
 * names an address only as long as the DNS proxy of the talking pod remembers it, so the same
 * connection comes with a name and a minute later without one.
 *
 * The memory is per cluster, because a private address means something else in each. Everything in
 * it is written by whoever can make a pod resolve a name: it is bounded, it takes only what can be
 * a host name, and it never decides between several names of one address.
 */
import type { Party, Series } from "./drop";
import type { Flow } from "./flow";
import { isAddressText, isHostName } from "./host-name";
import {
  mayBeNamed,
  mayBeRemembered,
  NO_NAMES,
  OTHER_NAMES,
  type Remembered,
  type RememberedName,
} from "./remembered";

/** A remembered name with what it is a name of: a row of the store. */
export type AddressName = RememberedName & { cluster: string; address: string };

export type NameMemory = {
  /** Learns from a DNS answer; any other flow says nothing. */
  learnAnswer(flow: Flow, nowMs: number): void;
  /** Learns the names that a drop's flow gives. */
  learnDrop(flow: Flow, series: Series, nowMs: number): void;
  /** What was known of a drop's ends at its time; null when it needs nothing or nothing was known. */
  recallFor(flow: Flow, series: Series): Remembered | null;
  /** The names of an address at a time, the last seen first. The list is shared: do not change it. */
  recall(cluster: string, address: string, atMs: number): readonly RememberedName[];
  /** The same in whichever clusters know the address, for what stands for several of them. */
  recallAnywhere(address: string, atMs: number): readonly RememberedName[];
  /** Addresses that had several names at a time. */
  shared(atMs: number): SharedAddress[];
  /** Takes up what was remembered before a restart, in any order. */
  load(names: Iterable<AddressName>): void;
  /** What has changed enough since it was last taken to be written, at most `limit`. */
  takeChanged(limit: number): AddressName[];
  /** Names kept of all addresses. */
  readonly size: number;
};

/** `names` as `recall` tells them. */
export type SharedAddress = {
  cluster: string;
  address: string;
  names: readonly RememberedName[];
};

export type NameMemoryOptions = {
  /** How long a name is remembered after it was last seen. */
  keepMs: number;
  /** Names of all addresses together; the addresses not seen for longest go first. */
  maxNames?: number;
};

/** Beyond, an address counts as serving names that nobody knows. */
export const MAX_NAMES_OF_ADDRESS = 16;
export const MAX_NAMES = 100_000;
const MAX_CLUSTERS = 256;
/** Clocks of two nodes may differ by this much when a name is learnt on one and used on the other. */
const SKEW_MS = 60_000;
/** A name seen again is noted at most this often, and written at most that often. */
const NOTE_MS = 10_000;
const WRITE_MS = 300_000;

type Kept = { name: RememberedName; writtenMs: number };

type Entry = {
  cluster: string;
  address: string;
  names: Map<string, Kept>;
  /** When a name that there was no room for was last seen; 0 for never. */
  othersMs: number;
  /** All of them as a list, with the times between which none of it is too new or too old. */
  list: readonly RememberedName[] | null;
  fromMs: number;
  untilMs: number;
};

export function createNameMemory({ keepMs, maxNames = MAX_NAMES }: NameMemoryOptions): NameMemory {
  /** The address seen last is last. */
  const entries = new Map<string, Entry>();
  const changed = new Map<Kept, Entry>();
  const clusters = new Set<string>();
  let size = 0;

  function learn(cluster: string, address: string, seen: RememberedName, writtenMs = 0): void {
    const key = `${cluster}\n${address}`;
    let entry = entries.get(key);
    const known = entry?.names.get(seen.name);
    if (known !== undefined && seen.lastMs < known.name.lastMs + NOTE_MS) return;
    if (entry === undefined) {
      const fresh = { names: new Map(), othersMs: 0, list: null, fromMs: 0, untilMs: 0 };
      entry = { cluster, address, ...fresh };
    } else {
      entries.delete(key);
    }
    entries.set(key, entry);
    if (clusters.size < MAX_CLUSTERS) clusters.add(cluster);
    const firstMs = Math.min(seen.firstMs, known?.name.firstMs ?? seen.firstMs);
    const kept: Kept = { name: { ...seen, firstMs }, writtenMs: known?.writtenMs ?? writtenMs };
    if (known === undefined) size += 1;
    else changed.delete(known);
    entry.names.set(seen.name, kept);
    entry.list = null;
    if (kept.name.lastMs - kept.writtenMs >= WRITE_MS) changed.set(kept, entry);
    if (entry.names.size > MAX_NAMES_OF_ADDRESS) dropOldestName(entry);
    while (size > maxNames && entries.size > 1) dropOldestAddress();
  }

  function dropOldestName(entry: Entry): void {
    let oldest: Kept | null = null;
    for (const kept of entry.names.values()) {
      if (oldest === null || kept.name.lastMs < oldest.name.lastMs) oldest = kept;
    }
    if (oldest === null) return;
    entry.names.delete(oldest.name.name);
    changed.delete(oldest);
    entry.othersMs = Math.max(entry.othersMs, oldest.name.lastMs);
    size -= 1;
  }

  function dropOldestAddress(): void {
    for (const [key, entry] of entries) {
      entries.delete(key);
      for (const kept of entry.names.values()) changed.delete(kept);
      size -= entry.names.size;
      return;
    }
  }

  function recall(cluster: string, address: string, atMs: number): readonly RememberedName[] {
    const entry = entries.get(`${cluster}\n${address}`);
    return entry === undefined ? NO_NAMES : listAt(entry, atMs);
  }

  function listAt(entry: Entry, atMs: number): readonly RememberedName[] {
    if (entry.list === null) fillList(entry);
    const list = entry.list ?? NO_NAMES;
    if (atMs >= entry.fromMs && atMs <= entry.untilMs) return list;
    const some = list.filter(
      ({ firstMs, lastMs }) => firstMs <= atMs + SKEW_MS && lastMs >= atMs - keepMs,
    );
    return some.length === 0 ? NO_NAMES : some;
  }

  function fillList(entry: Entry): void {
    const list = [...entry.names.values()].map(({ name }) => name);
    list.sort((a, b) => b.lastMs - a.lastMs || (a.name < b.name ? -1 : 1));
    if (entry.othersMs > 0) list.push(othersSeen(entry.othersMs));
    entry.list = list;
    entry.fromMs = Math.max(...list.map(({ firstMs }) => firstMs)) - SKEW_MS;
    entry.untilMs = Math.min(...list.map(({ lastMs }) => lastMs)) + keepMs;
  }

  return {
    learnAnswer(flow, nowMs) {
      const { l7 } = flow;
      const answer = l7?.answer;
      if (l7 === null || answer === undefined || !isHostName(l7.target)) return;
      // An answer goes to who asked.
      const seen = seenIn(flow, "dns", partner(flow, "destination"), answer.ttl, nowMs);
      const name = l7.target.toLowerCase();
      for (const address of answer.addresses) {
        if (isAddressText(address)) learn(flow.cluster, address, { ...seen, name });
      }
    },
    learnDrop(flow, { source, destination }, nowMs) {
      learnEnd(flow, "source", source, nowMs);
      learnEnd(flow, "destination", destination, nowMs);
    },
    recallFor(flow, series) {
      const source = mayBeRemembered(series.source)
        ? recall(flow.cluster, flow.sourceIp, flow.timeMs)
        : NO_NAMES;
      const destination = mayBeRemembered(series.destination)
        ? recall(flow.cluster, flow.destinationIp, flow.timeMs)
        : NO_NAMES;
      return source.length + destination.length === 0 ? null : { source, destination };
    },
    recall,
    recallAnywhere: (address, atMs) =>
      [...clusters].flatMap((cluster) => recall(cluster, address, atMs)),
    shared(atMs) {
      const shared: SharedAddress[] = [];
      for (const entry of entries.values()) {
        if (entry.names.size + Math.sign(entry.othersMs) < 2) continue;
        const names = listAt(entry, atMs);
        const { cluster, address } = entry;
        if (names.length > 1) shared.push({ cluster, address, names });
      }
      return shared;
    },
    load(names) {
      for (const { cluster, address, ...name } of names) {
        if (isHostName(name.name) && isAddressText(address)) {
          learn(cluster, address, name, name.lastMs);
        }
      }
    },
    takeChanged(limit) {
      const taken: AddressName[] = [];
      for (const [kept, { cluster, address }] of changed) {
        if (taken.length >= limit) break;
        changed.delete(kept);
        kept.writtenMs = kept.name.lastMs;
        taken.push({ cluster, address, ...kept.name });
      }
      return taken;
    },
    get size() {
      return size;
    },
  };

  function learnEnd(flow: Flow, side: Side, party: Party, nowMs: number): void {
    const { names } = party;
    if (names.length === 0 || !mayBeNamed(party)) return;
    const address = side === "source" ? flow.sourceIp : flow.destinationIp;
    // Nearly always it was noted a moment ago.
    const entry = entries.get(`${flow.cluster}\n${address}`);
    if (entry !== undefined && names.every((name) => isNoted(entry, name, flow.timeMs))) return;
    if (!isAddressText(address)) return;
    const other = side === "source" ? "destination" : "source";
    const seen = seenIn(flow, "drop", partner(flow, other), 0, nowMs);
    for (const name of names) {
      if (isHostName(name)) learn(flow.cluster, address, { ...seen, name: name.toLowerCase() });
    }
    // A list that was cut ends with how many are missing: that is no name, but others there are.
    if (names.every(isHostName)) return;
    const known = entries.get(`${flow.cluster}\n${address}`);
    if (known === undefined) return;
    known.othersMs = Math.max(known.othersMs, seen.lastMs);
    known.list = null;
  }
}

type Side = "source" | "destination";

/** Whether a name needs no note now: it is as it was learnt, and was seen at this time or just before. */
function isNoted({ names }: Entry, name: string, timeMs: number): boolean {
  const kept = names.get(name);
  return kept !== undefined && timeMs < kept.name.lastMs + NOTE_MS;
}

function othersSeen(lastMs: number): RememberedName {
  const where = { kind: "drop", node: "", asker: "" } as const;
  return { name: OTHER_NAMES, ...where, firstMs: 0, lastMs, ttl: 0 };
}

/** A flow of a clock that is ahead must not be remembered for longer than others. */
function seenIn(
  flow: Flow,
  kind: RememberedName["kind"],
  asker: string,
  ttl: number,
  nowMs: number,
): Omit<RememberedName, "name"> {
  const seenMs = Math.min(flow.timeMs, nowMs);
  return { kind, node: flow.node, asker, firstMs: seenMs, lastMs: seenMs, ttl };
}

/** Who stands at an end, in short. */
function partner(flow: Flow, side: Side): string {
  const { namespace, pod, workloads } = flow[side];
  const name = workloads[0]?.name ?? pod;
  if (name !== "") return namespace === "" ? name : `${namespace}/${name}`;
  return side === "source" ? flow.sourceIp : flow.destinationIp;
}
