/** A term as a question to a series and its drops. */
import { plainTest } from "./plain-tests";
import { isSideTerm, type NamesAsked, type Term } from "./query";
import { type DropTest, not, type SeriesTest } from "./series-test";
import { sideTest } from "./side-tests";
import { wordTest } from "./word-tests";

/** `isExpected` answers `expected:`, `names` says how remembered names answer. */
export function compileTerm(term: Term, isExpected: DropTest, names: NamesAsked): SeriesTest {
  if (term.negated) return not(testOf(term, isExpected, "any"));
  return testOf(term, isExpected, names);
}

function testOf(term: Term, isExpected: DropTest, names: NamesAsked): SeriesTest {
  if (term.field === "text") return wordTest(term, names);
  return isSideTerm(term) ? sideTest(term, names) : plainTest(term, isExpected);
}
