/**
 * The incremental answer to "what was dropped in this range, by group": it begins with what the
 * store counted, takes each new drop in constant time, and lets old buckets slide out. Live views
 * and views of the past are made by it alike. Time comes from the caller.
 */
import type { Series } from "./drop";
import { type Grouping, POLICY_GROUPING } from "./group-by";
import { AUDIT, EXPECTED, INFRASTRUCTURE, stateIndexOf, UNEXPECTED } from "./group-state";
import { BARS } from "./timeline";
import {
  type Bucket,
  type Count,
  GROUP_STATES,
  type Group,
  type GroupState,
  type Totals,
  TREND_BLOCKS,
  type View,
  type ViewDelta,
} from "./view";
import { bump, createWindowCounts, STATES } from "./window-counts";
import { firstGroups, groupRow, groupStateIndex, sum, type WindowGroup } from "./window-group";

export type WindowOptions = {
  fromMs: number;
  /** End of the range, not itself in it. */
  toMs: number;
  /** Width of a bucket; edges are whole multiples of it since the epoch. See `liveRange`. */
  stepMs: number;
  /** Whether an expectation hides the drop. When it throws, the drop is not expected. */
  isExpected?: (series: Series, timeMs: number) => boolean;
  /** What a row stands for; by default a policy. */
  grouping?: Grouping;
  /** When a group was first seen by what the store remembers; undefined when it does not know. */
  firstSeenMs?: (groupId: string) => number | undefined;
  /** Whether no source was connected in some of this span. */
  isGap?: (fromMs: number, toMs: number) => boolean;
  /** Series held one by one; of further ones only their group's counts are kept. Default 20,000. */
  maxSeries?: number;
  /** Groups held one by one; further ones are in the totals only. Default 10,000. */
  maxGroups?: number;
};

/** One count of the store: a series in one bucket. */
export type LoadRow = {
  series: Series;
  /** Any time in the bucket. */
  bucketMs: number;
  drops: number;
  attempts: number;
  firstMs: number;
  lastMs: number;
};

/** What the window knows of a `View`; the rest is the caller's. */
export type WindowView = Omit<View, "query" | "coverage" | "unfilteredGroups">;
export type WindowDelta = Omit<ViewDelta, "coverage" | "unfilteredGroups">;

export type LiveWindow = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly groupCount: number;
  /** Drops that are in the totals but in no group, because groups were too many. */
  readonly unlistedDrops: number;
  /**
   * Counts a drop: `drops` packets and `attempts` attempts. One from before the range is left out;
   * one from after it (a node's clock is ahead) goes into the last bucket.
   */
  add(series: Series, timeMs: number, drops: number, attempts: number): void;
  load(rows: Iterable<LoadRow>): void;
  /** Moves the range on by whole buckets until it holds `nowMs`. */
  slide(nowMs: number): void;
  /** The whole view, with the first `limit` groups in the order of need. */
  snapshot(limit?: number): WindowView;
  /**
   * What changed since the last call, or null. More than `limit` changed groups are told in
   * several calls, the first in the order of need first.
   */
  takeDelta(limit?: number): WindowDelta | null;
  totals(): Totals;
};

