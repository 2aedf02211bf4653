/**
 * The incremental answer to "what was dropped in this range, by group": it begins with what the
 * store counted, takes each new drop in constant time, and lets old buckets slide out. Live views
 * and views of the past are made by it alike. Time comes from the caller.
 */
import type { Series } from "./drop";
import {
  AUDIT,
  compareGroups,
  EXPECTED,
  INFRASTRUCTURE,
  stateIndexOf,
  UNEXPECTED,
} from "./group-state";
import { createSlotCounts } from "./slot-counts";
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
import {
  addCell,
  type Cell,
  groupRow,
  groupStateIndex,
  isBusier,
  newGroup,
  removeCell,
  sum,
  type WindowGroup,
} from "./window-group";

export type WindowOptions = {
  fromMs: number;
  /** End of the range, not itself in it. */
  toMs: number;
  /** Width of a bucket; edges are whole multiples of it since the epoch. See `liveRange`. */
  stepMs: number;
  /** Whether an expectation hides the drop. When it throws, the drop is not expected. */
  isExpected?: (series: Series, timeMs: number) => boolean;
  /** What a row stands for; by default the group of the series. */
  groupIdOf?: (series: Series) => string;
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

const STATES = GROUP_STATES.length;
/** Columns of a group's counts: drops and attempts of each state. */
const COLUMNS = STATES * 2;

export function createWindow(options: WindowOptions): LiveWindow {
  const { stepMs, isExpected, maxSeries = 20_000, maxGroups = 10_000 } = options;
  const groupIdOf = options.groupIdOf ?? ((series: Series) => series.group);
  let { fromMs, toMs } = options;
  let firstBucket = Math.floor(fromMs / stepMs);
  const slots = Math.max(1, Math.ceil(toMs / stepMs) - firstBucket);
  /** Two buckets make a bar where there are enough of them. */
  const barMs = slots >= 2 * BARS ? stepMs * 2 : stepMs;

  const cells = new Map<string, Cell>();
  const groups = new Map<string, WindowGroup>();
  const cellByRow: (Cell | null)[] = [];
  const groupByRow: (WindowGroup | null)[] = [];
  const cellCounts = createSlotCounts(slots, 2);
  const groupCounts = createSlotCounts(slots, COLUMNS);
  const allCounts = createSlotCounts(slots, COLUMNS);
  const all = allCounts.newRow();
  const totalDrops = new Array<number>(STATES).fill(0);
  const totalAttempts = new Array<number>(STATES).fill(0);

  const changed = new Set<WindowGroup>();
  const removed = new Set<string>();
  let hasChanged = false;

  function add(series: Series, timeMs: number, drops: number, attempts: number): void {
    if (timeMs < fromMs) return;
    put(series, timeMs, drops, attempts, timeMs, timeMs);
  }

  function put(
    series: Series,
    bucketMs: number,
    drops: number,
    attempts: number,
    firstMs: number,
    lastMs: number,
  ): void {
    const bucket = Math.min(
      Math.max(Math.floor(bucketMs / stepMs), firstBucket),
      firstBucket + slots - 1,
    );
    const slot = bucket % slots;
    const state = expects(series, bucketMs) ? EXPECTED : stateIndexOf(series);
    hasChanged = true;
    bump(totalDrops, state, drops);
    bump(totalAttempts, state, attempts);
    allCounts.add(all, slot, state * 2, drops);
    allCounts.add(all, slot, state * 2 + 1, attempts);

    const cell = cells.get(series.id) ?? newCell(series, firstMs);
    const group = cell === null ? groupOf(series, firstMs) : cell.group;
    if (group === null) return;
    bump(group.drops, state, drops);
    bump(group.attempts, state, attempts);
    if (firstMs < group.firstMs) group.firstMs = firstMs;
    if (lastMs > group.lastMs) group.lastMs = lastMs;
    groupCounts.add(group.row, slot, state * 2, drops);
    groupCounts.add(group.row, slot, state * 2 + 1, attempts);
    if (group.trend !== null) bump(group.trend, blockOf(bucket - firstBucket), attempts);
    changed.add(group);
    if (cell === null) return;
    cell.drops += drops;
    cell.attempts += attempts;
    cellCounts.add(cell.row, slot, 0, drops);
    cellCounts.add(cell.row, slot, 1, attempts);
    if (group.top !== null && group.top !== cell && isBusier(cell, group.top)) group.top = cell;
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

  function newCell(series: Series, timeMs: number): Cell | null {
    if (cells.size >= maxSeries) return null;
    const group = groupOf(series, timeMs);
    if (group === null) return null;
    const cell: Cell = { row: cellCounts.newRow(), series, group, drops: 0, attempts: 0 };
    cells.set(series.id, cell);
    cellByRow[cell.row] = cell;
    addCell(group, cell);
    return cell;
  }

  function groupOf(series: Series, timeMs: number): WindowGroup | null {
    const id = groupIdOf(series);
    const known = groups.get(id);
    if (known !== undefined) return known;
    if (groups.size >= maxGroups) return null;
    const group = newGroup(id, groupCounts.newRow(), series, timeMs);
    groups.set(id, group);
    groupByRow[group.row] = group;
    removed.delete(id);
    return group;
  }

  function slide(nowMs: number): void {
    if (nowMs < toMs) return;
    const steps = Math.floor((nowMs - toMs) / stepMs) + 1;
    for (let i = 0; i < Math.min(steps, slots); i++) clearSlot((firstBucket + i) % slots);
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

  function clearSlot(slot: number): void {
    cellCounts.clear(slot, (row) => {
      const cell = cellByRow[row] ?? null;
      if (cell === null) return;
      cell.drops -= cellCounts.at(row, slot, 0);
      cell.attempts -= cellCounts.at(row, slot, 1);
      if (cell.group.top === cell) cell.group.top = null;
      if (cell.drops === 0 && cell.attempts === 0) forgetCell(cell);
    });
    groupCounts.clear(slot, (row) => {
      const group = groupByRow[row] ?? null;
      if (group === null) return;
      for (let state = 0; state < STATES; state++) {
        bump(group.drops, state, -groupCounts.at(row, slot, state * 2));
        bump(group.attempts, state, -groupCounts.at(row, slot, state * 2 + 1));
      }
      if (sum(group.drops) === 0 && sum(group.attempts) === 0) forgetGroup(group);
    });
    allCounts.clear(slot, (row) => {
      for (let state = 0; state < STATES; state++) {
        bump(totalDrops, state, -allCounts.at(row, slot, state * 2));
        bump(totalAttempts, state, -allCounts.at(row, slot, state * 2 + 1));
      }
    });
  }

  function forgetCell(cell: Cell): void {
    cells.delete(cell.series.id);
    cellByRow[cell.row] = null;
    cellCounts.freeRow(cell.row);
    removeCell(cell.group, cell);
  }

  function forgetGroup(group: WindowGroup): void {
    groups.delete(group.id);
    groupByRow[group.row] = null;
    groupCounts.freeRow(group.row);
    changed.delete(group);
    removed.add(group.id);
  }

  function rowOf(group: WindowGroup): Group {
    const remembered = options.firstSeenMs?.(group.id) ?? group.firstMs;
    group.trend ??= trendOf(group);
    return groupRow(group, Math.min(remembered, group.firstMs), group.trend.slice());
  }

  function trendOf(group: WindowGroup): number[] {
    const trend = new Array<number>(TREND_BLOCKS).fill(0);
    for (let i = 0; i < slots; i++) {
      const slot = (firstBucket + i) % slots;
      for (let state = 0; state < STATES; state++) {
        bump(trend, blockOf(i), groupCounts.at(group.row, slot, state * 2 + 1));
      }
    }
    return trend;
  }

  function blockOf(index: number): number {
    return Math.floor((index * TREND_BLOCKS) / slots);
  }

  /** Bars lie on whole multiples of their width, so that they keep their places while time moves. */
  function timeline(): Bucket[] {
    const bars: Bucket[] = [];
    const attempts = (slot: number, state: number) => allCounts.at(all, slot, state * 2 + 1);
    for (let i = 0; i < slots; i++) {
      const slot = (firstBucket + i) % slots;
      const timeMs = Math.floor(((firstBucket + i) * stepMs) / barMs) * barMs;
      let bar = bars.at(-1);
      if (bar === undefined || bar.timeMs !== timeMs) {
        const gap = options.isGap?.(timeMs, timeMs + barMs) ?? false;
        bar = { timeMs, dropped: 0, audit: 0, infrastructure: 0, expected: 0, gap };
        bars.push(bar);
      }
      bar.dropped += attempts(slot, UNEXPECTED);
      bar.audit += attempts(slot, AUDIT);
      bar.infrastructure += attempts(slot, INFRASTRUCTURE);
      bar.expected += attempts(slot, EXPECTED);
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
          drops: totalDrops[state] ?? 0,
          attempts: totalAttempts[state] ?? 0,
          groups: groupsBy[state] ?? 0,
        },
      ]),
    ) as Record<GroupState, Count>;
    const drops = sum(totalDrops);
    const expected = totalDrops[EXPECTED] ?? 0;
    return { drops, attempts: sum(totalAttempts), unexpected: drops - expected, expected, byState };
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
      return sum(totalDrops) - listed;
    },
    add,
    load(rows) {
      for (const { series, bucketMs, drops, attempts, firstMs, lastMs } of rows) {
        if (lastMs >= fromMs) put(series, bucketMs, drops, attempts, firstMs, lastMs);
      }
    },
    slide,
    snapshot(limit = Number.POSITIVE_INFINITY) {
      return {
        fromMs,
        toMs,
        stepMs: barMs,
        totals: totals(),
        groups: first([...groups.values()].map(rowOf), limit),
        groupCount: groups.size,
        timeline: timeline(),
      };
    },
    takeDelta(limit = Number.POSITIVE_INFINITY) {
      if (!hasChanged && changed.size === 0 && removed.size === 0) return null;
      const rows = first([...changed].map(rowOf), limit);
      if (rows.length === changed.size) changed.clear();
      else for (const { id } of rows) forgetChange(id);
      const gone = [...removed];
      removed.clear();
      hasChanged = false;
      return {
        fromMs,
        toMs,
        totals: totals(),
        groups: rows,
        removed: gone,
        groupCount: groups.size,
        timeline: timeline(),
      };
    },
    totals,
  };

  function forgetChange(id: string): void {
    const group = groups.get(id);
    if (group !== undefined) changed.delete(group);
  }
}

function first(rows: Group[], limit: number): Group[] {
  rows.sort(compareGroups);
  return rows.length > limit ? rows.slice(0, limit) : rows;
}

function bump(counts: number[], index: number, change: number): void {
  counts[index] = (counts[index] ?? 0) + change;
}
