/** Buckets of time: how fine a range is cut, where the edges lie, and the bars drawn of them. */
import { BARS_OF } from "./group-state";
import { type Bucket, TREND_BLOCKS } from "./view";

/** Fine buckets of a range: two of them are a bar of the timeline, five a block of a trend. */
export const FINE_BUCKETS = 120;
const BARS = 60;

/** The store holds sums of so much time: a step of whole ones spares it to read every drop. */
export const COARSE_MS = 720_000;
/** Three quarters of a day: such a range has 90 of them. */
const LONG_MS = 90 * COARSE_MS;

/**
 * Width of a fine bucket for a range, whole milliseconds; at least 1. Of a long range it is a whole
 * multiple of `COARSE_MS`, so that this has from 90 to 240 buckets.
 */
export function chooseStep(rangeMs: number): number {
  if (rangeMs < LONG_MS) return Math.max(1, Math.ceil(rangeMs / FINE_BUCKETS));
  return Math.max(1, Math.floor(rangeMs / FINE_BUCKETS / COARSE_MS)) * COARSE_MS;
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
  return { fromMs: toMs - Math.ceil(rangeMs / stepMs) * stepMs, toMs, stepMs };
}

/** The buckets of a range: the number of the first since the epoch, how many, and how wide a bar is. */
export type Cut = { first: number; count: number; stepMs: number; barMs: number };

export function cutRange({ fromMs, toMs, stepMs }: BucketRange): Cut {
  const first = Math.floor(fromMs / stepMs);
  const count = Math.max(1, Math.ceil(toMs / stepMs) - first);
  // As many buckets make a bar as come nearest to so many bars.
  return { first, count, stepMs, barMs: stepMs * Math.max(1, Math.round(count / BARS)) };
}

/** The place of a time among the buckets; what lies before or after them is in the first or last. */
export function placeIn({ first, count, stepMs }: Cut, timeMs: number): number {
  return Math.min(Math.max(Math.floor(timeMs / stepMs) - first, 0), count - 1);
}

/** The block of a trend that a bucket's place is in. */
export function trendBlock(place: number, count: number): number {
  return Math.floor((place * TREND_BLOCKS) / count);
}

/**
 * Bars lie on whole multiples of their width, so that they keep their places while time moves. Of
 * the first and the last only what lies in the buckets is asked for a gap.
 */
export function drawBars(
  { first, count, stepMs, barMs }: Cut,
  attemptsAt: (place: number, part: number) => number,
  isGap: (fromMs: number, toMs: number) => boolean = () => false,
): Bucket[] {
  const bars: Bucket[] = [];
  const [fromMs, toMs] = [first * stepMs, (first + count) * stepMs];
  for (let place = 0; place < count; place++) {
    const timeMs = bucketStart((first + place) * stepMs, barMs);
    let bar = bars.at(-1);
    if (bar === undefined || bar.timeMs !== timeMs) {
      const gap = isGap(Math.max(timeMs, fromMs), Math.min(timeMs + barMs, toMs));
      bar = { timeMs, dropped: 0, audit: 0, infrastructure: 0, expected: 0, gap };
      bars.push(bar);
    }
    for (const [part, name] of BARS_OF.entries()) bar[name] += attemptsAt(place, part);
  }
  return bars;
}
