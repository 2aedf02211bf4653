/** From counted values to the facet as it is shown: which are listed, in what order, under what name. */

import { reasonOf } from "@/lib/drops/reason";
import type { Facet, FacetField, FacetValue } from "@/lib/drops/view";
import { stateOfValue } from "@/lib/query/edit";
import { findField } from "@/lib/query/fields";
import { foldCase } from "@/lib/query/glob";
import { RESERVED_NAMES, reservedIdentity } from "@/lib/query/identities";
import type { Query, Term, Value } from "@/lib/query/query";
import { isSideTerm } from "@/lib/query/query";
import { codeOfReasonText } from "@/lib/query/reasons";

export type Counted = { value: string; drops: number; attempts: number };

export type FacetsWanted = {
  fields: readonly FacetField[];
  /** Lists only values that hold this text, in any case (A-Z only). */
  prefix: string;
  /** Most values listed of a field, besides those that the query names. */
  limit: number;
};

/** The query without the field's own terms, and those terms. */
export function splitOwn(query: Query, field: FacetField): { others: Query; own: readonly Term[] } {
  const ref = findField(field);
  const isOwn = (term: Term) =>
    ref !== null &&
    term.field === ref.field &&
    (isSideTerm(term) ? term.side === ref.side : ref.side === null);
  return {
    others: { terms: query.terms.filter((term) => !isOwn(term)) },
    own: query.terms.filter(isOwn),
  };
}

/** Values that the terms name, each once; patterns and comparisons aside. */
export function namedValues(own: readonly Term[]): Value[] {
  const named = own.flatMap(({ values }) => values).filter(({ op, glob }) => op === "=" && !glob);
  return [...new Map(named.map((value) => [value.text, value])).values()];
}

/** A term that finds the drops with one value of the field. */
export function termWith(own: Term, value: Value): Term {
  return { ...own, negated: false, values: [value] };
}

export function holdsPrefix(value: string, prefix: string): boolean {
  return prefix === "" || foldCase(value).includes(foldCase(prefix));
}

/** More attempts, then more drops, then by name. */
function compareCounted(a: Counted, b: Counted): number {
  return b.attempts - a.attempts || b.drops - a.drops || (a.value < b.value ? -1 : 1);
}

/**
 * The facet of all counted values, or of those that can be in it; `total` is how many there are.
 * `named` are always listed.
 */
export function facetOf(
  field: FacetField,
  query: Query,
  counted: readonly Counted[],
  { total, limit, named }: { total: number; limit: number; named: ReadonlySet<string> },
): Facet {
  const shown = counted
    .toSorted(compareCounted)
    .filter(({ value }, rank) => rank < limit || named.has(value));
  const values = shown.map((one) => facetValue(field, query, one));
  return { field, values, more: Math.max(0, total - shown.length) };
}

const STATES = { included: "include", excluded: "exclude", free: null } as const;

function facetValue(field: FacetField, query: Query, counted: Counted): FacetValue {
  const { value, drops, attempts } = counted;
  const label = labelOf(field, value);
  const selected = STATES[stateOfValue(query, field, value)];
  return { value, ...(label === null ? {} : { label }), drops, attempts, selected };
}

const RESERVED_BY_NUMBER = new Map(
  RESERVED_NAMES.map((name) => [String(reservedIdentity(name)), name]),
);

function labelOf(field: FacetField, value: string): string | null {
  if (value === "") return null;
  if (field === "reason") return reasonOf(codeOfReasonText(value)).text;
  if (field.endsWith("identity")) return RESERVED_BY_NUMBER.get(value) ?? null;
  return null;
}
