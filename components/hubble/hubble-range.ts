/** The range of a screen in Hubble's words, and the range of a pasted command in ours. */
import { RANGE_MS, RANGES, type Range } from "@/components/query/ranges";
import { formatTime, type UrlState } from "@/components/query/url-state";
import type { HubbleRange } from "@/lib/query/hubble/to-hubble";

type Shown = Pick<UrlState, "range" | "span">;

/** @param follow Whether to go on with new flows; a range of the past never does. */
export function hubbleRange({ range, span }: Shown, follow: boolean): HubbleRange {
  if (span !== null) return { since: formatTime(span.fromMs), until: formatTime(span.toMs) };
  return { since: durationText(RANGE_MS[range]), ...(follow ? { follow } : {}) };
}

/** As Go writes durations, which have no days: `15m`, `168h`. */
function durationText(lengthMs: number): string {
  const minutes = Math.ceil(lengthMs / 60_000);
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/**
 * What the range of a pasted command is here; null where it names none that can be shown. A
 * duration becomes the next longer live range, or the longest.
 */
export function shownRange({ since, until }: HubbleRange, nowMs: number): Shown | null {
  if (since === undefined) return null;
  const length = durationMs(since);
  if (length !== null && until === undefined) return { range: liveRange(length), span: null };
  const fromMs = momentOf(since, nowMs);
  const toMs = until === undefined ? nowMs : momentOf(until, nowMs);
  if (!(fromMs < toMs)) return null;
  return { range: liveRange(toMs - fromMs), span: { fromMs, toMs } };
}

function liveRange(lengthMs: number): Range {
  const longEnough = RANGES.find((range) => RANGE_MS[range] >= lengthMs);
  return longEnough ?? RANGES.at(-1) ?? "1h";
}

function momentOf(text: string, nowMs: number): number {
  const length = durationMs(text);
  if (length !== null) return nowMs - length;
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}

const UNIT_MS: Record<string, number> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** A duration of Go such as `1h30m`, in milliseconds; null for anything else. */
function durationMs(text: string): number | null {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s))+$/.test(text)) return null;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)(h|ms|m|s)/g)) {
    sum += Number(count) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return sum;
}
