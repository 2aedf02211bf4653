/** The fact table: writing drops, and reading them one by one. Counting them is snapshot.ts. */
import { setImmediate } from "node:timers/promises";
import type { Drop } from "@/lib/drops/drop";
import type { DropCursor } from "@/lib/drops/drop-cursor";
import type { Flow } from "@/lib/drops/flow";
import { NO_NAMES, type Remembered } from "@/lib/drops/remembered";
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
import type { Engine, Lane } from "./connection";
import { formatSeriesId, type SeriesNumber } from "./series-id";
import type { SeriesTable } from "./series-table";
import { IN_RANGE, type Range, rangeParams, readTime, TIME_COLUMNS, wholeMs } from "./time";

/** A drop as the store gives it back: without its decoded flows, which stay as raw evidence. */
export type StoredDrop = Omit<Drop, "verdictFlow" | "dropFlow"> & {
  /** uuid of the second flow it was joined from; empty when there was only one. */
  twinUuid: string;
  /** When Droplens stored it, whole seconds. */
  receivedMs: number;
};

/** The raw flows, as they came: protobuf bytes of `flow.Flow` or a JSON line. */
export type Evidence = {
  verdictRaw: Uint8Array | string | null;
  dropRaw: Uint8Array | string | null;
};

/** Holds for what was stored at or after a whole second, given as `arrived_since`. */
export const ARRIVED_SINCE = "received_at >= toDateTime({arrived_since:UInt32}, 'UTC')";

export type DropList = Range & { where?: Condition; limit: number; before?: DropCursor };

/** Oldest first, for exports; `raw` is whether the flows are asked for too. */
export type EvidenceList = Range & {
  where?: Condition;
  limit: number;
  after?: DropCursor;
  raw: boolean;
};

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

/** Bits of `raw_kinds`. */
const VERDICT_PRESENT = 1;
const VERDICT_JSON = 2;
const DROP_PRESENT = 4;
const DROP_JSON = 8;

const COLUMNS = [
  "time",
  "series",
  "count",
  "attempt",
  "uuid",
  "twin",
  "source",
  "node",
  "src_pod",
  "dst_pod",
  "src_ip",
  "dst_ip",
  "src_port",
  "src_identity",
  "dst_identity",
  "tcp_flags",
  "remembered",
  "src_remembered",
  "dst_remembered",
  "names_from",
  "received_at",
  "batch",
  "raw_kinds",
  "verdict_raw",
  "drop_raw",
];

const DROPS_A_SLICE = 500;

