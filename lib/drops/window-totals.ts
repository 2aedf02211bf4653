/** The totals of a window, made of what it has counted. */
import { EXPECTED } from "./group-state";
import { type Count, GROUP_STATES, type GroupState, type Totals } from "./view";
import { bump, STATES, type WindowCounts } from "./window-counts";
import { groupStateIndex, sum } from "./window-group";

export function totalsOf(
  counts: Pick<WindowCounts, "groups" | "drops" | "attempts" | "hiddenBy">,
): Totals {
  const groupsBy = new Array<number>(STATES).fill(0);
  for (const group of counts.groups.values()) bump(groupsBy, groupStateIndex(group), 1);
  const byState = Object.fromEntries(
    GROUP_STATES.map((name, state): [GroupState, Count] => [
      name,
      {
        drops: counts.drops[state] ?? 0,
        attempts: counts.attempts[state] ?? 0,
        groups: groupsBy[state] ?? 0,
      },
    ]),
  ) as Record<GroupState, Count>;
  const drops = sum(counts.drops);
  const expected = counts.drops[EXPECTED] ?? 0;
  return {
    drops,
    attempts: sum(counts.attempts),
    unexpected: drops - expected,
    expected,
    byExpectation: counts.hiddenBy(),
    byState,
  };
}
