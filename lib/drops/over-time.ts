/**
 * The view of a range that stands still, from two small answers instead of a count for each series
 * and bucket: what each series has in the whole range, and how the attempts of the groups that are
 * shown, and of the parts of the bars, lie over time. It says what a window over the same drops says.
 */
import { BARS_OF } from "./group-state";
import type { WindowView } from "./live-window";
import { type BucketRange, cutRange, drawBars, placeIn, trendBlock } from "./timeline";
import { TREND_BLOCKS } from "./view";
import { bump } from "./window-counts";

/** Where attempts are drawn. */
export type Drawn = {
  /** A group that is shown, or null for all others. */
  group: string | null;
  /** Index into `BARS_OF`. */
  bar: number;
};

export type OverTime = {
  drawn: Drawn;
  /** Any time in the bucket. */
  bucketMs: number;
  attempts: number;
};

/** A step of which the whole range is one bucket; see `LoadRow`. */
export function wholeStep({ toMs }: { toMs: number }): number {
  return Math.max(1, Math.ceil(toMs));
}

/** Draws over time what was counted as one bucket; `view` is of a window with that `wholeStep`. */
export function spreadOverTime(
  view: WindowView,
  range: BucketRange,
  counts: Iterable<OverTime>,
  isGap: (fromMs: number, toMs: number) => boolean,
): WindowView {
  const cut = cutRange(range);
  // Of what lies before and after the range nobody was asked.
  const isGapWithin = (fromMs: number, toMs: number) =>
    isGap(Math.max(fromMs, range.fromMs), Math.min(toMs, range.toMs));
  const bars = new Array<number>(cut.count * BARS_OF.length).fill(0);
  const noTrend = () => new Array<number>(TREND_BLOCKS).fill(0);
  const trends = new Map(view.groups.map(({ id }) => [id, noTrend()]));
  for (const { drawn, bucketMs, attempts } of counts) {
    const { group, bar } = drawn;
    const place = placeIn(cut, bucketMs);
    bump(bars, place * BARS_OF.length + bar, attempts);
    const trend = group === null ? undefined : trends.get(group);
    if (trend !== undefined) bump(trend, trendBlock(place, cut.count), attempts);
  }
  return {
    ...view,
    stepMs: cut.barMs,
    groups: view.groups.map((group) => ({ ...group, trend: trends.get(group.id) ?? noTrend() })),
    timeline: drawBars(cut, (place, part) => bars[place * BARS_OF.length + part] ?? 0, isGapWithin),
  };
}
