/** Buckets of time: how fine a range is cut, and where the edges lie. */

/** Fine buckets of a range: two of them are a bar of the timeline, five a block of a trend. */
export const FINE_BUCKETS = 120;
export const BARS = 60;

/** Width of a fine bucket for a range, whole milliseconds; at least 1. */
export function chooseStep(rangeMs: number): number {
  return Math.max(1, Math.ceil(rangeMs / FINE_BUCKETS));
}

/** The edge at or before a time. Edges are whole multiples of the step since the epoch. */
export function bucketStart(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}

export type BucketRange = { fromMs: number; toMs: number; stepMs: number };

/** The last `rangeMs` as whole fine buckets, of which the last one holds now. */
export function liveRange(rangeMs: number, nowMs: number): BucketRange {
  const stepMs = chooseStep(rangeMs);
  const toMs = bucketStart(nowMs, stepMs) + stepMs;
  return { fromMs: toMs - FINE_BUCKETS * stepMs, toMs, stepMs };
}
