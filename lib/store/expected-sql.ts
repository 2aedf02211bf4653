/**
 * Expectations as conditions on `drops`: which drops are hidden, which a rule covers, and into what
 * parts drops must be counted so that all of a part have the same outcome. It answers the same as
 * the classifier of `lib/expectations` for every drop.
 */
import type { Moment } from "@/lib/expectations/moment";
import { type Rule, watchedBy } from "@/lib/expectations/rule";
import { MINUTE_MS, minuteOf, type SurgeBook } from "@/lib/expectations/surge";
import type { Condition } from "./condition";
import type { Range } from "./time";
import { wholeMs } from "./time";
import { partsOf } from "./where";

/**
 * How drops are told apart when they are counted. Drops of one part lie between the same edges and
 * give the same answers to `tests`.
 */
export type Split = {
  /** Times in nanoseconds since the epoch, ascending. */
  edges: readonly bigint[];
  /** Condition on `series` of those that the edges matter to; null for all. */
  edged: Condition | null;
  tests: readonly Condition[];
};

/** Holds for drops in the range that some rule hides. */
export function hiddenWhere(
  rules: readonly Rule[],
  surges: SurgeBook,
  range: Range,
  names = "x",
): Condition {
  const onSeries: string[] = [];
  const others: string[] = [];
  const params: Record<string, unknown> = {};
  for (const [at, rule] of rules.entries()) {
    if (rule.isTrial || surges.isCut(rule) || !overlaps(rule, range)) continue;
    const prefix = `${names}${at}_`;
    const known = knownParts(rule, prefix);
    const parts = partsOf(rule.query, { prefix, names: "all" });
    const inTime = timeParts(rule, range, prefix);
    const calm = calmParts(rule, surges, range, prefix);
    Object.assign(params, known.params, parts.params, inTime.params, calm.params);
    const series = [...(parts.series === null ? [] : [parts.series]), ...known.sql];
    const drops = [...inTime.sql, ...calm.sql, ...parts.drops];
    const its = series.length === 0 ? [] : [series.join(" AND ")];
    if (drops.length === 0) onSeries.push(its[0] ?? "1");
    else others.push([...its.map(inSeries), ...drops].join(" AND "));
  }
  const all = onSeries.length === 0 ? [] : [inSeries(anyOf(onSeries))];
  return { sql: anyOf([...all, ...others]), params };
}

/** Holds for drops that the rule covers, whatever else is true of them. */
export function coveredWhere(rule: Rule, prefix = "c"): Condition {
  const matched = matchedWhere(rule, prefix);
  const inTime = timeParts(rule, ALWAYS, prefix);
  return {
    sql: [...inTime.sql, matched.sql].join(" AND "),
    params: { ...matched.params, ...inTime.params },
  };
}

/** Whether a rule can only be asked of the drops themselves. */
export function needsDrops(rule: Rule): boolean {
  return partsOf(rule.query).drops.length > 0;
}

/** A split with what its counts must be read by: the rules and surges as they were. */
export type Plan = {
  split: Split;
  /** The rules whose tests come first in the split, in that order. */
  asked: ReadonlyMap<Rule, number>;
  isSurging: (rule: Rule, minute: number) => boolean;
};

/** What a count is split by besides what the rules ask for. */
export type Further = { edgesMs?: readonly number[]; tests?: readonly Condition[] };

export type Surges = Pick<SurgeBook, "minutes" | "isCut">;

/** Edges are the times at which what a rule does changes: its ends, and those of its surges. */
export function planOf(
  rules: readonly Rule[],
  surges: Surges,
  range: Range,
  further: Further = {},
): Plan {
  const edges = new Set<bigint>((further.edgesMs ?? []).map(nanosOfMs));
  const edged: string[] = [];
  const params: Record<string, unknown> = {};
  const surging = new Map<Rule, ReadonlySet<number>>();
  const asked = new Map<Rule, number>();
  const tests: Condition[] = [];
  for (const [at, rule] of rules.entries()) {
    if (needsDrops(rule)) asked.set(rule, tests.push(matchedWhere(rule, `t${at}_`)) - 1);
    const minutes = surgingIn(rule, surges, range);
    if (minutes.length > 0) surging.set(rule, new Set(minutes));
    const its = edgesOf(rule, minutes, range);
    if (its.length === 0) continue;
    for (const edge of its) edges.add(edge);
    const { series, params: own } = partsOf(rule.query, { prefix: `s${at}_`, names: "all" });
    edged.push(series ?? "1");
    Object.assign(params, own);
  }
  const isForAll = edged.length === 0 || edged.includes("1") || further.edgesMs !== undefined;
  const split: Split = {
    edges: [...edges].sort((a, b) => (a < b ? -1 : 1)),
    edged: isForAll ? null : { sql: anyOf(edged), params },
    tests: [...tests, ...(further.tests ?? [])],
  };
  const isSurging = (rule: Rule, minute: number) =>
    surges.isCut(rule) || surging.get(rule)?.has(minute) === true;
  return { split, asked, isSurging };
}

