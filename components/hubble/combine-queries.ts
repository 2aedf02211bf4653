/** Two queries that must both hold, as one that can be typed. */
import { formatQuery, termText } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";

export type Combined = { ok: true; q: string } | { ok: false; message: string };

/** Terms that stand in both are written once. Fails where the two are too long together. */
export function combineQueries(one: Query, other: Query): Combined {
  const texts = new Set(one.terms.map(termText));
  const added = other.terms.filter((term) => !texts.has(termText(term)));
  const q = formatQuery({ terms: [...one.terms, ...added] });
  const parsed = parseQuery(q);
  return parsed.ok ? { ok: true, q } : { ok: false, message: parsed.error.message };
}
