/**
 * A row of the fact table: how a drop is written into one and how it is read back. Both are here, so
 * that they agree.
 */
import type { Drop } from "@/lib/drops/drop";
import type { Flow } from "@/lib/drops/flow";
import { NO_NAMES, type Remembered } from "@/lib/drops/remembered";
import type { BinaryReader } from "./binary-reader";
import type { BinaryWriter } from "./binary-writer";
import { formatSeriesId, type SeriesNumber } from "./series-id";
import type { SeriesTable } from "./series-table";
import { readTime, TIME_COLUMNS } from "./time";

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

/** Bits of `raw_kinds`. */
const VERDICT_PRESENT = 1;
const VERDICT_JSON = 2;
const DROP_PRESENT = 4;
const DROP_JSON = 8;

/** How many flows the drops of some rows were joined from. */
export const FLOW_COUNT = `sum(bitCount(bitAnd(raw_kinds, ${VERDICT_PRESENT | DROP_PRESENT})))`;

/** In the order of `writeDrop`. */
export const WRITTEN_COLUMNS = [
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

/** In the order of `readDrop`. */
export const READ_COLUMNS = `${TIME_COLUMNS}, series, count, attempt, uuid, twin, source, node, src_pod,
  dst_pod, src_ip, dst_ip, src_port, src_identity, dst_identity, tcp_flags, names_from, received_at`;

/** In the order of `readEvidence`. */
export const EVIDENCE_COLUMNS = "raw_kinds, verdict_raw, drop_raw";
/** The same where nobody asks for them. */
export const NO_EVIDENCE = "toUInt8(0), '', ''";

/** @param stored when, whole seconds, and with which insert. */
export function writeDrop(
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

/** The series is named only: its own table has it. */
export type ReadDrop = Omit<StoredDrop, "series"> & { seriesId: string };

export function readDrop(reader: BinaryReader): ReadDrop {
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

export function readEvidence(reader: BinaryReader): Evidence {
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
