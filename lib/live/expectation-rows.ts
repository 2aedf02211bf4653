/** Expectations as the list shows them. */
import { appliesAt, type Expectation } from "@/lib/expectations/expectation";
import { readMoment } from "@/lib/expectations/moment";
import { refusalOf } from "@/lib/expectations/refuse";
import type { ExpectationRow, ExpectationState } from "@/lib/expectations/view";

export type ExpectationRows = (expectations: readonly Expectation[]) => Promise<ExpectationRow[]>;

const NO_HITS = { drops: 0, attempts: 0, hidden: 0 };
const SOON_MS = 3 * 86_400_000;

/** Rows without what is counted from the drops. */
export function plainRow(expectation: Expectation, nowMs: number): ExpectationRow {
  const { known, ...rest } = expectation;
  return {
    ...rest,
    known: {
      source: known.source.length,
      destination: known.destination.length,
      port: known.port.length,
    },
    states: plainStates(expectation, nowMs),
    hits: { hour: NO_HITS, day: NO_HITS, total: NO_HITS },
    lastMatch: null,
    surges: [],
    newUnder: [],
  };
}

function plainStates(expectation: Expectation, nowMs: number): ExpectationState[] {
  if (expectation.revokedAt !== null) return ["revoked"];
  if (refusalOf(expectation.query) !== null) return ["unreadable"];
  const end = expectation.expiresAt === null ? null : readMoment(expectation.expiresAt);
  if (end !== null && end.timeMs <= nowMs) return ["expired"];
  const now = { timeMs: nowMs, timeNanos: 0 };
  const state = expectation.mode === "trial" ? "trial" : "active";
  if (!appliesAt(expectation, now)) return ["scheduled"];
  return end !== null && end.timeMs - nowMs < SOON_MS ? ["ending-soon", state] : [state];
}
