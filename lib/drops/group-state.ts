/** Where a drop stands in the operator's order of need, and what the timeline draws it as. */
import type { Series } from "./drop";
import { GROUP_STATES, type GroupState } from "./view";

/** Indexes into `GROUP_STATES`, which is the order of need. */
export const SURGE = 0;
export const NEW = 1;
export const UNEXPECTED = 2;
export const AUDIT = 3;
export const INFRASTRUCTURE = 4;
export const EXPECTED = 5;

/**
 * Before expectations are asked: a reason that is no policy's is infrastructure; what audit mode
 * let pass is audit.
 */
function stateIndexOf({ attribution, verdict }: Series): number {
  if (attribution.kind === "other") return INFRASTRUCTURE;
  return verdict === "AUDIT" ? AUDIT : UNEXPECTED;
}

export function stateOf(index: number): GroupState {
  return GROUP_STATES[index] ?? "unexpected";
}

/** What a bar of the timeline is made of; what is hidden is its last part whatever it would be. */
export const BARS_OF = ["dropped", "audit", "infrastructure", "expected"] as const;
export const HIDDEN_BAR = 3;

/** The part of the bar that a drop of the series is in while it is shown. */
export function barOf(series: Series): number {
  return stateIndexOf(series) - UNEXPECTED;
}
