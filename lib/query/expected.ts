/** The terms of a query that ask for `expected:`, taken apart from the others. */
import type { Query, Term } from "./query";

export type ExpectedSplit = {
  /** The query without them. */
  others: Query;
  /** Whether they let a drop through that is hidden, or one that is not. */
  wants: (isHidden: boolean) => boolean;
};

export function splitExpected(query: Query): ExpectedSplit {
  const isAsking = ({ field }: Term) => field === "expected";
  const asking = query.terms.filter(isAsking);
  if (asking.length === 0) return { others: query, wants: () => true };
  return {
    others: { terms: query.terms.filter((term) => !isAsking(term)) },
    wants: (isHidden) =>
      asking.every(
        ({ negated, values }) => values.some(({ text }) => text === String(isHidden)) !== negated,
      ),
  };
}
