/** A line of the Expected screen for tests; each test names only what it is about. */
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import type { ExpectationRow } from "@/lib/expectations/view";

const NO_HITS = { drops: 0, attempts: 0, hidden: 0 };

export function sampleRow(change: Partial<ExpectationRow> = {}): ExpectationRow {
  return {
    ...sampleExpectation(),
    known: { source: 0, destination: 0, port: 0 },
    states: ["active"],
    hits: { hour: NO_HITS, day: NO_HITS, total: NO_HITS },
    lastMatch: null,
    surges: [],
    newUnder: [],
    ...change,
  };
}
