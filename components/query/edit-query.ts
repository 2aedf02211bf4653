/**
 * The simple filters as edits of the one query: each reads its own term out of it and writes it
 * back, and leaves every other term alone.
 */
import type { Query, Term, Value } from "@/lib/query/query";

/** Fields the simple filters own; `ns` is either end's. */
export type FilterField = "verdict" | "ns" | "attribution";

/** The values the filter's own term asks for; empty when there is none. */
export function filterValues(query: Query, field: FilterField): readonly string[] {
  const term = query.terms.find((candidate) => isFilterTerm(candidate, field));
  return term?.values.map((value) => value.text) ?? [];
}

/** The same query with this filter set to `texts`, or without it when there are none. */
export function withFilter(query: Query, field: FilterField, texts: readonly string[]): Query {
  const others = query.terms.filter((term) => !isFilterTerm(term, field));
  if (texts.length === 0) return { terms: others };
  const values: Value[] = texts.map((text) => ({ op: "=", text, glob: text.includes("*") }));
  return { terms: [termOf(field, values), ...others] };
}

/** The same query without its term at `index`. */
export function withoutTerm(query: Query, index: number): Query {
  return { terms: query.terms.filter((_, at) => at !== index) };
}

function termOf(field: FilterField, values: readonly Value[]): Term {
  return field === "ns"
    ? { field, side: "either", negated: false, values }
    : { field, negated: false, values };
}

function isFilterTerm(term: Term, field: FilterField): boolean {
  if (term.field !== field || term.negated) return false;
  return !("side" in term) || term.side === "either";
}
