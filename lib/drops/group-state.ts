/** Where a drop stands in the operator's order of need, before expectations are asked. */
import type { Series } from "./drop";
import { GROUP_STATES, type GroupState } from "./view";

/** Indexes into `GROUP_STATES`, which is the order of need. */
export const UNEXPECTED = 0;
export const AUDIT = 1;
export const INFRASTRUCTURE = 2;
export const EXPECTED = 3;

/** A reason that is no policy's is infrastructure; what audit mode let pass is audit. */
export function stateIndexOf({ attribution, verdict }: Series): number {
  if (attribution.kind === "other") return INFRASTRUCTURE;
  return verdict === "AUDIT" ? AUDIT : UNEXPECTED;
}

export function stateOf(index: number): GroupState {
  return GROUP_STATES[index] ?? "unexpected";
}
