/** Where coverage has holes. Pure, so that a minute nobody watched can never pass for a quiet one. */

export type Interval = { fromMs: number; toMs: number };

/**
 * The spans of [fromMs, toMs) that no interval covers, oldest first. Spans of `toleranceMs` or less
 * are no gap: heartbeats are some milliseconds apart. Intervals may overlap and come in any order.
 */
export function gapsBetween(
  intervals: readonly Interval[],
  fromMs: number,
  toMs: number,
  toleranceMs: number,
): Interval[] {
  const gaps: Interval[] = [];
  let coveredToMs = fromMs;
  const sorted = intervals
    .filter((interval) => interval.toMs > interval.fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  for (const interval of [...sorted, { fromMs: toMs, toMs }]) {
    const endMs = Math.min(interval.fromMs, toMs);
    if (endMs - coveredToMs > toleranceMs) gaps.push({ fromMs: coveredToMs, toMs: endMs });
    coveredToMs = Math.max(coveredToMs, interval.toMs);
  }
  return gaps;
}