const READ_COLUMNS = `${TIME_COLUMNS}, series, count, attempt, uuid, twin, source, node, src_pod,
  dst_pod, src_ip, dst_ip, src_port, src_identity, dst_identity, tcp_flags, names_from, received_at`;

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

  async function withSeries<Row extends Read>(rows: readonly Row[], lane: Lane = "read") {
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
      for (const [at, drop] of drops.entries()) {
        // Streams get their turn: a large batch would keep them waiting for tens of milliseconds.
        if (at % DROPS_A_SLICE === DROPS_A_SLICE - 1) await setImmediate();
        writeDrop(writer, drop, seriesTable, stored);
      }
      await engine.insert("drops", COLUMNS, writer.bytes(), begin);
      spare.push(writer);
    },
    list: async (list) => {
      const { sql, params } = listQuery(list);
      return withSeries(await engine.select("read", sql, params, readDrop));
    },
    evidencePage: async (list) => {
      const { sql, params } = evidenceQuery(list);
      const rows = await engine.select("heavy", sql, params, (reader) => ({
        ...readDrop(reader),
        ...readEvidence(reader),
      }));
      const last = rows.length < list.limit ? undefined : rows.at(-1);
      return { drops: await withSeries(rows, "heavy"), last };
    },
    count: async ({ where = ALL_DROPS, ...range }) => {
      const sql = `SELECT count(), sum(bitCount(bitAnd(raw_kinds, ${VERDICT_PRESENT | DROP_PRESENT})))
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
      const sql = `SELECT ${READ_COLUMNS}, raw_kinds, verdict_raw, drop_raw FROM drops
        WHERE uuid = {uuid:String} OR twin = {uuid:String} LIMIT 1`;
      const rows = await engine.select("read", sql, { uuid }, (reader) => ({
        ...readDrop(reader),
        ...readEvidence(reader),
      }));
      const [drop] = await withSeries(rows);
      return drop ?? null;
    },
  };
}

function writeDrop(
  writer: BinaryWriter,
  drop: Drop,
  seriesTable: SeriesTable,
  { receivedAt, batch }: { receivedAt: number; batch: SeriesNumber },
): void {
  const { high, low } = seriesTable.numberOf(drop.series);
  writer.nanos(drop.timeMs, drop.timeNanos);
  writer.u64(high, low);
  writer.u32(drop.count);
  writer.u8(drop.attempt);
  writer.text(drop.uuid);
  writer.text(twinOf(drop));
  writer.text(drop.origin);
  writer.text(drop.node);
  writer.text(drop.sourcePod);
  writer.text(drop.destinationPod);
  writer.text(drop.sourceIp);
  writer.text(drop.destinationIp);
  writer.u16(drop.sourcePort);
  writer.u32(drop.sourceIdentity);
  writer.u32(drop.destinationIdentity);
  writer.u16(drop.tcpFlags);
  writeRemembered(writer, drop.remembered);
  writer.u32(receivedAt);
  writer.u64(batch.high, batch.low);
  writer.u8(rawKinds(drop));
  writeRaw(writer, drop.verdictFlow);
  writeRaw(writer, drop.dropFlow);
}

/** Bits of `remembered`. */
const SOURCE_NAMED = 1;
const DESTINATION_NAMED = 2;

function writeRemembered(writer: BinaryWriter, remembered: Remembered | null): void {
  const { source, destination } = remembered ?? NOTHING_REMEMBERED;
  writer.u8(
    (source.length > 0 ? SOURCE_NAMED : 0) | (destination.length > 0 ? DESTINATION_NAMED : 0),
  );
  writer.texts(source.map(({ name }) => name));
  writer.texts(destination.map(({ name }) => name));
  writer.text(remembered === null ? "" : JSON.stringify(remembered));
}

const NOTHING_REMEMBERED: Remembered = { source: NO_NAMES, destination: NO_NAMES };

/** `writeRemembered` wrote it; the schema's version stands for its shape. */
function readRemembered(reader: BinaryReader): Remembered | null {
  const text = reader.text();
  return text === "" ? null : (JSON.parse(text) as Remembered);
}

function twinOf({ uuid, verdictFlow, dropFlow }: Drop): string {
  if (verdictFlow === null || dropFlow === null) return "";
  return verdictFlow.uuid === uuid ? dropFlow.uuid : verdictFlow.uuid;
}

function rawKinds({ verdictFlow, dropFlow }: Drop): number {
  let kinds = 0;
  if (verdictFlow !== null) kinds |= VERDICT_PRESENT;
  if (typeof verdictFlow?.raw === "string") kinds |= VERDICT_JSON;
  if (dropFlow !== null) kinds |= DROP_PRESENT;
  if (typeof dropFlow?.raw === "string") kinds |= DROP_JSON;
  return kinds;
}

function writeRaw(writer: BinaryWriter, flow: Flow | null): void {
  if (flow === null) writer.text("");
  else if (typeof flow.raw === "string") writer.text(flow.raw);
  else writer.blob(flow.raw);
}

function listQuery({ where = ALL_DROPS, limit, before, ...range }: DropList) {
  const after =
    before === undefined
      ? ""
      : `AND time <= fromUnixTimestamp64Nano({page_time:Int64} * 1000000 + {page_nanos:UInt32}, 'UTC')
         AND (time, uuid) < (fromUnixTimestamp64Nano({page_time:Int64} * 1000000 + {page_nanos:UInt32}, 'UTC'), {page_uuid:String})`;
  const sql = `SELECT ${READ_COLUMNS} FROM drops WHERE ${IN_RANGE} ${after} AND (${where.sql})
    ORDER BY time DESC, uuid DESC LIMIT {page_limit:UInt32}`;
  const params = {
    ...where.params,
    ...rangeParams(range),
    page_limit: limit,
    page_time: wholeMs(before?.timeMs ?? 0),
    page_nanos: before?.timeNanos ?? 0,
    page_uuid: before?.uuid ?? "",
  };
  return { sql, params };
}

function evidenceQuery({ where = ALL_DROPS, limit, after, raw, ...range }: EvidenceList) {
  const place = "fromUnixTimestamp64Nano({page_time:Int64} * 1000000 + {page_nanos:UInt32}, 'UTC')";
  const since =
    after === undefined
      ? ""
      : `AND time >= ${place} AND (time, uuid) > (${place}, {page_uuid:String})`;
  const evidence = raw ? "raw_kinds, verdict_raw, drop_raw" : "toUInt8(0), '', ''";
  const sql = `SELECT ${READ_COLUMNS}, ${evidence} FROM drops
    WHERE ${IN_RANGE} ${since} AND (${where.sql}) ORDER BY time, uuid LIMIT {page_limit:UInt32}`;
  const params = {
    ...where.params,
    ...rangeParams(range),
    page_limit: limit,
    page_time: wholeMs(after?.timeMs ?? 0),
    page_nanos: after?.timeNanos ?? 0,
    page_uuid: after?.uuid ?? "",
  };
  return { sql, params };
}

type Read = Omit<StoredDrop, "series"> & { seriesId: string };

/** In the order of `READ_COLUMNS`. */
function readDrop(reader: BinaryReader): Read {
  return {
    ...readTime(reader),
    seriesId: readSeriesId(reader),
    count: reader.u32(),
    attempt: reader.u8() === 1 ? 1 : 0,
    uuid: reader.text(),
    twinUuid: reader.text(),
    origin: reader.text(),
    node: reader.text(),
    sourcePod: reader.text(),
    destinationPod: reader.text(),
    sourceIp: reader.text(),
    destinationIp: reader.text(),
    sourcePort: reader.u16(),
    sourceIdentity: reader.u32(),
    destinationIdentity: reader.u32(),
    tcpFlags: reader.u16(),
    remembered: readRemembered(reader),
    receivedMs: reader.u32() * 1_000,
  };
}

function readSeriesId(reader: BinaryReader): string {
  const low = reader.u32();
  return formatSeriesId({ high: reader.u32(), low });
}

function readEvidence(reader: BinaryReader): Evidence {
  const kinds = reader.u8();
  return {
    verdictRaw: readRaw(reader, kinds & VERDICT_PRESENT, kinds & VERDICT_JSON),
    dropRaw: readRaw(reader, kinds & DROP_PRESENT, kinds & DROP_JSON),
  };
}

function readRaw(reader: BinaryReader, present: number, json: number): Uint8Array | string | null {
  const bytes = reader.blob();
  if (present === 0) return null;
  return json === 0 ? bytes : new TextDecoder().decode(bytes);
}
