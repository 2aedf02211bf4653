/**
 * What a live window counts: drops and attempts by bucket, for each series, each group and all
 * together, and for each expectation what it touches and hides. Every count of a series is kept by
 * outcome, so that it can be taken back when the expectations change. It knows no screen and no
 * changes; `live-window` makes rows of what is here.
 */
import type { Series } from "./drop";
import { BARS_OF } from "./group-state";
import type { Outcome } from "./outcome";
import { createSlotCounts } from "./slot-counts";
import { createTouchCounts, type RuleTotal } from "./touch-counts";
import type { HiddenBy } from "./view";
import { GROUP_STATES } from "./view";
import {
  addCell,
  type Cell,
  isBusier,
  newGroup,
  type Part,
  removeCell,
  sum,
  type WindowGroup,
} from "./window-group";

export const STATES = GROUP_STATES.length;

export type WindowCounts = {
  readonly groups: ReadonlyMap<string, WindowGroup>;
  /** Series held one by one, by id. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Drops and attempts of the whole window by state, in the order of `GROUP_STATES`. */
  readonly drops: readonly number[];
  readonly attempts: readonly number[];
  /** Counts one entry and answers its group, or null where groups are too many. */
  add(entry: Entry): WindowGroup | null;
  /** Empties a slot and answers the groups that have nothing left. */
  clear(slot: number): WindowGroup[];
  /** Gives all drops of a series in a slot the same outcome; false when they had it already. */
  settle(cell: Cell, slot: number, outcome: Outcome): boolean;
  /** Takes away all that is counted of a series; true when its group has nothing left. */
  remove(cell: Cell): boolean;
  dropsOf(cell: Cell, slot: number): number;
  /** The series that have drops in a slot. */
  cellsIn(slot: number): ReadonlySet<Cell>;
  /** Whether there are drops that no series accounts for, because series are too many. */
  readonly isLoose: boolean;
  /** Newest time of what is counted in a slot; it may lie after the slot's end. */
  lastMs(slot: number): number;
  /** Attempts in a slot of one part of its bar; see `BARS_OF`. */
  attemptsOfBar(slot: number, bar: number): number;
  /** Attempts of a group in a slot, of all states. */
  attemptsOfGroup(group: WindowGroup, slot: number): number;
  hiddenBy(): HiddenBy[];
  ruleTotal(id: string): RuleTotal | undefined;
  /** Groups whose marks would say something else now, since the last call. */
  takeRemarked(): Iterable<WindowGroup>;
};

