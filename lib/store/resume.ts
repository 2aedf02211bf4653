/** What ingest asks at its start, to go on where it stopped without storing a flow twice. */
import type { Engine } from "./engine";
import { IN_RANGE, type Range, rangeParams, wholeMs } from "./time";

/** uuids of all flows (both of a joined drop) whose drops lie at or after `sinceMs`, oldest first. */
export function recentUuids(engine: Engine, sinceMs: number): Promise<string[]> {
  const sql = `SELECT arrayJoin(if(twin = '', [uuid], [uuid, twin])) FROM drops
    WHERE time >= fromUnixTimestamp64Nano({since:Int64} * 1000000, 'UTC') ORDER BY time`;
  return engine.select("read", sql, { since: wholeMs(sinceMs) }, (reader) => reader.text());
}

/**
 * Newest time of a source's drops, of all for null; null when there are none. A drop dated more than a few minutes
 * after it was received came from a wrong clock; going on from there would skip what is real.
 */
export async function newestTimeMs(engine: Engine, origin: string | null): Promise<number | null> {
  const sql = `SELECT toUnixTimestamp64Milli(time) FROM drops
    WHERE ${origin === null ? "" : "source = {origin:String} AND "}time <= received_at + toIntervalMinute(5)
    ORDER BY time DESC LIMIT 1`;
  const params = origin === null ? {} : { origin };
  const [newest] = await engine.select("read", sql, params, (reader) => reader.u64());
  return newest ?? null;
}

/** Which of `uuids` are flows of drops in the range: what was written already by whoever it was. */
export async function storedAmong(
  engine: Engine,
  uuids: readonly string[],
  range: Range,
): Promise<ReadonlySet<string>> {
  if (uuids.length === 0) return new Set();
  const sql = `SELECT arrayJoin(if(twin = '', [uuid], [uuid, twin])) FROM drops
    WHERE ${IN_RANGE} AND (uuid IN {uuids:Array(String)} OR twin IN {uuids:Array(String)})`;
  const params = { uuids: [...uuids], ...rangeParams(range) };
  return new Set(await engine.select("write", sql, params, (reader) => reader.text()));
}
