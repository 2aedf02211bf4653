/** What a preview tells of what its draft would hide: sums by group, over time and by who hides it. */
import type { Series } from "@/lib/drops/drop";
import type { Counted } from "@/lib/drops/load-row";
import { TREND_BLOCKS } from "@/lib/drops/view";
import type { Expectation } from "@/lib/expectations/expectation";
import type { MinuteCount } from "@/lib/expectations/surge";
import type { PreviewCount } from "@/lib/expectations/view";
import type { Range } from "@/lib/store/time";

const HOUR_MS = 3_600_000;

/** Drops of one series that the draft hides, all with the same answers. */
export type Hidden = {
  series: Series;
  timeMs: number;
  drops: number;
  attempts: number;
  /** Whether what the draft is made from finds them; always, where it is made from nothing. */
  isBasis: boolean;
};

export function countOf(hidden: readonly Hidden[]): PreviewCount {
  const series = new Set(hidden.map((one) => one.series.id)).size;
  const count = { drops: 0, attempts: 0, series };
  for (const { drops, attempts } of hidden) {
    count.drops += drops;
    count.attempts += attempts;
  }
  return count;
}

/** What is hidden of a group; `extra` is whether any of it is beyond the basis. */
type Sum = { drops: number; attempts: number; extra: boolean };

export function sumByGroup(hidden: readonly Hidden[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { series, drops, attempts, isBasis } of hidden) {
    const sum = sums.get(series.group) ?? { drops: 0, attempts: 0, extra: false };
    sums.set(series.group, sum);
    sum.drops += drops;
    sum.attempts += attempts;
    if (!isBasis) sum.extra = true;
  }
  return sums;
}

/** The larger, the sooner it is told: extra ones first, then by attempts. */
export function rank({ extra, attempts, drops }: Sum): number {
  return (extra ? 2 ** 50 : 0) + attempts + drops / 2 ** 32;
}

/** Drops of each group that are hidden by others than the one that is edited. */
export function hiddenByOthers(
  rows: readonly Counted[],
  replaces: string | null,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { series, drops, outcome } of rows) {
    if (!outcome.touches.some(({ id, does }) => does === "hides" && id !== replaces)) continue;
    sums.set(series.group, (sums.get(series.group) ?? 0) + drops);
  }
  return sums;
}

/** Counts are by whole hours of UTC: the hour that the day begins in is part of its first. */
export function timelineOf(hidden: readonly Hidden[], { fromMs }: Range): number[] {
  const parts = new Array<number>(TREND_BLOCKS).fill(0);
  const firstHour = Math.floor(fromMs / HOUR_MS) + 1;
  for (const { timeMs, attempts } of hidden) {
    const hour = Math.floor(timeMs / HOUR_MS) - firstHour;
    const at = Math.min(Math.max(hour, 0), TREND_BLOCKS - 1);
    parts[at] = (parts[at] ?? 0) + attempts;
  }
  return parts;
}

/** Expectations that hide some of it already, with how many drops; most first. */
export function overlapsOf(drops: ReadonlyMap<string, number>, list: readonly Expectation[]) {
  return list
    .flatMap(({ id, query, reason }) => {
      const shared = drops.get(id);
      return shared === undefined ? [] : [{ id, query, reason, drops: shared }];
    })
    .sort((a, b) => b.drops - a.drops);
}

/** Drops of the busiest minute of the range. */
export function busiest(counts: readonly MinuteCount[], { fromMs }: Range): number {
  const first = Math.floor(fromMs / 60_000);
  return counts.reduce((most, { minute, drops }) => {
    return minute >= first ? Math.max(most, drops) : most;
  }, 0);
}

/** Rounded up to two digits; at least 1. */
export function twoDigits(number: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, number))) - 1);
  return Math.max(1, Math.ceil(number / unit) * unit);
}
