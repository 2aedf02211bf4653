/**
 * What the expectations make of a drop, as a window counts it. Who decides it is `lib/expectations`;
 * without any, a drop's state follows from its series.
 */
import type { Series } from "./drop";
import { AUDIT, barOf, INFRASTRUCTURE, UNEXPECTED } from "./group-state";
import type { RuleMark } from "./view";

/** What one expectation does to a drop that it matches. */
export type Touch = {
  id: string;
  does: RuleMark["does"];
  /** When the expectation was made: marks are told the oldest first, then by id. */
  madeMs: number;
};

/** Equal keys mean equal outcomes. */
export type Outcome = {
  key: string;
  /** Index into `GROUP_STATES`. */
  state: number;
  /** Index into `BARS_OF`: what the timeline draws it as. */
  bar: number;
  /** The expectation that it counts for when it is hidden, else null. */
  hiddenBy: string | null;
  touches: readonly Touch[];
};

const PLAIN = [UNEXPECTED, AUDIT, INFRASTRUCTURE].map(
  (state, bar): Outcome => ({ key: `${state}`, state, bar, hiddenBy: null, touches: [] }),
);

/** Of a drop that no expectation touches. */
export function plainOutcome(series: Series): Outcome {
  const plain = PLAIN[barOf(series)];
  if (plain === undefined) throw new RangeError(`Series ${series.id} has no state.`);
  return plain;
}

export function isBefore(a: Touch, b: Touch): boolean {
  return a.madeMs < b.madeMs || (a.madeMs === b.madeMs && a.id < b.id);
}
