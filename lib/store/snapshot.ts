/** Counting drops by series: what a live view starts from and what the details of a group show. */
import type { Series } from "@/lib/drops/drop";
import { ALL_DROPS, type Condition } from "./condition";
import type { Engine, Lane } from "./connection";
import type { SeriesTable } from "./series-table";
import { IN_RANGE, type Range, rangeParams } from "./time";

export type SeriesCount = {
  series: Series;
  /** Packets: the sum of the drops' counts. */
  drops: number;
  attempts: number;
  firstMs: number;
  lastMs: number;
};

/** `bucketMs` is the bucket's start: a whole multiple of `stepMs` since the epoch. */
export type SnapshotRow = SeriesCount & { bucketMs: number };

export type SnapshotOptions = Range & { stepMs: number; where?: Condition; lane?: Lane };

const COUNTS = `sum(count), sum(attempt),
  toUnixTimestamp64Milli(min(time)), toUnixTimestamp64Milli(max(time))`;

/** One row for each series and bucket that has drops, by series, then time. */
export async function snapshot(
  engine: Engine,
  seriesTable: SeriesTable,
  { stepMs, where = ALL_DROPS, lane = "read", ...range }: SnapshotOptions,
): Promise<SnapshotRow[]> {
  if (!(stepMs >= 1)) throw new RangeError("stepMs must be at least 1.");
  const sql = `SELECT series, intDiv(toUnixTimestamp64Milli(time), {step:Int64}) AS bucket, ${COUNTS}
    FROM drops WHERE ${IN_RANGE} AND (${where.sql}) GROUP BY series, bucket ORDER BY series, bucket`;
  const params = { ...where.params, ...rangeParams(range), step: Math.floor(stepMs) };
  const rows = await engine.select(lane, sql, params, (reader) => ({
    id: reader.hex64(),
    bucketMs: reader.u64() * Math.floor(stepMs),
    drops: reader.u64(),
    attempts: reader.u64(),
    firstMs: reader.u64(),
    lastMs: reader.u64(),
  }));
  return joinSeries(rows, seriesTable, lane);
}

/** The series of a group in a range, the busiest first. */
export async function seriesOf(
  engine: Engine,
  seriesTable: SeriesTable,
  group: string,
  range: Range,
): Promise<SeriesCount[]> {
  const sql = `SELECT series, ${COUNTS} FROM drops
    WHERE ${IN_RANGE} AND (${IN_GROUP}) GROUP BY series ORDER BY sum(count) DESC, series`;
  const rows = await engine.select("read", sql, { ...rangeParams(range), group }, (reader) => ({
    id: reader.hex64(),
    drops: reader.u64(),
    attempts: reader.u64(),
    firstMs: reader.u64(),
    lastMs: reader.u64(),
  }));
  return joinSeries(rows, seriesTable, "read");
}

/** Holds for the drops of one group, given as the parameter `group`. */
export const IN_GROUP = "series IN (SELECT id FROM series WHERE group_id = {group:String})";

async function joinSeries<Row extends { id: string }>(
  rows: readonly Row[],
  seriesTable: SeriesTable,
  lane: Lane,
) {
  const found = await seriesTable.readSeries(new Set(rows.map((row) => row.id)), lane);
  return rows.flatMap(({ id, ...row }) => {
    const series = found.get(id);
    return series === undefined ? [] : [{ ...row, series }];
  });
}

/** When each group was first seen by what the store remembers; of all groups when none is named. */
export async function firstSeenOf(
  engine: Engine,
  groups: readonly string[] | "all",
): Promise<ReadonlyMap<string, number>> {
  const some = groups === "all" ? "1" : "group_id IN {groups:Array(String)}";
  const sql = `SELECT group_id, toUnixTimestamp64Milli(min(first)) FROM first_seen
    WHERE ${some} GROUP BY group_id`;
  const params = groups === "all" ? {} : { groups: [...groups] };
  return new Map(
    await engine.select("read", sql, params, (reader) => [reader.text(), reader.u64()] as const),
  );
}
