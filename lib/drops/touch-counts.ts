/**
 * What each expectation touches and hides in a window, by bucket: in each group, for the marks of
 * its row, and in all, for the totals. Only drops that an expectation touches cost anything here.
 */
import type { Outcome, Touch } from "./outcome";
import { createSlotCounts } from "./slot-counts";
import type { HiddenBy } from "./view";
import type { WindowGroup } from "./window-group";

/** Drops of one group that one expectation touches in one way. */
export type TouchCount = { row: number; touch: Touch; group: WindowGroup; drops: number };

/** What one expectation touches of the window, in any way. */
export type RuleTotal = {
  groups: Set<WindowGroup>;
  /** Whether it touches drops of groups that are not held one by one. */
  isBeyond: boolean;
};

export type TouchCounts = {
  /** Counts may be negative: then they are taken back. */
  add(
    group: WindowGroup | null,
    slot: number,
    outcome: Outcome,
    drops: number,
    attempts: number,
  ): void;
  clear(slot: number): void;
  /** The most drops first. */
  hiddenBy(): HiddenBy[];
  ruleTotal(id: string): RuleTotal | undefined;
  /** Groups of expectations that touch one group alone now, or no longer, since the last call. */
  takeRemarked(): Iterable<WindowGroup>;
};

type Hidden = HiddenBy & { row: number };

export function createTouchCounts(slots: number): TouchCounts {
  const groupCounts = createSlotCounts(slots, 1);
  const countByRow: (TouchCount | null)[] = [];
  const hiddenCounts = createSlotCounts(slots, 1);
  const hiddenByRow: (Hidden | null)[] = [];
  const hidden = new Map<string, Hidden>();
  const totals = new Map<string, RuleTotal>();
  let remarked = new Set<WindowGroup>();

  function addTouch(group: WindowGroup, slot: number, touch: Touch, drops: number): void {
    let count = group.touches.get(touch);
    if (count === undefined) {
      count = { row: groupCounts.newRow(), touch, group, drops: 0 };
      countByRow[count.row] = count;
      group.touches.set(touch, count);
      meet(touch.id, group);
    }
    groupCounts.add(count.row, slot, 0, drops, 0);
    take(count, -drops);
  }

  function take(count: TouchCount, drops: number): void {
    count.drops -= drops;
    if (count.drops > 0) return;
    countByRow[count.row] = null;
    groupCounts.freeRow(count.row);
    count.group.touches.delete(count.touch);
    part(count.touch.id, count.group);
  }

  function meet(id: string, group: WindowGroup): void {
    const total = totalOf(id);
    if (total.groups.has(group)) return;
    total.groups.add(group);
    if (total.groups.size === 2) for (const one of total.groups) remarked.add(one);
  }

  function part(id: string, group: WindowGroup): void {
    for (const { touch } of group.touches.values()) if (touch.id === id) return;
    const total = totals.get(id);
    total?.groups.delete(group);
    if (total?.groups.size === 1) for (const one of total.groups) remarked.add(one);
    if (total?.groups.size === 0 && !total.isBeyond) totals.delete(id);
  }

  function totalOf(id: string): RuleTotal {
    const total = totals.get(id) ?? { groups: new Set(), isBeyond: false };
    totals.set(id, total);
    return total;
  }

  function addHidden(id: string, slot: number, drops: number, attempts: number): void {
    let one = hidden.get(id);
    if (one === undefined) {
      one = { id, row: hiddenCounts.newRow(), drops: 0, attempts: 0 };
      hiddenByRow[one.row] = one;
      hidden.set(id, one);
    }
    hiddenCounts.add(one.row, slot, 0, drops, attempts);
    takeHidden(one, -drops, -attempts);
  }

  function takeHidden(one: Hidden, drops: number, attempts: number): void {
    one.drops -= drops;
    one.attempts -= attempts;
    if (one.drops > 0 || one.attempts > 0) return;
    hiddenByRow[one.row] = null;
    hiddenCounts.freeRow(one.row);
    hidden.delete(one.id);
  }

  return {
    add(group, slot, outcome, drops, attempts) {
      if (outcome.hiddenBy !== null) addHidden(outcome.hiddenBy, slot, drops, attempts);
      for (const touch of outcome.touches) {
        if (group === null) totalOf(touch.id).isBeyond = true;
        else addTouch(group, slot, touch, drops);
      }
    },
    clear(slot) {
      groupCounts.clear(slot, (row) => {
        const count = countByRow[row] ?? null;
        if (count !== null) take(count, groupCounts.drops(row, slot, 0));
      });
      hiddenCounts.clear(slot, (row) => {
        const one = hiddenByRow[row] ?? null;
        if (one === null) return;
        takeHidden(one, hiddenCounts.drops(row, slot, 0), hiddenCounts.attempts(row, slot, 0));
      });
    },
    hiddenBy: () =>
      [...hidden.values()]
        .map(({ id, drops, attempts }) => ({ id, drops, attempts }))
        .sort((a, b) => b.drops - a.drops || (a.id < b.id ? -1 : 1)),
    ruleTotal: (id) => totals.get(id),
    takeRemarked() {
      const groups = remarked;
      remarked = new Set();
      return groups;
    },
  };
}
