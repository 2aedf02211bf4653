/** The timeline in words, and the figures its drawing needs. Pure. */
import { formatCount } from "@/components/ui/number-text";
import { formatLength, formatSpan, type Zone } from "@/components/ui/time-text";
import type { Bucket, Gap } from "@/lib/drops/view";

export const SERIES = ["dropped", "audit", "infrastructure", "expected"] as const;
export type TimelineSeries = (typeof SERIES)[number];

const NAMES: Record<TimelineSeries, string> = {
  dropped: "dropped",
  audit: "audit",
  infrastructure: "infrastructure",
  expected: "expected",
};

/** Of a day's range, which has 60 steps; a clock time of a longer one may be of any day. */
const DAY_STEP_MS = 24 * 60_000;

/** `14:12–14:13: 61 dropped, 12 audit`; a gap is never a zero. */
export function bucketText(bucket: Bucket, stepMs: number, zone: Zone): string {
  const when = formatSpan(bucket.timeMs, bucket.timeMs + stepMs, zone, stepMs > DAY_STEP_MS);
  if (bucket.gap) return `${when}: no data, no source was connected`;
  const parts = SERIES.filter((name) => bucket[name] > 0).map(
    (name) => `${formatCount(bucket[name])} ${NAMES[name]}`,
  );
  return `${when}: ${parts.length === 0 ? "nothing dropped" : parts.join(", ")}`;
}

/** What a reader who cannot see the bars should know of them. */
export function timelineSummary(
  timeline: readonly Bucket[],
  stepMs: number,
  gaps: readonly Gap[],
  zone: Zone,
): string {
  const first = timeline[0];
  const last = timeline.at(-1);
  if (first === undefined || last === undefined) return "No time in range.";
  const sums = SERIES.map((name) => ({ name, sum: sumOf(timeline, name) })).filter(
    ({ sum }) => sum > 0,
  );
  const peak = timeline.reduce(
    (best, bucket) => (standing(bucket) > standing(best) ? bucket : best),
    first,
  );
  const gapText = gaps.map((gap) => gapWords(gap, gap.refilled, zone));
  return [
    `Attempts per ${stepText(stepMs)}, ${formatSpan(first.timeMs, last.timeMs + stepMs, zone)}`,
    sums.length === 0
      ? "nothing dropped"
      : sums.map(({ name, sum }) => `${formatCount(sum)} ${NAMES[name]}`).join(", "),
    ...(standing(peak) > 0 ? [`most in ${bucketText(peak, stepMs, zone)}`] : []),
    ...gapText,
  ].join("; ");
}

export type GapRun = { fromMs: number; toMs: number };

/** Runs of buckets that a gap touches, as the times of the first and last of them. */
export function gapRuns(
  timeline: readonly Bucket[],
  stepMs: number,
  gaps: readonly Gap[],
): GapRun[] {
  const runs: GapRun[] = [];
  let open: GapRun | null = null;
  for (const bucket of timeline) {
    const { timeMs } = bucket;
    const touched =
      bucket.gap || gaps.some((gap) => gap.fromMs < timeMs + stepMs && gap.toMs > timeMs);
    if (!touched) open = null;
    else if (open === null) {
      open = { fromMs: timeMs, toMs: timeMs };
      runs.push(open);
    } else open.toMs = timeMs;
  }
  return runs;
}

/** The runs whose notes stand clear of each other, from the latest back, `apartMs` being enough. */
export function spacedRuns(runs: readonly GapRun[], apartMs: number): ReadonlySet<GapRun> {
  const noted = new Set<GapRun>();
  let limitMs = Number.POSITIVE_INFINITY;
  for (const run of runs.toReversed()) {
    const middleMs = (run.fromMs + run.toMs) / 2;
    if (middleMs > limitMs) continue;
    noted.add(run);
    limitMs = middleMs - apartMs;
  }
  return noted;
}

/** The gap's own times where the coverage knows them, else those of its buckets. */
export function gapLabel(
  run: { fromMs: number; toMs: number },
  stepMs: number,
  gaps: readonly Gap[],
  zone: Zone,
): string {
  const endMs = run.toMs + stepMs;
  const within = gaps.filter((gap) => gap.fromMs < endMs && gap.toMs > run.fromMs);
  const fromMs = within.length === 0 ? run.fromMs : Math.min(...within.map((gap) => gap.fromMs));
  const toMs = within.length === 0 ? endMs : Math.max(...within.map((gap) => gap.toMs));
  const refilled = within.length > 0 && within.every((gap) => gap.refilled);
  return gapWords({ fromMs, toMs }, refilled, zone);
}

/** `no data 14:05–14:08`, or that a source was away and its relay gave its flows afterwards. */
export function gapWords(
  span: { fromMs: number; toMs: number },
  refilled: boolean,
  zone: Zone,
): string {
  const when = formatSpan(span.fromMs, span.toMs, zone);
  return refilled ? `away ${when}, filled in later` : `no data ${when}`;
}

/** What stands on the line: all but the expected. */
export function standing(bucket: Bucket): number {
  return bucket.dropped + bucket.audit + bucket.infrastructure;
}

/** The next round figure at or above `count`: 1, 2 or 5 times a power of ten. */
export function niceCeiling(count: number): number {
  if (count <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(count));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= count) ?? 10;
  return Math.ceil(step * power);
}

/** Between a brushed pair of positions (0 to 1): whole buckets, as times. */
export function brushedSpan(
  timeline: readonly Bucket[],
  stepMs: number,
  from: number,
  to: number,
): { fromMs: number; toMs: number } | null {
  const index = (part: number) =>
    Math.min(timeline.length - 1, Math.max(0, Math.floor(part * timeline.length)));
  const first = timeline[index(Math.min(from, to))];
  const last = timeline[index(Math.max(from, to))];
  if (first === undefined || last === undefined) return null;
  return { fromMs: first.timeMs, toMs: last.timeMs + stepMs };
}

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** As it is: the bars of seven days are 2 h 48 min wide, not 3 h. Of a short range it is a part of a second. */
function stepText(stepMs: number): string {
  if (stepMs < SECOND) return `${stepMs} ms`;
  if (stepMs % MINUTE !== 0) {
    return stepMs % SECOND === 0 ? `${stepMs / SECOND} s` : formatLength(stepMs);
  }
  const minutes = (stepMs % HOUR) / MINUTE;
  if (stepMs < 2 * HOUR && minutes > 0) return `${stepMs / MINUTE} min`;
  const hours = `${Math.floor(stepMs / HOUR)} h`;
  return minutes === 0 ? hours : `${hours} ${minutes} min`;
}

export function headline(stepMs: number): string {
  const length = stepText(stepMs);
  return `Attempts per ${length === "1 min" ? "minute" : length === "1 h" ? "hour" : length}`;
}

export function hasAny(timeline: readonly Bucket[], name: TimelineSeries): boolean {
  return timeline.some((bucket) => bucket[name] > 0);
}

function sumOf(timeline: readonly Bucket[], name: TimelineSeries): number {
  return timeline.reduce((sum, bucket) => sum + bucket[name], 0);
}
