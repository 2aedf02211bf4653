/**
 * Queries that no expectation may have: what matches every drop would switch the alarm off, and
 * what asks for `expected:` would ask for itself.
 */
import { FIELDS } from "@/lib/query/fields";
import { parseQuery } from "@/lib/query/parse";
import { isSideTerm, type Term, type Value } from "@/lib/query/query";
import type { Watched } from "./expectation";

/** Why an expectation may not have the query, in words; null when it may. */
export function refusalOf(query: string): string | null {
  const parsed = parseQuery(query);
  if (!parsed.ok) return `at character ${parsed.error.at + 1}: ${parsed.error.message}`;
  const { terms } = parsed.query;
  if (terms.some(({ field }) => field === "expected")) {
    return "an expectation cannot ask for what is expected: leave out expected:.";
  }
  if (terms.length === 0) {
    return "it matches every drop. Say what is expected with at least one condition.";
  }
  if (terms.every((term) => term.negated || isEverything(term))) {
    return "it only leaves things out and so matches nearly every drop. Say what is expected.";
  }
  return null;
}

/** What the query leaves open: what can be new under it. */
export function openIn(query: string): Watched[] {
  const parsed = parseQuery(query);
  if (!parsed.ok) return [];
  const bounding = parsed.query.terms.filter((term) => !term.negated && !isEverything(term));
  const bounds = (watched: Watched) => bounding.some((term) => boundsOf(term).includes(watched));
  return (["source", "destination", "port"] as const).filter((watched) => !bounds(watched));
}

/** A namespace or a node holds many ends: it does not say which. A series says all. */
function boundsOf(term: Term): readonly Watched[] {
  if (isSideTerm(term)) {
    if (term.field === "ns" || term.side === "either") return [];
    return [term.side === "src" ? "source" : "destination"];
  }
  if (term.field === "port") return ["port"];
  return term.field === "series" ? ["source", "destination", "port"] : [];
}

/** Terms that leave nothing out, whatever way they are written. */
function isEverything(term: Term): boolean {
  const { field, values } = term;
  if (values.some((value) => value.glob && /^\*+$/.test(value.text))) return true;
  if (field === "port") return values.some(isEveryPort);
  if (field === "ip") {
    const blocks = values.map(({ text }) => text);
    return blocks.includes("0.0.0.0/0") && blocks.includes("::/0");
  }
  const closed = FIELDS.find(({ name }) => name === field)?.values;
  return closed?.every((one) => values.some(({ text }) => text === one)) === true;
}

function isEveryPort({ op, text }: Value): boolean {
  const [low = "", high = text] = text.split("..");
  switch (op) {
    case "=":
      return Number(low) <= 1 && Number(high) >= 65_535;
    case ">":
      return Number(text) < 1;
    case ">=":
      return Number(text) <= 1;
    case "<":
      return Number(text) > 65_535;
    case "<=":
      return Number(text) >= 65_535;
  }
}