export type Entry = {
  series: Series;
  slot: number;
  outcome: Outcome;
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
  const partByRow: (Part | null)[] = [];
  const groupByRow: (WindowGroup | null)[] = [];
  const partCounts = createSlotCounts(slots, 1);
  const groupCounts = createSlotCounts(slots, STATES);
  const allCounts = createSlotCounts(slots, STATES);
  const barCounts = createSlotCounts(slots, BARS_OF.length);
  const touches = createTouchCounts(slots);
  const all = allCounts.newRow();
  const bars = barCounts.newRow();
  const allDrops = new Array<number>(STATES).fill(0);
  const allAttempts = new Array<number>(STATES).fill(0);
  const slotLastMs = new Array<number>(slots).fill(Number.NEGATIVE_INFINITY);
  const looseDrops = new Array<number>(slots).fill(0);

  function add(entry: Entry): WindowGroup | null {
    const { series, slot, outcome, drops, attempts } = entry;
    if (entry.lastMs > (slotLastMs[slot] ?? 0)) slotLastMs[slot] = entry.lastMs;
    const cell = cells.get(series.id) ?? newCell(entry);
    const group = cell === null ? groupOf(entry) : cell.group;
    const part = cell === null ? null : partOf(cell, outcome);
    // As it will be taken back: equal outcomes need not be the same.
    count(group, slot, part?.outcome ?? outcome, drops, attempts);
    if (cell === null || part === null) bump(looseDrops, slot, drops);
    else {
      part.drops += drops;
      part.attempts += attempts;
      cell.drops += drops;
      cell.attempts += attempts;
      partCounts.add(part.row, slot, 0, drops, attempts);
      const { top } = cell.group;
      if (top !== null && top !== cell && isBusier(cell, top)) cell.group.top = cell;
    }
    if (group === null) return null;
    if (entry.firstMs < group.firstMs) group.firstMs = entry.firstMs;
    if (entry.lastMs > group.lastMs) group.lastMs = entry.lastMs;
    return group;
  }

  /** Adds to, or with negative counts takes from, everything that is not of one series. */
  function count(
    group: WindowGroup | null,
    slot: number,
    outcome: Outcome,
    drops: number,
    attempts: number,
  ): void {
    const { state, bar } = outcome;
    bump(allDrops, state, drops);
    bump(allAttempts, state, attempts);
    allCounts.add(all, slot, state, drops, attempts);
    barCounts.add(bars, slot, bar, drops, attempts);
    if (outcome.touches.length > 0) touches.add(group, slot, outcome, drops, attempts);
    if (group === null) return;
    bump(group.drops, state, drops);
    bump(group.attempts, state, attempts);
    groupCounts.add(group.row, slot, state, drops, attempts);
  }

  function partOf(cell: Cell, outcome: Outcome): Part {
    for (const part of cell.parts) {
      if (part.outcome === outcome || part.outcome.key === outcome.key) return part;
    }
    const part: Part = { row: partCounts.newRow(), cell, outcome, drops: 0, attempts: 0 };
    partByRow[part.row] = part;
    cell.parts.push(part);
    return part;
  }

  function newCell(entry: Entry): Cell | null {
    if (cells.size >= maxSeries) return null;
    const group = groupOf(entry);
    if (group === null) return null;
    const cell: Cell = { series: entry.series, group, drops: 0, attempts: 0, parts: [] };
    cells.set(entry.series.id, cell);
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

  /** Takes counts from a part, and lets go of what is empty then. */
  function takeFrom(part: Part, drops: number, attempts: number): void {
    const { cell } = part;
    part.drops -= drops;
    part.attempts -= attempts;
    cell.drops -= drops;
    cell.attempts -= attempts;
    if (cell.group.top === cell) cell.group.top = null;
    if (part.drops > 0 || part.attempts > 0) return;
    partByRow[part.row] = null;
    partCounts.freeRow(part.row);
    cell.parts.splice(cell.parts.indexOf(part), 1);
  }

  function removeIfEmpty(cell: Cell): void {
    if (cell.drops > 0 || cell.attempts > 0) return;
    cells.delete(cell.series.id);
    removeCell(cell.group, cell);
  }

  /** Takes what a part has in a slot out of every count. */
  function takeSlot(part: Part, slot: number): { drops: number; attempts: number } {
    const drops = partCounts.drops(part.row, slot, 0);
    const attempts = partCounts.attempts(part.row, slot, 0);
    if (drops === 0 && attempts === 0) return NOTHING;
    partCounts.add(part.row, slot, 0, -drops, -attempts);
    count(part.cell.group, slot, part.outcome, -drops, -attempts);
    takeFrom(part, drops, attempts);
    return { drops, attempts };
  }

  function settle(cell: Cell, slot: number, outcome: Outcome): boolean {
    let drops = 0;
    let attempts = 0;
    for (const part of cell.parts.slice()) {
      if (part.outcome.key === outcome.key) continue;
      const taken = takeSlot(part, slot);
      drops += taken.drops;
      attempts += taken.attempts;
    }
    if (drops === 0 && attempts === 0) return false;
    const part = partOf(cell, outcome);
    part.drops += drops;
    part.attempts += attempts;
    cell.drops += drops;
    cell.attempts += attempts;
    partCounts.add(part.row, slot, 0, drops, attempts);
    count(cell.group, slot, part.outcome, drops, attempts);
    return true;
  }

  function remove(cell: Cell): boolean {
    for (const part of cell.parts.slice()) {
      for (let slot = 0; slot < slots; slot++) takeSlot(part, slot);
    }
    removeIfEmpty(cell);
    return letGoIfEmpty(cell.group);
  }

  function letGoIfEmpty(group: WindowGroup): boolean {
    if (sum(group.drops) > 0 || sum(group.attempts) > 0) return false;
    groups.delete(group.id);
    groupByRow[group.row] = null;
    groupCounts.freeRow(group.row);
    return true;
  }

  function clearParts(slot: number): void {
    partCounts.clear(slot, (row) => {
      const part = partByRow[row] ?? null;
      if (part === null) return;
      takeFrom(part, partCounts.drops(row, slot, 0), partCounts.attempts(row, slot, 0));
      removeIfEmpty(part.cell);
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
      if (letGoIfEmpty(group)) gone.push(group);
    });
    return gone;
  }

  return {
    groups,
    cells,
    drops: allDrops,
    attempts: allAttempts,
    add,
    settle,
    remove,
    clear(slot) {
      slotLastMs[slot] = Number.NEGATIVE_INFINITY;
      looseDrops[slot] = 0;
      clearParts(slot);
      touches.clear(slot);
      barCounts.clear(slot, () => {});
      allCounts.clear(slot, () => {
        for (let state = 0; state < STATES; state++) {
          bump(allDrops, state, -allCounts.drops(all, slot, state));
          bump(allAttempts, state, -allCounts.attempts(all, slot, state));
        }
      });
      return clearGroups(slot);
    },
    dropsOf(cell, slot) {
      let drops = 0;
      for (const { row } of cell.parts) drops += partCounts.drops(row, slot, 0);
      return drops;
    },
    cellsIn(slot) {
      const found = new Set<Cell>();
      for (const row of partCounts.rowsIn(slot)) {
        const part = partByRow[row] ?? null;
        if (part !== null && partCounts.drops(row, slot, 0) > 0) found.add(part.cell);
      }
      return found;
    },
    get isLoose() {
      return looseDrops.some((drops) => drops > 0);
    },
    lastMs: (slot) => slotLastMs[slot] ?? Number.NEGATIVE_INFINITY,
    attemptsOfBar: (slot, bar) => barCounts.attempts(bars, slot, bar),
    attemptsOfGroup(group, slot) {
      let attempts = 0;
      for (let state = 0; state < STATES; state++)
        attempts += groupCounts.attempts(group.row, slot, state);
      return attempts;
    },
    hiddenBy: touches.hiddenBy,
    ruleTotal: touches.ruleTotal,
    takeRemarked: touches.takeRemarked,
  };
}

const NOTHING = { drops: 0, attempts: 0 };

/** Adds to one of a list of counts. */
export function bump(counts: number[], index: number, change: number): void {
  counts[index] = (counts[index] ?? 0) + change;
}
