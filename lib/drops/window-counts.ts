/**
 * What a live window counts: drops and attempts by bucket, for each series, each group and all
 * together. It knows no screen and no changes; `live-window` makes rows of what is here.
 */
import type { Series } from "./drop";
import { createSlotCounts } from "./slot-counts";
import { GROUP_STATES } from "./view";
import {
  addCell,
  type Cell,
  isBusier,
  newGroup,
  removeCell,
  sum,
  type WindowGroup,
} from "./window-group";

export const STATES = GROUP_STATES.length;

export type WindowCounts = {
  readonly groups: ReadonlyMap<string, WindowGroup>;
  /** Drops and attempts of the whole window by state, in the order of `GROUP_STATES`. */
  readonly drops: readonly number[];
  readonly attempts: readonly number[];
  /** Counts one entry and answers its group, or null where groups are too many. */
  add(entry: Entry): WindowGroup | null;
  /** Empties a slot and answers the groups that have nothing left. */
  clear(slot: number): WindowGroup[];
  /** Attempts of all drops of one state in a slot. */
  attemptsOfAll(slot: number, state: number): number;
  /** Attempts of a group in a slot, of all states. */
  attemptsOfGroup(group: WindowGroup, slot: number): number;
};

export type Entry = {
  series: Series;
  slot: number;
  /** Index into `GROUP_STATES`. */
  state: number;
  drops: number;
  attempts: number;
  firstMs: number;
  lastMs: number;
};

export type CountsOptions = {
  slots: number;
  groupIdOf: (series: Series) => string;
  maxSeries: number;
  maxGroups: number;
};

export function createWindowCounts({
  slots,
  groupIdOf,
  maxSeries,
  maxGroups,
}: CountsOptions): WindowCounts {
  const cells = new Map<string, Cell>();
  const groups = new Map<string, WindowGroup>();
  const cellByRow: (Cell | null)[] = [];
  const groupByRow: (WindowGroup | null)[] = [];
  const cellCounts = createSlotCounts(slots, 1);
  const groupCounts = createSlotCounts(slots, STATES);
  const allCounts = createSlotCounts(slots, STATES);
  const all = allCounts.newRow();
  const allDrops = new Array<number>(STATES).fill(0);
  const allAttempts = new Array<number>(STATES).fill(0);

  function add(entry: Entry): WindowGroup | null {
    const { series, slot, state, drops, attempts } = entry;
    bump(allDrops, state, drops);
    bump(allAttempts, state, attempts);
    allCounts.add(all, slot, state, drops, attempts);

    const cell = cells.get(series.id) ?? newCell(entry);
    const group = cell === null ? groupOf(entry) : cell.group;
    if (group === null) return null;
    bump(group.drops, state, drops);
    bump(group.attempts, state, attempts);
    if (entry.firstMs < group.firstMs) group.firstMs = entry.firstMs;
    if (entry.lastMs > group.lastMs) group.lastMs = entry.lastMs;
    groupCounts.add(group.row, slot, state, drops, attempts);
    if (cell !== null) {
      cell.drops += drops;
      cell.attempts += attempts;
      cellCounts.add(cell.row, slot, 0, drops, attempts);
      if (group.top !== null && group.top !== cell && isBusier(cell, group.top)) group.top = cell;
    }
    return group;
  }

  function newCell(entry: Entry): Cell | null {
    if (cells.size >= maxSeries) return null;
    const group = groupOf(entry);
    if (group === null) return null;
    const cell: Cell = {
      row: cellCounts.newRow(),
      series: entry.series,
      group,
      drops: 0,
      attempts: 0,
    };
    cells.set(entry.series.id, cell);
    cellByRow[cell.row] = cell;
    addCell(group, cell);
    return cell;
  }

  function groupOf({ series, firstMs }: Entry): WindowGroup | null {
    const id = groupIdOf(series);
    const known = groups.get(id);
    if (known !== undefined) return known;
    if (groups.size >= maxGroups) return null;
    const group = newGroup(id, groupCounts.newRow(), series, firstMs);
    groups.set(id, group);
    groupByRow[group.row] = group;
    return group;
  }

  function clearCells(slot: number): void {
    cellCounts.clear(slot, (row) => {
      const cell = cellByRow[row] ?? null;
      if (cell === null) return;
      cell.drops -= cellCounts.drops(row, slot, 0);
      cell.attempts -= cellCounts.attempts(row, slot, 0);
      if (cell.group.top === cell) cell.group.top = null;
      if (cell.drops > 0 || cell.attempts > 0) return;
      cells.delete(cell.series.id);
      cellByRow[row] = null;
      cellCounts.freeRow(row);
      removeCell(cell.group, cell);
    });
  }

  function clearGroups(slot: number): WindowGroup[] {
    const gone: WindowGroup[] = [];
    groupCounts.clear(slot, (row) => {
      const group = groupByRow[row] ?? null;
      if (group === null) return;
      for (let state = 0; state < STATES; state++) {
        bump(group.drops, state, -groupCounts.drops(row, slot, state));
        bump(group.attempts, state, -groupCounts.attempts(row, slot, state));
      }
      group.trend = null;
      if (sum(group.drops) > 0 || sum(group.attempts) > 0) return;
      groups.delete(group.id);
      groupByRow[row] = null;
      groupCounts.freeRow(row);
      gone.push(group);
    });
    return gone;
  }

  return {
    groups,
    drops: allDrops,
    attempts: allAttempts,
    add,
    clear(slot) {
      clearCells(slot);
      allCounts.clear(slot, (row) => {
        for (let state = 0; state < STATES; state++) {
          bump(allDrops, state, -allCounts.drops(row, slot, state));
          bump(allAttempts, state, -allCounts.attempts(row, slot, state));
        }
      });
      return clearGroups(slot);
    },
    attemptsOfAll: (slot, state) => allCounts.attempts(all, slot, state),
    attemptsOfGroup(group, slot) {
      let attempts = 0;
      for (let state = 0; state < STATES; state++)
        attempts += groupCounts.attempts(group.row, slot, state);
      return attempts;
    },
  };
}

/** Adds to one of a list of counts. */
export function bump(counts: number[], index: number, change: number): void {
  counts[index] = (counts[index] ?? 0) + change;
}