function matchedWhere(rule: Rule, prefix: string): Condition {
  const { series, drops, params } = partsOf(rule.query, { prefix, names: "all" });
  const all = [...(series === null ? [] : [inSeries(series)]), ...drops];
  return { sql: all.join(" AND ") || "1", params };
}

function edgesOf(rule: Rule, minutes: readonly number[], range: Range): bigint[] {
  const ends = [rule.from, ...(rule.end === null ? [] : [rule.end])].map(nanosOf);
  const over = new Set(minutes);
  const turns = minutes.flatMap((minute) => [
    ...(over.has(minute - 1) ? [] : [minute]),
    ...(over.has(minute + 1) ? [] : [minute + 1]),
  ]);
  const [from, to] = [nanosOfMs(range.fromMs), nanosOfMs(range.toMs)];
  return [...ends, ...turns.map((minute) => nanosOfMs(minute * MINUTE_MS))].filter(
    (edge) => edge > from && edge < to,
  );
}

function surgingIn(rule: Rule, surges: Surges, { fromMs, toMs }: Range): number[] {
  if (rule.isTrial) return [];
  return surges.minutes(rule, minuteOf(fromMs), minuteOf(toMs - 1)).map(({ minute }) => minute);
}

type Parts = { sql: string[]; params: Record<string, unknown> };

const ALWAYS: Range = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

function overlaps({ from, end }: Rule, { fromMs, toMs }: Range): boolean {
  return from.timeMs < toMs && (end === null || end.timeMs >= fromMs);
}

/** That a drop lies in the rule's time, as far as its lying in the range does not say so. */
function timeParts({ from, end }: Rule, { fromMs, toMs }: Range, prefix: string): Parts {
  const parts: Parts = { sql: [], params: {} };
  const isWithin = ({ timeMs, timeNanos }: Moment) => timeMs > fromMs || timeNanos > 0;
  if (isWithin(from) && from.timeMs >= fromMs) {
    parts.sql.push(`time >= fromUnixTimestamp64Nano({${prefix}from:Int64}, 'UTC')`);
    parts.params[`${prefix}from`] = nanosOf(from);
  }
  if (end !== null && end.timeMs < toMs) {
    parts.sql.push(`time < fromUnixTimestamp64Nano({${prefix}end:Int64}, 'UTC')`);
    parts.params[`${prefix}end`] = nanosOf(end);
  }
  return parts;
}

/** That a drop lies in no minute in which the rule surges. */
function calmParts(rule: Rule, surges: Surges, range: Range, prefix: string): Parts {
  const minutes = surgingIn(rule, surges, range);
  if (minutes.length === 0) return { sql: [], params: {} };
  return {
    sql: [`${MINUTE} NOT IN {${prefix}surges:Array(UInt32)}`],
    params: { [`${prefix}surges`]: minutes },
  };
}

/** The minute of a drop, as `minuteOf` counts them. */
export const MINUTE = "toUInt32(intDiv(toUnixTimestamp64Nano(time), 60000000000))";

/** That nothing of what the rule watches is new, on columns of `series`. */
function knownParts({ expectation }: Rule, prefix: string): Parts {
  const { known } = expectation;
  const watch = watchedBy(expectation);
  const parts: Parts = { sql: [], params: {} };
  const add = (column: string, type: string, values: readonly unknown[]) => {
    const name = `${prefix}${column}`;
    parts.sql.push(`${column} IN {${name}:Array(${type})}`);
    parts.params[name] = [...values];
  };
  if (watch.includes("source")) add("src_key", "String", known.source);
  if (watch.includes("destination")) add("dst_key", "String", known.destination);
  if (watch.includes("port")) add("port", "UInt32", known.port);
  return parts;
}

function inSeries(sql: string): string {
  return `series IN (SELECT id FROM series WHERE ${sql})`;
}

function anyOf(conditions: readonly string[]): string {
  if (conditions.length === 0) return "0";
  return conditions.map((one) => `(${one})`).join(" OR ");
}

/** Held to the times that the store can hold. */
export function nanosOf({ timeMs, timeNanos }: Moment): bigint {
  return nanosOfMs(timeMs) + (timeMs < 0 ? 0n : BigInt(timeNanos));
}

function nanosOfMs(timeMs: number): bigint {
  return BigInt(wholeMs(timeMs)) * 1_000_000n;
}
