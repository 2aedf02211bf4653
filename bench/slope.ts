/** How fast something grows. */

export type Sample = { atMs: number; value: number };

/** Least squares over the samples, per minute. */
export function slopePerMinute(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const meanMs = mean(({ atMs }) => atMs);
  const meanValue = mean(({ value }) => value);
  const over = mean(({ atMs, value }) => (atMs - meanMs) * (value - meanValue));
  const under = mean(({ atMs }) => (atMs - meanMs) ** 2);
  return (over / under) * 60_000;
}
