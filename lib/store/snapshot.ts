/** Counting drops by series: what a live view starts from and what the details of a group show. */
import type { Series } from "@/lib/drops/drop";
import type { BinaryReader } from "./binary-reader";
import { ALL_DROPS, type Condition } from "./condition";
import type { Engine, Lane } from "./connection";
import { formatSeriesId } from "./series-id";
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

/** Holds for the drops of one group, given as the parameter `group`. */
export const IN_GROUP = "series IN (SELECT id FROM series WHERE group_id = {group:String})";

const COUNTS = `sum(count), sum(attempt),
  toUnixTimestamp64Milli(min(time)), toUnixTimestamp64Milli(max(time))`;

/** One row for each series and bucket that has drops, in no order. */
export async function snapshot(
  engine: Engine,
  seriesTable: SeriesTable,
  { stepMs, where = ALL_DROPS, lane = "read", ...range }: SnapshotOptions,
): Promise<SnapshotRow[]> {
  if (!(stepMs >= 1)) throw new RangeError("stepMs must be at least 1.");
  const step = Math.floor(stepMs);
  const sql = `SELECT series, intDiv(toUnixTimestamp64Nano(time), {step:Int64} * 1000000), ${COUNTS}
    FROM drops WHERE ${IN_RANGE} AND (${where.sql}) GROUP BY 1, 2`;
  const params = { ...where.params, ...rangeParams(range), step };
  const slots = createSlots();
  const rows = await engine.select(lane, sql, params, (reader) => ({
    slot: slots.next(reader),
    bucketMs: reader.u64() * step,
    drops: reader.u64(),
    attempts: reader.u64(),
    firstMs: reader.u64(),
    lastMs: reader.u64(),
  }));
  const series = await readSlots(slots.ids, seriesTable, lane);
  const known: SnapshotRow[] = [];
  for (const { slot, bucketMs, drops, attempts, firstMs, lastMs } of rows) {
    const its = series[slot];
    if (its !== undefined) known.push({ series: its, bucketMs, drops, attempts, firstMs, lastMs });
  }
  return known;
}

/** What a range has of each series, in no order. */
export async function countBySeries(
  engine: Engine,
  seriesTable: SeriesTable,
  { where = ALL_DROPS, lane = "read", ...range }: Omit<SnapshotOptions, "stepMs">,
): Promise<Pick<SeriesCount, "series" | "drops" | "attempts">[]> {
  const sql = `SELECT series, sum(count), sum(attempt) FROM drops
    WHERE ${IN_RANGE} AND (${where.sql}) GROUP BY series`;
  const slots = createSlots();
  const params = { ...where.params, ...rangeParams(range) };
  const rows = await engine.select(lane, sql, params, (reader) => ({
    slot: slots.next(reader),
    drops: reader.u64(),
    attempts: reader.u64(),
  }));
  const series = await readSlots(slots.ids, seriesTable, lane);
  return rows.flatMap(({ slot, ...counts }) => {
    const its = series[slot];
    return its === undefined ? [] : [{ series: its, ...counts }];
  });
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
  const slots = createSlots();
  const rows = await engine.select("read", sql, { ...rangeParams(range), group }, (reader) => ({
    slot: slots.next(reader),
    drops: reader.u64(),
    attempts: reader.u64(),
    firstMs: reader.u64(),
    lastMs: reader.u64(),
  }));
  const series = await readSlots(slots.ids, seriesTable, "read");
  return rows.flatMap(({ slot, ...counts }) => {
    const its = series[slot];
    return its === undefined ? [] : [{ series: its, ...counts }];
  });
}

/**
 * Numbers the series of a result as they turn up. A snapshot has many rows of few series, and
 * making a text id for each row would cost more than counting them.
 */
function createSlots() {
  const ids: string[] = [];
  const slotByHigh = new Map<number, Map<number, number>>();
  return {
    ids,
    /** Reads a series number and gives its place in `ids`. */
    next: (reader: BinaryReader): number => {
      const low = reader.u32();
      const high = reader.u32();
      let slotByLow = slotByHigh.get(high);
      if (slotByLow === undefined) {
        slotByLow = new Map();
        slotByHigh.set(high, slotByLow);
      }
      let slot = slotByLow.get(low);
      if (slot === undefined) {
        slot = ids.push(formatSeriesId({ high, low })) - 1;
        slotByLow.set(low, slot);
      }
      return slot;
    },
  };
}

/** The series in the places of their ids; a place is empty when the store has lost its series. */
async function readSlots(
  ids: readonly string[],
  seriesTable: SeriesTable,
  lane: Lane,
): Promise<(Series | undefined)[]> {
  const found = await seriesTable.readSeries(new Set(ids), lane);
  return ids.map((id) => found.get(id));
}
