/** Counting drops by series: what a live view starts from and what the details of a group show. */
import type { Series } from "@/lib/drops/drop";
import type { BinaryReader } from "./binary-reader";
import { ALL_DROPS, type Condition } from "./condition";
import type { Engine, Lane } from "./connection";
import type { Split } from "./expected-sql";
import { formatSeriesId } from "./series-id";
import type { SeriesTable } from "./series-table";
import { IN_RANGE, type Range, rangeParams } from "./time";

type SeriesCount = {
  series: Series;
  /** Packets: the sum of the drops' counts. */
  drops: number;
  attempts: number;
  firstMs: number;
  lastMs: number;
};

/**
 * `bucketMs` is the bucket's start: a whole multiple of `stepMs` since the epoch. `firstNanos` is
 * the rest of `firstMs`. `answers` holds one bit for each test of the split, 32 in a number.
 */
export type SnapshotRow = SeriesCount & {
  bucketMs: number;
  firstNanos: number;
  answers: readonly number[];
};

export type SnapshotOptions = Range & {
  stepMs: number;
  where?: Condition;
  /** Tells drops of a series and bucket apart, beyond those two. */
  split?: Split;
  lane?: Lane;
};

/** Holds for the drops of one group, given as the parameter `group`. */
export const IN_GROUP = "series IN (SELECT id FROM series WHERE group_id = {group:String})";

const COUNTS = `sum(count), sum(attempt),
  toUnixTimestamp64Milli(min(time)), toUnixTimestamp64Milli(max(time))`;

/** One row for each series, bucket and part of the split that has drops, in no order. */
export async function snapshot(
  engine: Engine,
  seriesTable: SeriesTable,
  { stepMs, where = ALL_DROPS, split = WHOLE, lane = "read", ...range }: SnapshotOptions,
): Promise<SnapshotRow[]> {
  if (!(stepMs >= 1)) throw new RangeError("stepMs must be at least 1.");
  const step = Math.floor(stepMs);
  const words = wordsOf(split.tests);
  const segment = segmentOf(split);
  const keys = ["1", "2", ...words.map((_, at) => String(at + 3)), ...segment.sql];
  const columns = [
    "series",
    "intDiv(toUnixTimestamp64Nano(time), {step:Int64} * 1000000)",
    ...words,
  ];
  const sql = `SELECT ${columns.join(", ")}, ${COUNTS},
      toUInt32(toUnixTimestamp64Nano(min(time)) % 1000000)
    FROM drops WHERE ${IN_RANGE} AND (${where.sql}) GROUP BY ${keys.join(", ")}`;
  const params = Object.assign(
    { ...where.params, ...segment.params, ...rangeParams(range), step },
    ...split.tests.map((test) => test.params),
  );
  const slots = createSlots();
  const rows = await engine.select(lane, sql, params, (reader) => ({
    slot: slots.next(reader),
    bucketMs: reader.u64() * step,
    answers: words.length === 0 ? NO_ANSWERS : words.map(() => reader.u32()),
    drops: reader.u64(),
    attempts: reader.u64(),
    firstMs: reader.u64(),
    lastMs: reader.u64(),
    firstNanos: reader.u32(),
  }));
  const series = await readSlots(slots.ids, seriesTable, lane);
  const known: SnapshotRow[] = [];
  for (const { slot, ...row } of rows) {
    const its = series[slot];
    if (its !== undefined) known.push({ ...row, series: its });
  }
  return known;
}

const WHOLE: Split = { edges: [], edged: null, tests: [] };
const NO_ANSWERS: readonly number[] = [];
const WORD_BITS = 32;

/** The tests as bits of numbers. */
function wordsOf(tests: readonly Condition[]): string[] {
  const words: string[] = [];
  for (let first = 0; first < tests.length; first += WORD_BITS) {
    const bits = tests
      .slice(first, first + WORD_BITS)
      .map(({ sql }, at) => `if(${sql}, toUInt64(${2 ** at}), 0)`);
    words.push(`toUInt32(${bits.join(" + ")})`);
  }
  return words;
}

/** The bit of a test in the answers of a row. */
export function answerOf({ answers }: Pick<SnapshotRow, "answers">, test: number): boolean {
  const word = answers[Math.floor(test / WORD_BITS)] ?? 0;
  return ((word >>> (test % WORD_BITS)) & 1) === 1;
}

/** What drops between two edges have in common: the edge before them. */
function segmentOf({ edges, edged }: Split): { sql: string[]; params: Record<string, unknown> } {
  if (edges.length === 0) return { sql: [], params: {} };
  const edge = "roundDown(toUnixTimestamp64Nano(time), {edges:Array(Int64)})";
  const some = "series IN (SELECT id FROM series WHERE";
  const sql = edged === null ? edge : `if(${some} ${edged.sql}), ${edge}, toInt64(0))`;
  return { sql: [sql], params: { ...edged?.params, edges: [0n, ...edges] } };
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
