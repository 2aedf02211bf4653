/** How the expectations touch a group: the marks on its row. */
import { isBefore, type Touch } from "./outcome";
import type { RuleTotal } from "./touch-counts";
import type { RuleMark } from "./view";
import { sum, type WindowGroup } from "./window-group";

/** Of several things that an expectation does in a group the one that a reader needs first. */
const NEED: readonly RuleMark["does"][] = ["surge", "new", "ended", "hides", "trial"];

/** One mark for each expectation that touches the group, the oldest first. */
export function ruleMarks(
  group: WindowGroup,
  totalOf: (id: string) => RuleTotal | undefined,
  overOf: (id: string) => number | undefined,
): RuleMark[] {
  if (group.touches.size === 0) return [];
  const byRule = new Map<string, { touch: Touch; drops: number }>();
  for (const { touch, drops } of group.touches.values()) {
    const one = byRule.get(touch.id);
    if (one === undefined) byRule.set(touch.id, { touch, drops });
    else {
      one.drops += drops;
      if (NEED.indexOf(touch.does) < NEED.indexOf(one.touch.does)) one.touch = touch;
    }
  }
  const all = sum(group.drops);
  return [...byRule.values()]
    .sort((a, b) => (isBefore(a.touch, b.touch) ? -1 : 1))
    .map(({ touch: { id, does }, drops }) => {
      const fit = drops < all ? "part" : fitOf(totalOf(id));
      const over = does === "surge" ? overOf(id) : undefined;
      return { id, does, fit, ...(over === undefined ? {} : { over }) };
    });
}

function fitOf(total: RuleTotal | undefined): "exact" | "broader" {
  return total !== undefined && (total.groups.size > 1 || total.isBeyond) ? "broader" : "exact";
}
