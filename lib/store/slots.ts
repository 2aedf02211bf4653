/**
 * Counting drops of long ranges without reading each. Every part of `drops` holds, beside the drops,
 * their sums by series, by node and source, for each slot of twelve minutes (projections, which the
 * engine writes with the part and merges with it, so they cannot say anything else than the drops).
 * A statement that asks for nothing finer is answered from them, by the engine's own choice; where a
 * condition asks for more, the same statement reads the drops.
 *
 * A range seldom begins and ends with a slot: what lies in whole slots and what lies beside them are
 * counted apart and added up.
 */
import type { Condition } from "./condition";
import { IN_RANGE, type Range, rangeParams } from "./time";

/** Buckets of long ranges are whole slots: see `COARSE_MS` of lib/drops/timeline.ts. */
export const SLOT_MS = 720_000;
const SLOT_NANOS = BigInt(SLOT_MS) * 1_000_000n;
const MILLI_NANOS = 1_000_000n;

/** As the projections say it: a statement must say it with the same words. */
const SLOT = "intDiv(toUnixTimestamp64Nano(time), 720000000000)";

/** Shorter ranges are read from the drops alone. */
const FEWEST_SLOTS = 8;
/** With more times to be told apart within slots, most of the range is read from the drops anyhow. */
const MOST_EDGES = 24;

const COUNTS = "sum(count) AS n_drops, sum(attempt) AS n_attempts";
const TIMES = "min(time) AS n_first, max(time) AS n_last";
const SUMS = "sum(n_drops) AS n_drops, sum(n_attempts) AS n_attempts";
const ENDS = "min(n_first) AS n_first, max(n_last) AS n_last";

/** Nanoseconds since the epoch, the first in it and the second not. */
type Span = readonly [from: bigint, to: bigint];

export type CountOptions = {
  range: Range;
  where: Condition;
  /** What to count by: columns, or SQL of a time in nanoseconds that is the same all through a step. */
  keys: (nanos: string) => readonly string[];
  /** Steps of time that `keys` tells apart begin at whole multiples of this; null for no steps. */
  stepMs: number | null;
  /** Further times, in nanoseconds, that `keys` tells apart. */
  edges?: readonly bigint[];
  /** Whether the first and last time are asked for too. */
  times?: boolean;
};

/**
 * A statement whose rows are the keys `k0`, `k1`, …, then `n_drops`, `n_attempts`, and if asked for
 * `n_first` and `n_last`.
 */
export function countSql(options: CountOptions): Condition {
  const { range, where, stepMs, edges = [], times = true } = options;
  const keys = (nanos: string) => options.keys(nanos).map((sql, at) => `${sql} AS k${at}`);
  const names = options.keys("0").map((_, at) => `k${at}`);
  const group = `GROUP BY ${names.join(", ")}`;
  const counted = times ? `${COUNTS}, ${TIMES}` : COUNTS;
  const of = (nanos: string, within: string) =>
    `SELECT ${[...keys(nanos), counted].join(", ")} FROM drops
      WHERE ${within} AND (${where.sql}) ${group}`;
  const drops = "toUnixTimestamp64Nano(time)";
  const params = { ...where.params, ...rangeParams(range) };
  const split = splitRange(range, stepMs, edges);
  if (split === null) return { sql: of(drops, IN_RANGE), params };
  const sums = times ? `${SUMS}, ${ENDS}` : SUMS;
  const both = [
    of(`${SLOT} * ${SLOT_NANOS}`, `(${split.slots.map(inSlots).join(" OR ")})`),
    ...(split.rest.length === 0 ? [] : [of(drops, `(${split.rest.map(inSpan).join(" OR ")})`)]),
  ];
  const sql = `SELECT ${[...names, sums].join(", ")} FROM (${both.join(" UNION ALL ")}) ${group}`;
  return { sql, params };
}

/** Whole slots of a range, and what is left of it; null where it must be read drop by drop. */
export function splitRange(
  range: Range,
  stepMs: number | null,
  edges: readonly bigint[],
): { slots: Span[]; rest: Span[] } | null {
  if (stepMs !== null && stepMs % SLOT_MS !== 0) return null;
  const { range_from, range_to } = rangeParams(range) as { range_from: number; range_to: number };
  const from = BigInt(range_from) * MILLI_NANOS;
  const to = BigInt(range_to) * MILLI_NANOS;
  const inside = edges.filter((edge) => edge > from && edge < to && edge % SLOT_NANOS !== 0n);
  if (inside.length > MOST_EDGES) return null;
  const first = (from + SLOT_NANOS - 1n) / SLOT_NANOS;
  const end = to / SLOT_NANOS;
  if (end - first < FEWEST_SLOTS) return null;
  const broken = [...new Set(inside.map((edge) => edge / SLOT_NANOS))]
    .filter((slot) => slot >= first && slot < end)
    .sort((a, b) => (a < b ? -1 : 1));
  const slots: Span[] = [];
  let next = first;
  for (const slot of broken) {
    if (slot > next) slots.push([next, slot]);
    next = slot + 1n;
  }
  if (end > next) slots.push([next, end]);
  const rest: Span[] = [
    [from, first * SLOT_NANOS],
    ...broken.map((slot): Span => [slot * SLOT_NANOS, (slot + 1n) * SLOT_NANOS]),
    [end * SLOT_NANOS, to],
  ];
  return slots.length === 0 ? null : { slots, rest: rest.filter(([start, stop]) => stop > start) };
}

function inSlots([first, end]: Span): string {
  return `(${SLOT} >= ${first} AND ${SLOT} < ${end})`;
}

function inSpan([from, to]: Span): string {
  const at = (nanos: bigint) => `fromUnixTimestamp64Nano(toInt64(${nanos}), 'UTC')`;
  return `(time >= ${at(from)} AND time < ${at(to)})`;
}

/** What the projections are made by; see schema.ts. */
export const SLOT_PROJECTIONS = {
  by_series: `SELECT ${SLOT}, series, sum(count), sum(attempt), min(time), max(time)
    GROUP BY ${SLOT}, series`,
  by_node: `SELECT ${SLOT}, node, source, remembered, sum(count), sum(attempt), min(time), max(time)
    GROUP BY ${SLOT}, node, source, remembered`,
} as const;
