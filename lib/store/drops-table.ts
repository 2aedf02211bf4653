/**
 * The fact table: writing drops, and reading them one by one. Counting them is snapshot.ts, what
 * lies in a row drop-row.ts.
 */
import type { Drop } from "@/lib/drops/drop";
import type { DropCursor } from "@/lib/drops/drop-cursor";
import { createSlices } from "@/lib/turns";
import {
  type Arrivals,
  advanced,
  arrivedAfter,
  batchHalves,
  type Position,
  readBatch,
  readPosition,
} from "./arrivals";
import type { BinaryReader } from "./binary-reader";
import { BinaryWriter } from "./binary-writer";
import { ALL_DROPS, type Condition } from "./condition";
import { type DropList, type EvidenceList, evidenceQuery, listQuery } from "./drop-pages";
import {
  EVIDENCE_COLUMNS,
  type Evidence,
  FLOW_COUNT,
  READ_COLUMNS,
  type ReadDrop,
  readDrop,
  readEvidence,
  type StoredDrop,
  WRITTEN_COLUMNS,
  writeDrop,
} from "./drop-row";
import type { Engine, Lane } from "./engine";
import type { SeriesTable } from "./series-table";
import { IN_RANGE, type Range, rangeParams } from "./time";

/** `last` is where the next page begins; undefined after the last one. */
export type EvidencePage = { drops: (StoredDrop & Evidence)[]; last: DropCursor | undefined };

export type DropsTable = {
  evidencePage: (list: EvidenceList) => Promise<EvidencePage>;
  /** Drops of a range, and the flows they were joined from. */
  count: (list: Range & { where?: Condition }) => Promise<{ drops: number; flows: number }>;
  /** `begin` runs right before the drops are written; where it throws they are not. */
  insert: (drops: readonly Drop[], begin?: () => void) => Promise<void>;
  list: (list: DropList) => Promise<StoredDrop[]>;
  /** What other processes have stored after the position, in whole batches. */
  arrivals: (position: Position) => Promise<Arrivals>;
  /** Where everything that is there now has been read. */
  position: () => Promise<Position>;
  get: (uuid: string) => Promise<(StoredDrop & Evidence) | null>;
};

/** Drops told of at a time; some batches of the writer's size. */
const ARRIVALS = 50_000;

export function createDropsTable(
  engine: Engine,
  seriesTable: SeriesTable,
  nowMs: () => number,
  /** Number of this process among those that write to the store, below `WRITERS`. */
  writerNumber: number,
): DropsTable {
  // From the clock, so that a store that is opened again goes on above where it was.
  let batches = nowMs();
  /** Buffers of finished inserts: making a new one of some megabytes for each costs page faults. */
  const spare: BinaryWriter[] = [];

  async function withSeries<Row extends ReadDrop>(rows: readonly Row[], lane: Lane = "read") {
    const ids = new Set(rows.map((row) => row.seriesId));
    const found = await seriesTable.readSeries(ids, lane);
    return rows.flatMap(({ seriesId, ...row }) => {
      const series = found.get(seriesId);
      return series === undefined ? [] : [{ ...row, series }];
    });
  }

  return {
    insert: async (drops, begin) => {
      if (drops.length === 0) return;
      await seriesTable.writeSeriesOf(drops);
      const writer = spare.pop() ?? new BinaryWriter(1024 * 1024);
      writer.clear();
      const receivedAt = Math.floor(nowMs() / 1_000);
      batches += 1;
      const stored = { receivedAt, batch: batchHalves(writerNumber, batches) };
      const slices = createSlices();
      await slices.next();
      for (const drop of drops) {
        if (slices.isUp()) await slices.next();
        writeDrop(writer, drop, seriesTable, stored);
      }
      await engine.insert("drops", WRITTEN_COLUMNS, writer.bytes(), begin);
      spare.push(writer);
    },
    list: async (list) => {
      const { sql, params } = listQuery(list);
      return withSeries(await engine.select("read", sql, params, readDrop));
    },
    evidencePage: async (list) => {
      const { sql, params } = evidenceQuery(list);
      const rows = await engine.select("heavy", sql, params, readBoth);
      const last = rows.length < list.limit ? undefined : rows.at(-1);
      return { drops: await withSeries(rows, "heavy"), last };
    },
    count: async ({ where = ALL_DROPS, ...range }) => {
      const sql = `SELECT count(), ${FLOW_COUNT}
        FROM drops WHERE ${IN_RANGE} AND (${where.sql})`;
      const params = { ...where.params, ...rangeParams(range) };
      const [counts] = await engine.select("heavy", sql, params, (reader) => ({
        drops: reader.u64(),
        flows: reader.u64(),
      }));
      return counts ?? { drops: 0, flows: 0 };
    },
    arrivals: async (position) => {
      const now = nowMs();
      const { sql, params } = arrivedAfter(position, writerNumber, now);
      const rows = await engine.select(
        "read",
        `SELECT ${READ_COLUMNS}, batch FROM drops WHERE ${sql} ORDER BY batch LIMIT ${ARRIVALS}`,
        params,
        (reader) => ({ ...readDrop(reader), batch: readBatch(reader) }),
      );
      const more = rows.length === ARRIVALS;
      // The last batch may go on beyond the bound; no batch alone reaches it.
      const cut = more ? rows.at(-1)?.batch : undefined;
      const whole = rows.filter(({ batch }) => batch !== cut);
      const read = whole.map(({ batch, receivedMs }) => ({ batch, receivedS: receivedMs / 1_000 }));
      return {
        drops: await withSeries(whole),
        position: advanced(position, read, now),
        more,
      };
    },
    position: () => readPosition(engine, nowMs()),
    get: async (uuid) => {
      const sql = `SELECT ${READ_COLUMNS}, ${EVIDENCE_COLUMNS} FROM drops
        WHERE uuid = {uuid:String} OR twin = {uuid:String} LIMIT 1`;
      const rows = await engine.select("read", sql, { uuid }, readBoth);
      const [drop] = await withSeries(rows);
      return drop ?? null;
    },
  };
}

function readBoth(reader: BinaryReader): ReadDrop & Evidence {
  return { ...readDrop(reader), ...readEvidence(reader) };
}
