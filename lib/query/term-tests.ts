/** A term as a question to a series and its drops. */
import { plainTest } from "./plain-tests";
import { isSideTerm, type Term } from "./query";
import { type DropTest, not, type SeriesTest } from "./series-test";
import { sideTest } from "./side-tests";
import { wordTest } from "./word-tests";

/** `isExpected` answers `expected:`. */
export function compileTerm(term: Term, isExpected: DropTest): SeriesTest {
  const test = testOf(term, isExpected);
  return term.negated ? not(test) : test;
}

function testOf(term: Term, isExpected: DropTest): SeriesTest {
  if (term.field === "text") return wordTest(term);
  return isSideTerm(term) ? sideTest(term) : plainTest(term, isExpected);
}
