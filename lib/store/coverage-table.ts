/**
 * When each source was connected. A connected source writes one short row every few seconds, so a
 * process that is killed leaves a gap behind and never a span that looks watched.
 */
import { BinaryWriter } from "./binary-writer";
import type { Engine } from "./engine";
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

/** What was kept of the range is let go: of every source that was connected then it is missing. */
export function forgetCovered(engine: Engine, range: Range): Promise<void> {
  const sql = `INSERT INTO coverage (${COLUMNS.join(", ")})
    SELECT DISTINCT source, fromUnixTimestamp64Milli({range_from:Int64}, 'UTC'),
      fromUnixTimestamp64Milli({range_to:Int64}, 'UTC'), ${MISSING}, 0, 0, 0, 0
    FROM coverage
    WHERE to > fromUnixTimestamp64Milli({range_from:Int64}, 'UTC')
      AND from < fromUnixTimestamp64Milli({range_to:Int64}, 'UTC')`;
  const params = { range_from: wholeMs(range.fromMs), range_to: wholeMs(range.toMs) };
  return engine.run("write", sql, params);
}

/** Heartbeats of one kind that follow each other. Of those that tell of a loss, each is its own. */
export type CoverageStretch = Pick<
  CoverageRow,
  "source" | "fromMs" | "toMs" | "refilled" | "missing" | "lostAtMost"
>;

/** Rows that tell of a loss, the last of them: a source that loses all the time has one a beat. */
const MAX_LOSSES = 20_000;

/**
 * What the heartbeats that touch the range come to, oldest first. They are merged there, because a
 * source has half a million in a month.
 */
export function selectCoverage(engine: Engine, range: Range): Promise<CoverageStretch[]> {
  const rows = `SELECT source, toUnixTimestamp64Milli(from) AS begin,
      toUnixTimestamp64Milli(to) AS end, refilled AS kind, lost_at_most AS lost
    FROM coverage
    WHERE to > fromUnixTimestamp64Milli({range_from:Int64}, 'UTC')
      AND from < fromUnixTimestamp64Milli({range_to:Int64}, 'UTC')`;
  const parts = "PARTITION BY source, kind ORDER BY begin, end";
  // An island begins where nothing before it reaches; those that lie a millisecond apart are one.
  const begins = `SELECT source, kind, begin, end, begin > 1 + max(end) OVER
      (${parts} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_new FROM (${rows})`;
  const islands = `SELECT source, kind, begin, end, sum(is_new) OVER
      (${parts} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island FROM (${begins})`;
  const sql = `SELECT source, first, last, kind, lost FROM (
      SELECT source, min(begin) AS first, max(end) AS last, kind, toUInt64(0) AS lost
        FROM (${islands}) GROUP BY source, kind, island
      UNION ALL
      SELECT * FROM (SELECT source, begin AS first, end AS last, kind, lost FROM (${rows})
        WHERE lost > 0 ORDER BY begin DESC LIMIT ${MAX_LOSSES})
    ) ORDER BY first, source, lost`;
  const params = { range_from: wholeMs(range.fromMs), range_to: wholeMs(range.toMs) };
  return engine.select("read", sql, params, (reader) => ({
    source: reader.text(),
    fromMs: reader.u64(),
    toMs: reader.u64(),
    ...kindOf(reader.u8()),
    lostAtMost: reader.u64(),
  }));
}

/**
 * Those that were written in the last so many seconds by the store's own clock, whatever time they
 * tell of: some come hours late, after the store was away.
 */
export function selectCoverageWritten(engine: Engine, seconds: number): Promise<CoverageRow[]> {
  const sql = `SELECT source, toUnixTimestamp64Milli(from), toUnixTimestamp64Milli(to), refilled,
    received, lost_at_most, nodes_connected, nodes_unavailable
    FROM coverage WHERE written >= now('UTC') - toIntervalSecond({seconds:UInt32})
    ORDER BY from, source`;
  return engine.select("read", sql, { seconds }, (reader) => ({
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