export function createWindow(options: WindowOptions): LiveWindow {
  const { stepMs, isExpected, maxSeries = 20_000, maxGroups = 10_000 } = options;
  const grouping = options.grouping ?? POLICY_GROUPING;
  let { fromMs, toMs } = options;
  let firstBucket = Math.floor(fromMs / stepMs);
  const slots = Math.max(1, Math.ceil(toMs / stepMs) - firstBucket);
  /** Two buckets make a bar where there are enough of them. */
  const barMs = slots >= 2 * BARS ? stepMs * 2 : stepMs;

  const counts = createWindowCounts({ slots, groupIdOf: grouping.idOf, maxSeries, maxGroups });
  const { groups } = counts;
  const changed = new Set<WindowGroup>();
  const removed = new Set<string>();
  let hasChanged = false;

  function put({ series, bucketMs, drops, attempts, firstMs, lastMs }: LoadRow): void {
    const index = bucketMs < toMs ? Math.floor(bucketMs / stepMs) - firstBucket : slots - 1;
    const place = Math.min(Math.max(index, 0), slots - 1);
    const slot = (firstBucket + place) % slots;
    const state = expects(series, bucketMs) ? EXPECTED : stateIndexOf(series);
    hasChanged = true;
    const group = counts.add({ series, slot, state, drops, attempts, firstMs, lastMs });
    if (group === null) return;
    if (group.trend !== null) bump(group.trend, blockOf(place), attempts);
    changed.add(group);
    removed.delete(group.id);
  }

  function expects(series: Series, timeMs: number): boolean {
    if (isExpected === undefined) return false;
    try {
      return isExpected(series, timeMs);
    } catch {
      // Fail open: what cannot be evaluated hides nothing.
      return false;
    }
  }

  function slide(nowMs: number): void {
    if (nowMs < toMs) return;
    const steps = Math.floor((nowMs - toMs) / stepMs) + 1;
    for (let i = 0; i < Math.min(steps, slots); i++) {
      for (const group of counts.clear((firstBucket + i) % slots)) {
        changed.delete(group);
        removed.add(group.id);
      }
    }
    firstBucket += steps;
    fromMs += steps * stepMs;
    toMs += steps * stepMs;
    hasChanged = true;
    // Every trend has moved on by a bucket.
    for (const group of groups.values()) {
      group.trend = null;
      changed.add(group);
    }
  }

  function rowOf(group: WindowGroup): Group {
    const remembered = options.firstSeenMs?.(group.id) ?? group.firstMs;
    group.trend ??= trendOf(group);
    return groupRow(group, grouping, Math.min(remembered, group.firstMs), group.trend.slice());
  }

  function trendOf(group: WindowGroup): number[] {
    const trend = new Array<number>(TREND_BLOCKS).fill(0);
    for (let i = 0; i < slots; i++) {
      bump(trend, blockOf(i), counts.attemptsOfGroup(group, (firstBucket + i) % slots));
    }
    return trend;
  }

  function blockOf(index: number): number {
    return Math.floor((index * TREND_BLOCKS) / slots);
  }

  /** Bars lie on whole multiples of their width, so that they keep their places while time moves. */
  function timeline(): Bucket[] {
    const bars: Bucket[] = [];
    for (let i = 0; i < slots; i++) {
      const slot = (firstBucket + i) % slots;
      const timeMs = Math.floor(((firstBucket + i) * stepMs) / barMs) * barMs;
      let bar = bars.at(-1);
      if (bar === undefined || bar.timeMs !== timeMs) {
        const gap = options.isGap?.(timeMs, timeMs + barMs) ?? false;
        bar = { timeMs, dropped: 0, audit: 0, infrastructure: 0, expected: 0, gap };
        bars.push(bar);
      }
      bar.dropped += counts.attemptsOfAll(slot, UNEXPECTED);
      bar.audit += counts.attemptsOfAll(slot, AUDIT);
      bar.infrastructure += counts.attemptsOfAll(slot, INFRASTRUCTURE);
      bar.expected += counts.attemptsOfAll(slot, EXPECTED);
    }
    return bars;
  }

  function totals(): Totals {
    const groupsBy = new Array<number>(STATES).fill(0);
    for (const group of groups.values()) bump(groupsBy, groupStateIndex(group), 1);
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
      byExpectation: [],
      byState,
    };
  }

  return {
    get fromMs() {
      return fromMs;
    },
    get toMs() {
      return toMs;
    },
    get groupCount() {
      return groups.size;
    },
    get unlistedDrops() {
      let listed = 0;
      for (const group of groups.values()) listed += sum(group.drops);
      return sum(counts.drops) - listed;
    },
    add(series, timeMs, drops, attempts) {
      if (timeMs < fromMs) return;
      // A time that is no number is taken for now, like one from the future.
      const bucketMs = Number.isNaN(timeMs) ? toMs - 1 : timeMs;
      put({ series, bucketMs, drops, attempts, firstMs: bucketMs, lastMs: bucketMs });
    },
    load(rows) {
      for (const row of rows) if (row.lastMs >= fromMs) put(row);
    },
    slide,
    snapshot(limit = Number.POSITIVE_INFINITY) {
      return {
        by: grouping.by,
        fromMs,
        toMs,
        stepMs: barMs,
        totals: totals(),
        groups: firstGroups(groups.values(), limit).map(rowOf),
        groupCount: groups.size,
        timeline: timeline(),
      };
    },
    takeDelta(limit = Number.POSITIVE_INFINITY) {
      if (!hasChanged && changed.size === 0 && removed.size === 0) return null;
      const told = firstGroups(changed, limit);
      for (const group of told) changed.delete(group);
      const gone = [...removed];
      removed.clear();
      hasChanged = false;
      return {
        fromMs,
        toMs,
        totals: totals(),
        groups: told.map(rowOf),
        removed: gone,
        groupCount: groups.size,
        timeline: timeline(),
      };
    },
    totals,
  };
}
