/**
 * What filters mean, as terms joined by all, any and not; and how that becomes one query, which is a
 * list of terms that all hold. What one query cannot say is left out and named: it shows more then.
 */
import { termText } from "@/lib/query/format";
import { isSideTerm, type Query, type SideTerm, type Term, type Value } from "@/lib/query/query";
import { type Note, note } from "./note";

export type Formula =
  | { is: "term"; term: Term }
  | { is: "all" | "any"; of: readonly Formula[] }
  | { is: "not"; of: Formula }
  /** Something that Droplens cannot ask; `notes` have said so. */
  | { is: "unknown" };

export const ALWAYS: Formula = { is: "all", of: [] };
export const NEVER: Formula = { is: "any", of: [] };
export const UNKNOWN: Formula = { is: "unknown" };

export const termFormula = (term: Term): Formula => ({ is: "term", term });
export const all = (...of: readonly Formula[]): Formula => ({ is: "all", of });
export const any = (...of: readonly Formula[]): Formula => ({ is: "any", of });
export const not = (of: Formula): Formula => ({ is: "not", of });

/** Terms that all must hold, or null: nothing can. */
type Terms = readonly Term[] | null;

/** The query of a formula. Where it is wider than the formula, `notes` say what is missing. */
export function queryOf(formula: Formula): { query: Query; notes: Note[] } {
  const notes: Note[] = [];
  const terms = termsOf(formula, false, notes);
  if (terms === null) {
    const text =
      "No drop can match: Droplens holds what Cilium dropped or audited, nothing else. Left out.";
    return { query: { terms: [] }, notes: [...notes, note("lost", "", text)] };
  }
  return { query: { terms: joinExcluding(terms) }, notes };
}

function termsOf(formula: Formula, negated: boolean, notes: Note[]): Terms {
  switch (formula.is) {
    case "unknown":
      return [];
    case "term":
      return [negated ? { ...formula.term, negated: !formula.term.negated } : formula.term];
    case "not":
      return termsOf(formula.of, !negated, notes);
    default: {
      const parts = formula.of.map((part) => termsOf(part, negated, notes));
      const isAll = (formula.is === "all") !== negated;
      return isAll ? joinAll(parts) : joinAny(parts, notes);
    }
  }
}

function joinAll(parts: readonly Terms[]): Terms {
  const terms = new Map<string, Term>();
  for (const part of parts) {
    if (part === null) return null;
    for (const term of part) terms.set(textOf(term), term);
  }
  return [...terms.values()];
}

/** Alternatives that a query can say as one; else what all of them share. */
function joinAny(parts: readonly Terms[], notes: Note[]): Terms {
  const left = reduced(parts.filter((part) => part !== null));
  const [first, ...others] = left;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const shared = first.filter((term) => others.every((other) => has(other, term)));
  const lines = left.map((terms) =>
    terms
      .filter((term) => !has(shared, term))
      .map(termText)
      .join(" "),
  );
  notes.push(
    note(
      "lost",
      lines.join(" | "),
      "These are alternatives, and one query joins different fields only by AND. Left out; open them one by one.",
    ),
  );
  return shared;
}

const texts = new WeakMap<Term, string>();

/** Terms are never changed, and asked for their text again and again. */
function textOf(term: Term): string {
  const known = texts.get(term) ?? termText(term);
  texts.set(term, known);
  return known;
}

function has(terms: readonly Term[], term: Term): boolean {
  const text = textOf(term);
  return terms.some((other) => textOf(other) === text);
}

/** Joins alternatives two by two for as long as some can be; labels into identities first. */
function reduced(parts: readonly (readonly Term[])[]): (readonly Term[])[] {
  return reducedBy(reducedBy(parts, joinReserved), joinTerms);
}

/** More alternatives than a query has values are not compared: each is, with every other. */
const MOST_COMPARED = 256;

type Join = (one: Term, other: Term) => Term | null;

function reducedBy(parts: readonly (readonly Term[])[], join: Join): (readonly Term[])[] {
  const left = [...parts];
  if (left.length > MOST_COMPARED) return left;
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    for (let at = 0; at < left.length; at += 1) {
      for (let other = at + 1; other < left.length; other += 1) {
        const joined = joinTwo(left[at] ?? [], left[other] ?? [], join);
        if (joined === null) continue;
        left[at] = joined;
        left.splice(other, 1);
        other = at;
      }
    }
  }
  return left;
}

function joinTwo(one: readonly Term[], other: readonly Term[], join: Join): readonly Term[] | null {
  if (one.every((term) => has(other, term))) return one;
  if (other.every((term) => has(one, term))) return other;
  const [mine, ...more] = one.filter((term) => !has(other, term));
  const [theirs, ...others] = other.filter((term) => !has(one, term));
  if (mine === undefined || theirs === undefined || more.length + others.length > 0) return null;
  const joined = join(mine, theirs);
  return joined === null ? null : one.map((term) => (term === mine ? joined : term));
}

/** The term that holds where one of two including terms does, where there is one. */
function joinTerms(one: Term, other: Term): Term | null {
  if (one.negated || other.negated) return null;
  if (sameField(one, other)) return { ...one, values: unionOf(one.values, other.values) };
  if (!isSideTerm(one) || !isSideTerm(other) || one.field !== other.field) return null;
  return sameValues(one, other) ? { ...one, side: "either" } : null;
}

function joinReserved(one: Term, other: Term): Term | null {
  if (one.negated || other.negated || !isSideTerm(one) || !isSideTerm(other)) return null;
  return reservedIdentity(one, other) ?? reservedIdentity(other, one);
}

function sameField(one: Term, other: Term): boolean {
  if (one.field !== other.field) return false;
  return isSideTerm(one) && isSideTerm(other) ? one.side === other.side : true;
}

function sameValues(one: Term, other: Term): boolean {
  const keys = (term: Term) => term.values.map(keyOf).sort().join();
  return keys(one) === keys(other);
}

const keyOf = (value: Value) => JSON.stringify([value.op, value.glob, value.text]);

function unionOf(one: readonly Value[], other: readonly Value[]): Value[] {
  return [...new Map([...one, ...other].map((value) => [keyOf(value), value])).values()];
}

/** `identity:world` is identity 2 or the label `reserved:world`; the former reads as the name. */
function reservedIdentity(identity: SideTerm, label: SideTerm): Term | null {
  if (identity.field !== "identity" || label.field !== "label") return null;
  if (identity.side !== label.side) return null;
  const labels = new Set(identity.values.map(({ text }) => `reserved:${text}`));
  return label.values.every(({ glob, text }) => !glob && labels.has(text)) ? identity : null;
}

/** Exclusions that one term can say, said by one. */
function joinExcluding(terms: readonly Term[]): Term[] {
  const excluded = terms
    .filter((term) => term.negated)
    .map((term) => [{ ...term, negated: false }]);
  const joined = reduced(excluded).flatMap((part) =>
    part.map((term): Term => ({ ...term, negated: true })),
  );
  return [...terms.filter((term) => !term.negated), ...joined];
}
