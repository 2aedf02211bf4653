/** How a span of time is said in SQL, and how a drop's time is read back. */
import type { BinaryReader } from "./binary-reader";

/** Milliseconds since the epoch, `fromMs` in it and `toMs` not. */
export type Range = { fromMs: number; toMs: number };

/** The last millisecond whose nanoseconds fit 64 bits; later times are stored as this. */
const LAST_MS = 9_223_372_035_000;

export const IN_RANGE = `time >= fromUnixTimestamp64Nano({range_from:Int64} * 1000000, 'UTC')
  AND time < fromUnixTimestamp64Nano({range_to:Int64} * 1000000, 'UTC')`;

export function rangeParams(range: Range): Record<string, unknown> {
  return { range_from: wholeMs(range.fromMs), range_to: wholeMs(range.toMs) };
}

export function wholeMs(timeMs: number): number {
  return Math.min(Math.max(Math.floor(timeMs), 0), LAST_MS + 1);
}

/** Columns of a drop's time as `readTime` reads them. */
export const TIME_COLUMNS =
  "toUnixTimestamp64Milli(time), toUInt32(toUnixTimestamp64Nano(time) % 1000000)";

export function readTime(reader: BinaryReader): { timeMs: number; timeNanos: number } {
  return { timeMs: reader.u64(), timeNanos: reader.u32() };
}
