/**
 * Parties by endpoint object: the decoder shares equal endpoints between flows, so naming an end
 * is one look-up for all flows after the first. Each distinct party has a number of its own.
 */
import type { Party } from "./drop";
import type { Endpoint } from "./flow";
import { buildPartyBase, finishParty, needsAddress, type PartyBase, sorted } from "./party";

export type NumberedParty = Party & { readonly number: number };

/** All parties made from one endpoint object: by its DNS names, else by its address. */
type Entry = {
  base: PartyBase;
  observer: string;
  plain: NumberedParty | null;
  byText: Map<string, NumberedParty> | null;
};

/** Distinct names or addresses kept for one endpoint object before its list is begun anew. */
const MAX_TEXTS = 16_384;
const MAX_PARTIES = 65_536;

export type PartyIndex = {
  /** The party of one end; `observer` is the cluster of the observing node. */
  of(endpoint: Endpoint, ip: string, names: readonly string[], observer: string): NumberedParty;
};

export function createPartyIndex(): PartyIndex {
  const entries = new WeakMap<Endpoint, Entry>();
  const byContent = new Map<string, NumberedParty>();
  let next = 1;

  function entryOf(endpoint: Endpoint, observer: string): Entry {
    const known = entries.get(endpoint);
    if (known !== undefined && (known.observer === observer || endpoint.cluster !== ""))
      return known;
    const entry: Entry = {
      base: buildPartyBase(endpoint, observer),
      observer,
      plain: null,
      byText: null,
    };
    entries.set(endpoint, entry);
    return entry;
  }

  /** Pods of one workload are different endpoints and the same party. */
  function build(base: PartyBase, ip: string, names: readonly string[]): NumberedParty {
    const party = finishParty(base, ip, sorted(names));
    const content = JSON.stringify([party.key, party.labels, party.names, party.identity]);
    const known = byContent.get(content);
    if (known !== undefined) return known;
    if (byContent.size >= MAX_PARTIES) byContent.clear();
    const numbered = { ...party, number: next++ };
    byContent.set(content, numbered);
    return numbered;
  }

  return {
    of(endpoint, ip, names, observer) {
      const entry = entryOf(endpoint, observer);
      if (names.length === 0 && !needsAddress(entry.base, names)) {
        entry.plain ??= build(entry.base, ip, names);
        return entry.plain;
      }
      const text = textOf(ip, names);
      entry.byText ??= new Map();
      const known = entry.byText.get(text);
      if (known !== undefined) return known;
      if (entry.byText.size >= MAX_TEXTS) entry.byText.clear();
      const party = build(entry.base, ip, names);
      entry.byText.set(text, party);
      return party;
    },
  };
}

/** An address is no valid DNS name with a trailing dot, so the two cannot be taken for each other. */
function textOf(ip: string, names: readonly string[]): string {
  const [first] = names;
  if (first === undefined) return ip;
  return names.length === 1 ? `${first}.` : JSON.stringify(sorted(names));
}
