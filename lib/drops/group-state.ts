/** Where a drop stands in the operator's order of need, before expectations are asked. */
import type { Series } from "./drop";
import { GROUP_STATES, type Group, type GroupState } from "./view";

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

/** Order of groups: by state, then most attempts, then last seen, then id. */
export function compareGroups(a: Group, b: Group): number {
  return (
    GROUP_STATES.indexOf(a.state) - GROUP_STATES.indexOf(b.state) ||
    b.attempts - a.attempts ||
    compareText(b.lastSeen, a.lastSeen) ||
    compareText(a.id, b.id)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
