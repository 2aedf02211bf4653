/**
 * A draft's query seen through its conditions: which step each stands at, and the query after
 * another step is taken. The query is the only state; conditions are a way to read it.
 */
import { termText } from "@/lib/query/format";
import type { Query, Term } from "@/lib/query/query";
import { type Condition, conditionsOfQuery } from "./narrow";

/** A condition and the index of the step that the query holds. */
export type Chip = { condition: Condition; at: number };

/**
 * A chip for each condition, then one for each term that none of them explains. A condition that
 * the query does not hold stands at its last step, "any".
 */
export function chipsOf(conditions: readonly Condition[], query: Query): Chip[] {
  let left = query.terms;
  const chips = conditions.map((condition): Chip => {
    const at = stepIn(condition, left);
    const terms = condition.steps[at]?.terms ?? [];
    left = left.filter((term) => !holds(terms, term));
    return { condition, at };
  });
  const others = conditionsOfQuery({ terms: left }).map((condition, index) => ({
    condition: { ...condition, key: `more ${index}` },
    at: 0,
  }));
  return [...chips, ...others];
}

/** The query with another step of a chip; the terms of its own step are replaced in place. */
export function withStep(query: Query, chip: Chip, at: number): Query {
  const old = chip.condition.steps[chip.at]?.terms ?? [];
  const next = chip.condition.steps[at]?.terms ?? [];
  const place = query.terms.findIndex((term) => holds(old, term));
  const kept = query.terms.filter((term) => !holds(old, term));
  const fresh = next.filter((term) => !holds(kept, term));
  return { terms: kept.toSpliced(place < 0 ? kept.length : place, 0, ...fresh) };
}

/** In how many places the chips stand wider than the narrowest that covers the row. */
export function widened(chips: readonly Chip[]): number {
  return chips.filter(({ condition, at }) => at > condition.narrowest).length;
}

/** Of the steps whose terms are all there the one with the most terms, the narrowest first. */
function stepIn({ steps }: Condition, terms: readonly Term[]): number {
  let found = steps.length - 1;
  let most = 0;
  for (const [index, step] of steps.entries()) {
    if (step.terms.length > most && step.terms.every((term) => holds(terms, term))) {
      found = index;
      most = step.terms.length;
    }
  }
  return found;
}

function holds(terms: readonly Term[], term: Term): boolean {
  const text = termText(term);
  return terms.some((other) => termText(other) === text);
}
