/**
 * The query language's shape: what `parse` makes of one line of text and what `matches` (live)
 * and the store's SQL (history) evaluate.
 */

/** Fields about the drop as a whole. */
export const PLAIN_FIELDS = [
  "verdict", "reason", "direction", "policy", "policy.kind", "policy.ns", "attribution", "certainty",
  "tag", "cluster", "node", "source", "proto", "port", "l7", "expected", "group", "series",
] as const;

/** Fields of one end; with `src.` or `dst.`, or without for either end. */
export const SIDE_FIELDS = ["ns", "pod", "workload", "identity", "label", "fqdn", "ip"] as const;

export type PlainField = (typeof PLAIN_FIELDS)[number];
export type SideField = (typeof SIDE_FIELDS)[number];

/** `text` holds a glob where it has an unquoted `*`. */
export type Value = { op: "=" | ">" | ">=" | "<" | "<="; text: string; glob: boolean };

export type Term =
  | { field: PlainField; negated: boolean; values: readonly Value[] }
  | { field: SideField; side: "src" | "dst" | "either"; negated: boolean; values: readonly Value[] }
  /** A bare word: searched in all text of the drop. */
  | { field: "text"; negated: boolean; values: readonly Value[] };

/** All terms must hold; an empty query matches every drop. */
export type Query = { terms: readonly Term[] };

export const EVERYTHING: Query = { terms: [] };
