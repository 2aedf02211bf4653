/**
 * The incremental answer to "what was dropped in this range, by group": it begins with what the
 * store counted, takes each new drop in constant time, and lets old buckets slide out. Live views
 * and views of the past are made by it alike. Time comes from the caller.
 */
import type { Series } from "./drop";
import { type Grouping, POLICY_GROUPING } from "./group-by";
import type { LoadRow } from "./load-row";
import { type Outcome, plainOutcome } from "./outcome";
import { ruleMarks } from "./rule-marks";
import { cutRange, drawBars, trendBlock } from "./timeline";
import {
  type Bucket,
  type Group,
  type RuleMark,
  type Totals,
  TREND_BLOCKS,
  type View,
  type ViewDelta,
} from "./view";
import { bump, createWindowCounts } from "./window-counts";
import { firstGroups, groupRow, type WindowGroup } from "./window-group";
import { type OutcomeDuring, reclassifySlots, type SlotSpan } from "./window-reclassify";
import { totalsOf } from "./window-totals";

export type WindowOptions = {
  fromMs: number;
  /** End of the range, not itself in it. */
  toMs: number;
  /** Width of a bucket; edges are whole multiples of it since the epoch. See `liveRange`. */
  stepMs: number;
  /** How far an expectation was over its ceiling at most in a span, as a multiple of it. */
  overOf?: (id: string, fromMs: number, toMs: number) => number | undefined;
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

/** What the window knows of a `View`; the rest is the caller's. */
export type WindowView = Omit<View, "query" | "coverage" | "unfilteredGroups">;
export type WindowDelta = Omit<ViewDelta, "coverage" | "unfilteredGroups">;

export type LiveWindow = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly groupCount: number;
  /**
   * Counts a drop: `drops` packets and `attempts` attempts. One from before the range is left out;
   * one from after it (a node's clock is ahead) goes into the last bucket.
   */
  add(series: Series, timeMs: number, drops: number, attempts: number, outcome?: Outcome): void;
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
  /**
   * Counts what is there anew under changed expectations: all drops of series for which `affects`
   * holds, of `span` only where one is given. Answers the series that need their drops for it:
   * they are left as they were. See `replace`.
   */
  reclassify(
    affects: (series: Series) => boolean,
    outcomeDuring: OutcomeDuring,
    span?: { fromMs: number; toMs: number },
  ): Set<Series>;
  /** Lets go of all that is counted of some series, by their ids, and takes up `rows` instead. */
  replace(series: ReadonlySet<string>, rows: Iterable<LoadRow>): void;
  /** Whether it counts drops of series that it does not hold one by one. */
  readonly isLoose: boolean;
};

const ALWAYS = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

