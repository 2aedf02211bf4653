/**
 * A question put to a series before its drops: it answers yes, no, or with the test that each of
 * its drops must still pass.
 */
import type { Drop, Series } from "@/lib/drops/drop";

/** What tests read of a drop: all but its flows, which lists of the store come without. */
export type TestedDrop = Omit<Drop, "verdictFlow" | "dropFlow">;
export type DropTest = (drop: TestedDrop) => boolean;
/** True or false for all drops of the series, or what is left to ask of each. */
export type SeriesTest = (series: Series) => boolean | DropTest;

export function not(test: SeriesTest): SeriesTest {
  return (series) => {
    const answer = test(series);
    return typeof answer === "boolean" ? !answer : (drop) => !answer(drop);
  };
}

export function anyOf(tests: readonly SeriesTest[]): SeriesTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (series) => {
    const left: DropTest[] = [];
    for (const test of tests) {
      const answer = test(series);
      if (answer === true) return true;
      if (answer !== false) left.push(answer);
    }
    return left.length > 0 && ((drop) => left.some((test) => test(drop)));
  };
}
