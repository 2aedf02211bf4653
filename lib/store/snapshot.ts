/** Counting drops by series: what a live view starts from and what the details of a group show. */
import type { Series } from "@/lib/drops/drop";
import type { BinaryReader } from "./binary-reader";
import { ALL_DROPS, type Condition } from "./condition";
import type { Engine, Lane } from "./engine";
import type { Split } from "./expected-sql";
import { formatSeriesId } from "./series-id";
import type { SeriesTable } from "./series-table";
import { countSql } from "./slots";
import type { Range } from "./time";

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
 * the rest of `firstMs`. `answers` holds one bit for each test of the split, 32 in a number;
 * `segment` tells apart what lies between different edges.
 */
export type SnapshotRow = SeriesCount & {
  bucketMs: number;
  firstNanos: number;
  answers: readonly number[];
  segment: number | undefined;
};

export type SnapshotOptions = Range & {
  stepMs: number;
  /** Buckets are put together into so many parts of the range, each into that in which it begins. */
  parts?: number;
  where?: Condition;
  /** Tells drops of a series and bucket apart, beyond those two. */
  split?: Split;
  lane?: Lane;
};

/** Holds for the drops of one group, given as the parameter `group`. */
export const IN_GROUP = "series IN (SELECT id FROM series WHERE group_id = {group:String})";

/**
 * One row for each series, bucket and part of the split that has drops. A step that holds the whole
 * range makes one bucket of it, in no order; else those of a series follow each other: there may be
 * half a million rows, and who counts them looks up the same series again, not another each time.
 */
export async function snapshot(
  engine: Engine,
  seriesTable: SeriesTable,
  { stepMs, parts, where = ALL_DROPS, split = WHOLE, lane = "read", ...range }: SnapshotOptions,
): Promise<SnapshotRow[]> {
  if (!(stepMs >= 1)) throw new RangeError("stepMs must be at least 1.");
  const time = timeKey(Math.floor(stepMs), range, parts);
  const cut = cutBy(split);
  const counted = countSql({
    range,
    where: { sql: where.sql, params: { ...where.params, ...cut.params } },
    keys: (nanos) => ["series", time.sql(nanos), ...cut.keys(nanos)],
    ...stepsOf(split, time.stepMs),
  });
  const sql = `SELECT * EXCEPT (n_first, n_last), toUnixTimestamp64Milli(n_first),
    toUnixTimestamp64Milli(n_last), toUInt32(toUnixTimestamp64Nano(n_first) % 1000000)
    FROM (${counted.sql}) ${time.stepMs === null ? "" : "ORDER BY k0"}`;
  const slots = createSlots();
  const slotByRow: number[] = [];
  // Rows are made once and filled in: there may be half a million.
  const rows = await engine.select(lane, sql, counted.params, (reader): Unnamed => {
    slotByRow.push(slots.next(reader));
    const bucketMs = time.read(reader.u64());
    const answers = cut.answers(reader);
    return {
      series: undefined,
      bucketMs,
      answers,
      segment: cut.segment(reader),
      drops: reader.u64(),
      attempts: reader.u64(),
      firstMs: reader.u64(),
      lastMs: reader.u64(),
      firstNanos: reader.u32(),
    };
  });
  const series = await readSlots(slots.ids, seriesTable, lane);
  rows.forEach((row, at) => {
    row.series = series[slotByRow[at] ?? -1];
  });
  return rows.filter(isNamed);
}

/** A row before its series is read, and for good where the store has lost that. */
type Unnamed = Omit<SnapshotRow, "series"> & { series: Series | undefined };

function isNamed(row: Unnamed): row is SnapshotRow {
  return row.series !== undefined;
}

/** The bucket of a time in nanoseconds as SQL, and its start in milliseconds from what that gives. */
export function timeKey(stepMs: number, { fromMs, toMs }: Range, parts: number | undefined) {
  // Times are not negative, so this bucket has everything.
  if (stepMs >= toMs) return { stepMs: null, sql: () => "toUInt64(0)", read: () => 0 };
  const bucket = (nanos: string) => `toUInt64(intDiv(${nanos}, ${BigInt(stepMs) * 1_000_000n}))`;
  if (parts === undefined) return { stepMs, sql: bucket, read: (at: number) => at * stepMs };
  const [from, length] = [Math.floor(fromMs), Math.max(1, Math.floor(toMs) - Math.floor(fromMs))];
  return {
    stepMs,
    sql: (nanos: string) =>
      `toUInt64(intDiv(greatest(toInt64(${bucket(nanos)} * ${stepMs}) - ${from}, 0) * ${parts}, ${length}))`,
    read: (at: number) => from + Math.ceil((at * length) / parts),
  };
}

/** What a split adds to the keys of a count, and how it is read back. */
export function cutBy(split: Split) {
  const words = wordsOf(split.tests);
  const segment = segmentOf(split);
  return {
    keys: (nanos: string) => [...words, ...segment.sql(nanos)],
    params: Object.assign({}, segment.params, ...split.tests.map(({ params }) => params)) as Params,
    answers: (reader: BinaryReader): readonly number[] =>
      words.length === 0 ? NO_ANSWERS : words.map(() => reader.u32()),
    segment: (reader: BinaryReader): number | undefined =>
      split.edges.length === 0 ? undefined : reader.u64(),
  };
}

/** Tests are asked of the drops, so these are read one by one. */
export function stepsOf({ edges, tests }: Split, stepMs: number | null) {
  return { edges, stepMs: tests.length > 0 ? 1 : stepMs };
}

type Params = Record<string, unknown>;

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
function segmentOf({ edges, edged }: Split): { sql: (nanos: string) => string[]; params: Params } {
  if (edges.length === 0) return { sql: () => [], params: {} };
  const some = "series IN (SELECT id FROM series WHERE";
  const sql = (nanos: string) => {
    const edge = `roundDown(toInt64(${nanos}), {edges:Array(Int64)})`;
    return [edged === null ? edge : `if(${some} ${edged.sql}), ${edge}, toInt64(0))`];
  };
  return { sql, params: { ...edged?.params, edges: [0n, ...edges] } };
}

/** What a range has of each series, in no order. */
export async function countBySeries(
  engine: Engine,
  seriesTable: SeriesTable,
  { where = ALL_DROPS, lane = "read", ...range }: Omit<SnapshotOptions, "stepMs">,
): Promise<Pick<SeriesCount, "series" | "drops" | "attempts">[]> {
  const keys = () => ["series"];
  const { sql, params } = countSql({ range, where, keys, stepMs: null, times: false });
  const slots = createSlots();
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
