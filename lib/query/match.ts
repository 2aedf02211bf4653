/**
 * Whether a drop matches a query, in JavaScript: what live views use. The store's SQL
 * (`lib/store/where.ts`) answers the same for every drop.
 */
import type { Drop, Series } from "@/lib/drops/drop";
import type { NamesAsked, Query } from "./query";
import type { DropTest } from "./series-test";
import { compileTerm } from "./term-tests";

export type { DropTest };

export type Matcher = {
  /** Whether all, none or some of a series' drops match. Depends on nothing but the series. */
  series(series: Series): "all" | "none" | "depends";
  /** True or false for all drops of the series, or the test that each of them must still pass. */
  rest(series: Series): boolean | DropTest;
  drop(drop: Drop): boolean;
};

const NEVER: DropTest = () => false;

/**
 * Compiles a query; the cost of `drop` does not depend on how the query is written. `isExpected`
 * answers `expected:`; without it nothing is expected. `names` is how remembered names answer.
 */
export function compileQuery(
  query: Query,
  isExpected: DropTest = NEVER,
  names: NamesAsked = "any",
): Matcher {
  const terms = query.terms.map((term) => compileTerm(term, isExpected, names));

  function rest(series: Series): boolean | DropTest {
    const left: DropTest[] = [];
    for (const term of terms) {
      const answer = term(series);
      if (answer === false) return false;
      if (answer !== true) left.push(answer);
    }
    const [only] = left;
    if (only === undefined) return true;
    return left.length === 1 ? only : (drop) => left.every((test) => test(drop));
  }

  return {
    rest,
    series(series) {
      const answer = rest(series);
      if (typeof answer === "boolean") return answer ? "all" : "none";
      return "depends";
    },
    drop(drop) {
      const answer = rest(drop.series);
      return typeof answer === "boolean" ? answer : answer(drop);
    },
  };
}

/**
 * A matcher that asks each series once, as long as the series object lives. Series objects are
 * shared by their drops and never changed, so this is what a long stream should use.
 */
export function memoisedBySeries(matcher: Matcher): DropTest {
  const answers = new WeakMap<Series, boolean | DropTest>();
  return (drop) => {
    let answer = answers.get(drop.series);
    if (answer === undefined) {
      answer = matcher.rest(drop.series);
      answers.set(drop.series, answer);
    }
    return typeof answer === "boolean" ? answer : answer(drop);
  };
}

/** Whether one drop matches. For many drops compile the query once. */
export function matchesQuery(query: Query, drop: Drop, isExpected: DropTest = NEVER): boolean {
  return compileQuery(query, isExpected).drop(drop);
}
