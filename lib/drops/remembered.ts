/**
 * DNS names that an address had before, told beside a drop whose own flows gave none. They are no
 * part of the drop's series: whether a name was remembered must not make two series of one.
 */
import type { Party } from "./drop";

/** One name of an address and where it was learnt. Never changed after it is made. */
export type RememberedName = {
  name: string;
  /** `drop`: a drop to or from the address gave it; `dns`: a DNS answer held the address. */
  kind: "drop" | "dns";
  /** Node that observed it last. */
  node: string;
  /** Who asked for it or talked to it last: `namespace/workload`, a pod, or an address. */
  asker: string;
  /** When it was first and last seen with the address, milliseconds since the epoch. */
  firstMs: number;
  lastMs: number;
  /** Seconds that the DNS answer was good for; 0 when not known. */
  ttl: number;
};

/** What was remembered of both ends as a drop arrived; an end that has names of its own has none here. */
export type Remembered = {
  source: readonly RememberedName[];
  destination: readonly RememberedName[];
};

export const NO_NAMES: readonly RememberedName[] = Object.freeze([]);

/**
 * Stands last in a list for names that there was no room for. It is no DNS name, so that a glob
 * which asks for certain names is never taken to cover those that nobody knows any more.
 */
export const OTHER_NAMES = "…";

/**
 * Whether names may be remembered for an end: for what is outside the clusters. The address of a
 * pod or node is given to another one sooner than a memory of it would fade.
 */
export function mayBeNamed({ kind, name }: Party): boolean {
  return kind === "reserved" ? name === "world" : kind !== "workload" && kind !== "labels";
}

/** Whether a drop of this end's series may carry remembered names: it is outside and has none. */
export function mayBeRemembered(party: Party): boolean {
  return party.names.length === 0 && mayBeNamed(party);
}
