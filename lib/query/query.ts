/**
 * The query language's shape: what `parseQuery` makes of one line of text and what `compileQuery`
 * (live) and the store's SQL (history) evaluate. `fields.ts` says what each field means.
 */

/** Fields about the drop as a whole. */
export const PLAIN_FIELDS = [
  "verdict",
  "reason",
  "direction",
  "policy",
  "policy.kind",
  "policy.ns",
  "attribution",
  "certainty",
  "tag",
  "tag.state",
  "cluster",
  "node",
  "source",
  "proto",
  "port",
  "l7",
  "expected",
  "group",
  "series",
] as const;

/** Fields of one end; with `src.` or `dst.`, or without for either end. */
export const SIDE_FIELDS = ["ns", "pod", "workload", "identity", "label", "fqdn", "ip"] as const;

export type PlainField = (typeof PLAIN_FIELDS)[number];
export type SideField = (typeof SIDE_FIELDS)[number];
export type Side = "src" | "dst" | "either";

/** A field as it is written before the colon. */
export type FieldName = PlainField | SideField | `src.${SideField}` | `dst.${SideField}`;

/**
 * One value of a term, in the canonical form of its field (`fields.ts`).
 * - `glob` false: `text` is the value itself; the empty text means "has none" (written `none`).
 * - `glob` true: `text` is a pattern; `*` is any run of characters and `\` makes the next one plain.
 * - Numbers: `text` is decimal, with `=` also a range `22..9200` (both ends included).
 */
export type Value = { op: "=" | ">" | ">=" | "<" | "<="; text: string; glob: boolean };

export type PlainTerm = { field: PlainField; negated: boolean; values: readonly Value[] };
export type SideTerm = {
  field: SideField;
  side: Side;
  negated: boolean;
  values: readonly Value[];
};
/** A bare word: searched in all text of the drop. */
export type TextTerm = { field: "text"; negated: boolean; values: readonly Value[] };

/** A term holds when one of its values does; `negated` turns that round. */
export type Term = PlainTerm | SideTerm | TextTerm;

/** All terms must hold; an empty query matches every drop. */
export type Query = { terms: readonly Term[] };

/**
 * How the names that were remembered of an address answer a term, where the flow gave none. `any` of
 * them is enough to find a drop. What hides drops asks for `all`: an address that served several
 * names may have served another one this time. A negated term is the same in both: none may match.
 */
export type NamesAsked = "any" | "all";

export const EVERYTHING: Query = { terms: [] };

/** A query as text is at most this long, in UTF-16 code units. */
export const MAX_QUERY_LENGTH = 2048;
export const MAX_TERMS = 40;
/** Values of all terms together. */
export const MAX_VALUES = 200;

export function isSideTerm(term: Term): term is SideTerm {
  return "side" in term;
}
