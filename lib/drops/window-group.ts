/** What a live window holds of one group and of one series, and the group's row for the screen. */
import type { Series } from "./drop";
import type { Grouping } from "./group-by";
import { EXPECTED, stateOf } from "./group-state";
import type { Outcome, Touch } from "./outcome";
import { attributionView, partyView, reasonView } from "./to-view";
import type { TouchCount } from "./touch-counts";
import { GROUP_STATES, type Group, type GroupKey, type Pairing, type RuleMark } from "./view";

/** One series in the window. */
export type Cell = {
  series: Series;
  group: WindowGroup;
  drops: number;
  attempts: number;
  /** Its drops by outcome: mostly one. */
  parts: Part[];
};

/** Drops of one series that have the same outcome. */
export type Part = { row: number; cell: Cell; outcome: Outcome; drops: number; attempts: number };

/** One group in the window. Counts are by state, in the order of `GROUP_STATES`. */
export type WindowGroup = {
  id: string;
  row: number;
  /** Stands for the group where its series are too many to be kept. */
  sample: Series;
  drops: number[];
  attempts: number[];
  firstMs: number;
  lastMs: number;
  cells: Set<Cell>;
  /** What expectations do in it. */
  touches: Map<Touch, TouchCount>;
  /** Null when it must be looked for again. */
  top: Cell | null;
  /** How many series of the group have each source, destination and port. */
  sources: Map<string, number>;
  destinations: Map<string, number>;
  ports: Map<number, number>;
  /** Attempts in each block of the range; null when it must be counted again. */
  trend: number[] | null;
  /** What of its row does not change while `top` is the same; null when it must be made again. */
  plate: Plate | null;
  /** Null until it is asked for. */
  key: GroupKey | null;
};

/** The part of a row that its busiest series decides. */
type Plate = { series: Series } & Pick<
  Group,
  "attribution" | "tags" | "tagState" | "verdict" | "direction" | "cluster" | "reason" | "top"
>;

export function newGroup(id: string, row: number, sample: Series, timeMs: number): WindowGroup {
  return {
    id,
    row,
    sample,
    drops: GROUP_STATES.map(() => 0),
    attempts: GROUP_STATES.map(() => 0),
    firstMs: timeMs,
    lastMs: timeMs,
    cells: new Set(),
    touches: new Map(),
    top: null,
    sources: new Map(),
    destinations: new Map(),
    ports: new Map(),
    trend: null,
    plate: null,
    key: null,
  };
}

export function addCell(group: WindowGroup, cell: Cell): void {
  const { source, destination, port } = cell.series;
  group.cells.add(cell);
  count(group.sources, source.key, 1);
  count(group.destinations, destination.key, 1);
  count(group.ports, port, 1);
}

export function removeCell(group: WindowGroup, cell: Cell): void {
  const { source, destination, port } = cell.series;
  group.cells.delete(cell);
  if (group.top === cell) group.top = null;
  count(group.sources, source.key, -1);
  count(group.destinations, destination.key, -1);
  count(group.ports, port, -1);
}

/** More attempts, then more drops, then the smaller id. */
export function isBusier(a: Cell, b: Cell): boolean {
  if (a.attempts !== b.attempts) return a.attempts > b.attempts;
  if (a.drops !== b.drops) return a.drops > b.drops;
  return a.series.id < b.series.id;
}

/** The group's first state that has drops: it is expected only when all of them are. */
export function groupStateIndex(group: WindowGroup): number {
  return Math.max(
    0,
    group.drops.findIndex((drops) => drops > 0),
  );
}

export function groupRow(
  group: WindowGroup,
  { keyOf }: Grouping,
  firstSeenMs: number,
  trend: number[],
  rules: readonly RuleMark[],
): Group {
  group.top ??= busiest(group.cells);
  const series = group.top?.series ?? group.sample;
  if (group.plate?.series !== series) group.plate = plateOf(series);
  const { attribution, tags, tagState, verdict, direction, cluster, reason, top } = group.plate;
  group.key ??= keyOf(series);
  return {
    id: group.id,
    key: group.key,
    state: stateOf(groupStateIndex(group)),
    attribution,
    tags,
    tagState,
    verdict,
    direction,
    cluster,
    reason,
    drops: sum(group.drops),
    attempts: sum(group.attempts),
    expected: group.drops[EXPECTED] ?? 0,
    rules,
    firstSeen: isoTime(firstSeenMs),
    lastSeen: isoTime(group.lastMs),
    sources: Math.max(1, group.sources.size),
    destinations: Math.max(1, group.destinations.size),
    ports: Math.max(1, group.ports.size),
    series: Math.max(1, group.cells.size),
    top,
    trend,
  };
}

/** The groups in the order of need, by state, most attempts, last seen and id: the first `limit`. */
export function firstGroups(groups: Iterable<WindowGroup>, limit: number): WindowGroup[] {
  const ranked = Array.from(groups, (group) => ({
    group,
    state: groupStateIndex(group),
    attempts: sum(group.attempts),
  }));
  ranked.sort(
    (a, b) =>
      a.state - b.state ||
      b.attempts - a.attempts ||
      b.group.lastMs - a.group.lastMs ||
      (a.group.id < b.group.id ? -1 : 1),
  );
  return ranked.slice(0, limit).map(({ group }) => group);
}

function plateOf(series: Series): Plate {
  const { attribution, tags, tagState, verdict, direction, cluster, reason } = series;
  return {
    series,
    attribution: attributionView(attribution, reason),
    tags,
    tagState,
    verdict,
    direction,
    cluster,
    reason: reasonView(reason),
    top: pairing(series),
  };
}

export function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** A node's clock may say anything: what no date can hold becomes the last or first that one can. */
function isoTime(timeMs: number): string {
  const limit = 8.64e15;
  return new Date(Math.min(Math.max(timeMs, -limit), limit)).toISOString();
}

function busiest(cells: Iterable<Cell>): Cell | null {
  let best: Cell | null = null;
  for (const cell of cells) if (best === null || isBusier(cell, best)) best = cell;
  return best;
}

function pairing({ source, destination, protocol, port, l7 }: Series): Pairing {
  return { source: partyView(source), destination: partyView(destination), protocol, port, l7 };
}

function count<K>(counts: Map<K, number>, key: K, change: number): void {
  const next = (counts.get(key) ?? 0) + change;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
