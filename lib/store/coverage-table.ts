/**
 * When each source was connected. A connected source writes one short row every few seconds, so a
 * process that is killed leaves a gap behind and never a span that looks watched.
 */
import { BinaryWriter } from "./binary-writer";
import type { Engine } from "./connection";
import { type Range, wholeMs } from "./time";

/** One heartbeat: `source` was connected from `fromMs` to `toMs`. Counts are of this span alone. */
export type CoverageRow = {
  source: string;
  fromMs: number;
  toMs: number;
  /** Not connected in this span, but the relay gave its flows afterwards. */
  refilled: boolean;
  /** Connected, but flows of this span are known to be missing, whatever other rows say. */
  missing?: boolean;
  received: number;
  /** Upper bound of events of any verdict that Hubble said it lost. */
  lostAtMost: number;
  nodesConnected: number;
  nodesUnavailable: number;
};

/** Of the column `refilled`. */
const REFILLED = 1;
const MISSING = 2;

const COLUMNS = [
  "source",
  "from",
  "to",
  "refilled",
  "received",
  "lost_at_most",
  "nodes_connected",
  "nodes_unavailable",
];

export async function insertCoverage(engine: Engine, rows: readonly CoverageRow[]): Promise<void> {
  if (rows.length === 0) return;
  const writer = new BinaryWriter(rows.length * 64);
  for (const row of rows) {
    writer.text(row.source);
    writer.millis(row.fromMs);
    writer.millis(row.toMs);
    writer.u8(row.missing ? MISSING : row.refilled ? REFILLED : 0);
    writer.u32(row.received);
    writer.u64(Math.floor(row.lostAtMost / 0x1_0000_0000), row.lostAtMost % 0x1_0000_0000);
    writer.u32(row.nodesConnected);
    writer.u32(row.nodesUnavailable);
  }
  await engine.insert("coverage", COLUMNS, writer.bytes());
}

/** The heartbeats that touch the range, oldest first. */
export function selectCoverage(engine: Engine, range: Range): Promise<CoverageRow[]> {
  const where = `to > fromUnixTimestamp64Milli({range_from:Int64}, 'UTC')
      AND from < fromUnixTimestamp64Milli({range_to:Int64}, 'UTC')`;
  const params = { range_from: wholeMs(range.fromMs), range_to: wholeMs(range.toMs) };
  return select(engine, where, params);
}

/**
 * Those that were written in the last so many seconds by the store's own clock, whatever time they
 * tell of: some come hours late, after the store was away.
 */
export function selectCoverageWritten(engine: Engine, seconds: number): Promise<CoverageRow[]> {
  const where = "written >= now('UTC') - toIntervalSecond({seconds:UInt32})";
  return select(engine, where, { seconds });
}

function select(
  engine: Engine,
  where: string,
  params: Record<string, unknown>,
): Promise<CoverageRow[]> {
  const sql = `SELECT source, toUnixTimestamp64Milli(from), toUnixTimestamp64Milli(to), refilled,
    received, lost_at_most, nodes_connected, nodes_unavailable
    FROM coverage WHERE ${where} ORDER BY from, source`;
  return engine.select("read", sql, params, (reader) => ({
    source: reader.text(),
    fromMs: reader.u64(),
    toMs: reader.u64(),
    ...kindOf(reader.u8()),
    received: reader.u32(),
    lostAtMost: reader.u64(),
    nodesConnected: reader.u32(),
    nodesUnavailable: reader.u32(),
  }));
}

function kindOf(kind: number): Pick<CoverageRow, "refilled" | "missing"> {
  return { refilled: kind === REFILLED, ...(kind === MISSING && { missing: true }) };
}
