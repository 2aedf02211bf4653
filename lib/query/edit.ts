/**
 * Changes to a query as clicks make them: chips, facets, and "include" or "exclude" on any value.
 * Every function returns a new query and leaves the given one alone.
 */
import { type FieldRef, findField } from "./fields";
import { termText } from "./format";
import { readRawValue } from "./lex";
import type { FieldName, Query, Term, Value } from "./query";
import { isSideTerm } from "./query";
import { readValue } from "./values";

/** Adds a term; replaces its opposite; changes nothing when it is there already. */
export function withTerm(query: Query, term: Term): Query {
  const text = termText(term);
  if (query.terms.some((other) => termText(other) === text)) return query;
  const opposite = termText({ ...term, negated: !term.negated });
  const kept = query.terms.filter((other) => termText(other) !== opposite);
  return { terms: [...kept, term] };
}

export function withoutTerm(query: Query, term: Term): Query {
  const text = termText(term);
  return { terms: query.terms.filter((other) => termText(other) !== text) };
}

/** Puts `term` where `old` was; at the end when it was nowhere. */
export function replaceTerm(query: Query, old: Term, term: Term): Query {
  const text = termText(old);
  const at = query.terms.findIndex((other) => termText(other) === text);
  if (at < 0) return { terms: [...query.terms, term] };
  return { terms: query.terms.map((other, index) => (index === at ? term : other)) };
}

/** Turns a term into its opposite, in place. */
export function negateTerm(query: Query, term: Term): Query {
  return replaceTerm(query, term, { ...term, negated: !term.negated });
}

/**
 * Leaves exactly these values included for the field, as one term where the first of its included
 * terms was; no values removes it. Excluding terms stay. `values` are meant literally.
 */
export function setField(query: Query, name: FieldName, values: readonly string[]): Query {
  const ref = refOf(name);
  return putValues(
    query,
    ref,
    false,
    values.map((value) => literalValue(ref, value)),
  );
}

/** Adds a value to those included, and no longer excludes it. */
export function includeValue(query: Query, name: FieldName, value: string): Query {
  return moveValue(query, name, value, false);
}

/** Adds a value to those excluded, and no longer includes it. */
export function excludeValue(query: Query, name: FieldName, value: string): Query {
  return moveValue(query, name, value, true);
}

/** Takes a value back out of the field's including and excluding terms. */
export function removeValue(query: Query, name: FieldName, value: string): Query {
  const ref = refOf(name);
  const key = valueKey(literalValue(ref, value));
  const terms = query.terms.flatMap((term) => {
    if (!isTermOf(term, ref)) return [term];
    const kept = term.values.filter((other) => valueKey(other) !== key);
    return kept.length === 0 ? [] : [{ ...term, values: kept }];
  });
  return { terms };
}

/** Whether the query includes or excludes exactly this value of the field. */
export function stateOfValue(
  query: Query,
  name: FieldName,
  value: string,
): "included" | "excluded" | "free" {
  const ref = refOf(name);
  const key = valueKey(literalValue(ref, value));
  const term = query.terms.find(
    (other) => isTermOf(other, ref) && other.values.some((one) => valueKey(one) === key),
  );
  if (term === undefined) return "free";
  return term.negated ? "excluded" : "included";
}

/** Plain values that the query includes or excludes for the field; globs and ranges left out. */
export function valuesOf(query: Query, name: FieldName, negated = false): string[] {
  const ref = refOf(name);
  return query.terms
    .filter((term) => isTermOf(term, ref) && term.negated === negated)
    .flatMap((term) => term.values)
    .filter((value) => !value.glob && value.op === "=")
    .map((value) => value.text);
}

/** A term of literal values, as from a cell. The empty text means "has none". */
export function termOf(name: FieldName, values: readonly string[], negated = false): Term {
  const ref = refOf(name);
  return buildTerm(
    ref,
    negated,
    values.map((value) => literalValue(ref, value)),
  );
}

/** A term that searches all text for `word`, which is meant literally. */
export function wordTerm(word: string, negated = false): Term {
  return { field: "text", negated, values: [{ op: "=", text: word, glob: false }] };
}

function moveValue(query: Query, name: FieldName, text: string, negated: boolean): Query {
  const ref = refOf(name);
  const value = literalValue(ref, text);
  if (stateOfValue(query, name, text) === (negated ? "excluded" : "included")) return query;
  const cleared = removeValue(query, name, text);
  const current = cleared.terms.find((term) => isTermOf(term, ref) && term.negated === negated);
  if (current === undefined) return { terms: [...cleared.terms, buildTerm(ref, negated, [value])] };
  return replaceTerm(cleared, current, { ...current, values: [...current.values, value] });
}

function putValues(query: Query, ref: FieldRef, negated: boolean, values: readonly Value[]): Query {
  const isOld = (term: Term) => isTermOf(term, ref) && term.negated === negated;
  const at = query.terms.findIndex(isOld);
  const kept = query.terms.filter((term) => !isOld(term));
  if (values.length === 0) return { terms: kept };
  const place = at < 0 ? kept.length : at;
  return { terms: kept.toSpliced(place, 0, buildTerm(ref, negated, values)) };
}

function buildTerm(ref: FieldRef, negated: boolean, values: readonly Value[]): Term {
  if (ref.side === null) return { field: ref.field, negated, values };
  return { field: ref.field, side: ref.side, negated, values };
}

function isTermOf(term: Term, ref: FieldRef): boolean {
  if (term.field !== ref.field) return false;
  return isSideTerm(term) ? term.side === ref.side : ref.side === null;
}

/** Canonical form of a literal where the field has one, such as `POLICY_DENIED` for 133. */
function literalValue(ref: FieldRef, text: string): Value {
  const asIs: Value = { op: "=", text, glob: false };
  if (text === "")
    return ref.field === "port" || ref.field === "identity" ? { ...asIs, text: "0" } : asIs;
  const quoted = `"${text.replace(/["\\]/g, "\\$&")}"`;
  const lexed = readRawValue(quoted, 0);
  if (!lexed.ok) return asIs;
  const read = readValue(ref.field, lexed.value, quoted);
  return read.ok ? read.value : asIs;
}

function valueKey(value: Value): string {
  return JSON.stringify([value.op, value.glob, value.text]);
}

function refOf(name: FieldName): FieldRef {
  const ref = findField(name);
  if (ref === null) throw new Error(`There is no query field ${name}.`);
  return ref;
}