export function createWindow(options: WindowOptions): LiveWindow {
  const { stepMs, maxSeries = 20_000, maxGroups = 10_000 } = options;
  const grouping = options.grouping ?? POLICY_GROUPING;
  let { fromMs, toMs } = options;
  let firstBucket = Math.floor(fromMs / stepMs);
  const { count: slots, barMs } = cutRange(options);

  const counts = createWindowCounts({ slots, groupIdOf: grouping.idOf, maxSeries, maxGroups });
  const { groups } = counts;
  const changed = new Set<WindowGroup>();
  const removed = new Set<string>();
  let hasChanged = false;

  function put({ series, bucketMs, drops, attempts, firstMs, lastMs, outcome }: LoadRow): void {
    const index = bucketMs < toMs ? Math.floor(bucketMs / stepMs) - firstBucket : slots - 1;
    const place = Math.min(Math.max(index, 0), slots - 1);
    const slot = (firstBucket + place) % slots;
    hasChanged = true;
    const group = counts.add({
      series,
      slot,
      outcome: outcome ?? plainOutcome(series),
      drops,
      attempts,
      firstMs,
      lastMs,
    });
    if (group === null) return;
    if (group.trend !== null) bump(group.trend, blockOf(place), attempts);
    changed.add(group);
    removed.delete(group.id);
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
    const firstMs = Math.min(remembered, group.firstMs);
    return groupRow(group, grouping, firstMs, group.trend.slice(), marksOf(group));
  }

  function marksOf(group: WindowGroup): RuleMark[] {
    return ruleMarks(group, counts.ruleTotal, (id) => options.overOf?.(id, fromMs, toMs));
  }

  function reclassify(
    affects: (series: Series) => boolean,
    outcomeDuring: OutcomeDuring,
    span: { fromMs: number; toMs: number } = ALWAYS,
  ): Set<Series> {
    const places = slotSpans().filter((one) => one.fromMs < span.toMs && one.toMs > span.fromMs);
    const onMoved = (group: WindowGroup) => {
      changed.add(group);
      hasChanged = true;
    };
    return reclassifySlots(counts, places, { affects, outcomeDuring, onMoved });
  }

  /** Each slot with the span of what is counted in it: a clock that is ahead reaches past its end. */
  function slotSpans(): SlotSpan[] {
    return Array.from({ length: slots }, (_, i) => {
      const slot = (firstBucket + i) % slots;
      const endMs = (firstBucket + i + 1) * stepMs;
      const startMs = Math.max(fromMs, (firstBucket + i) * stepMs);
      return { slot, fromMs: startMs, toMs: Math.max(endMs, counts.lastMs(slot) + 1) };
    });
  }

  function replace(series: ReadonlySet<string>, rows: Iterable<LoadRow>): void {
    for (const id of series) {
      const cell = counts.cells.get(id);
      if (cell === undefined) continue;
      const { group } = cell;
      hasChanged = true;
      group.trend = null;
      changed.add(group);
      if (counts.remove(cell)) {
        changed.delete(group);
        removed.add(group.id);
      }
    }
    load(rows);
  }

  function load(rows: Iterable<LoadRow>): void {
    for (const row of rows) if (row.lastMs >= fromMs) put(row);
  }

  /** Whose marks say something else because of what happened to another group. */
  function noteRemarked(): void {
    for (const group of counts.takeRemarked()) {
      if (groups.get(group.id) === group) changed.add(group);
    }
  }

  function trendOf(group: WindowGroup): number[] {
    const trend = new Array<number>(TREND_BLOCKS).fill(0);
    for (let i = 0; i < slots; i++) {
      bump(trend, blockOf(i), counts.attemptsOfGroup(group, (firstBucket + i) % slots));
    }
    return trend;
  }

  function blockOf(index: number): number {
    return trendBlock(index, slots);
  }

  function timeline(): Bucket[] {
    const attemptsAt = (place: number, part: number) =>
      counts.attemptsOfBar((firstBucket + place) % slots, part);
    return drawBars({ first: firstBucket, count: slots, stepMs, barMs }, attemptsAt, options.isGap);
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
    get isLoose() {
      return counts.isLoose;
    },
    reclassify,
    replace,
    load,
    add(series, timeMs, drops, attempts, outcome) {
      if (timeMs < fromMs) return;
      // A time that is no number is taken for now, like one from the future.
      const bucketMs = Number.isNaN(timeMs) ? toMs - 1 : timeMs;
      put({ series, bucketMs, drops, attempts, firstMs: bucketMs, lastMs: bucketMs, outcome });
    },
    slide,
    snapshot(limit = Number.POSITIVE_INFINITY) {
      return {
        by: grouping.by,
        fromMs,
        toMs,
        stepMs: barMs,
        totals: totalsOf(counts),
        groups: firstGroups(groups.values(), limit).map(rowOf),
        groupCount: groups.size,
        timeline: timeline(),
      };
    },
    takeDelta(limit = Number.POSITIVE_INFINITY) {
      noteRemarked();
      if (!hasChanged && changed.size === 0 && removed.size === 0) return null;
      const told = firstGroups(changed, limit);
      for (const group of told) changed.delete(group);
      const gone = [...removed];
      removed.clear();
      hasChanged = false;
      return {
        fromMs,
        toMs,
        totals: totalsOf(counts),
        groups: told.map(rowOf),
        removed: gone,
        groupCount: groups.size,
        timeline: timeline(),
      };
    },
    totals: () => totalsOf(counts),
  };
}
