/**
 * The order of the rows, which must not move under the reader. While it is held, known groups keep
 * their places and new ones wait; let go, it follows the sorting.
 */
import type { Sort } from "@/components/query/url-state";
import type { Group } from "@/lib/drops/view";

export type Order = {
  ids: readonly string[];
  /** New groups that wait for the order to be let go. */
  waiting: number;
};

/**
 * `previous` null or empty: nothing to hold on to yet. Returns `previous` itself when nothing moved.
 */
export function nextOrder(
  previous: Order | null,
  groups: readonly Group[],
  sort: Sort,
  held: boolean,
): Order {
  const isHeld = held && previous !== null && previous.ids.length > 0;
  if (!isHeld) return settle(previous, sortGroups(groups, sort));
  const present = new Set(groups.map((group) => group.id));
  const kept = previous.ids.filter((id) => present.has(id));
  const waiting = present.size - kept.length;
  if (kept.length === previous.ids.length && waiting === previous.waiting) return previous;
  return { ids: kept, waiting };
}

function settle(previous: Order | null, sorted: readonly Group[]): Order {
  const same =
    previous !== null &&
    previous.waiting === 0 &&
    previous.ids.length === sorted.length &&
    sorted.every((group, index) => group.id === previous.ids[index]);
  return same ? previous : { ids: sorted.map((group) => group.id), waiting: 0 };
}

/** The groups of `order`, in it. */
export function inOrder(order: Order, groups: readonly Group[]): Group[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  return order.ids.map((id) => byId.get(id)).filter((group) => group !== undefined);
}

function sortGroups(groups: readonly Group[], sort: Sort): Group[] {
  return [...groups].sort((a, b) => COMPARE[sort](a, b) || (a.id < b.id ? -1 : 1));
}

const COMPARE: Record<Sort, (a: Group, b: Group) => number> = {
  attempts: (a, b) => b.attempts - a.attempts || b.drops - a.drops,
  // RFC 3339 in UTC sorts as text.
  last: (a, b) => compareText(b.lastSeen, a.lastSeen),
  first: (a, b) => compareText(b.firstSeen, a.firstSeen),
};

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export const SORT_TEXT: Record<Sort, string> = {
  attempts: "attempts",
  last: "last seen",
  first: "newest",
};
