"use client";
/** The range of the view, relative (live) or two times (past), and the zone times are read in. */
import { DEFAULT_RANGE, RANGE_TEXT, RANGES } from "@/components/query/ranges";
import type { UrlState } from "@/components/query/url-state";
import type { ChangeUrl } from "@/components/query/use-url-state";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { formatMoment, formatStamp } from "@/components/ui/time-text";

export function RangePicker({ url, change }: { url: UrlState; change: ChangeUrl }) {
  const { zone } = usePreferences();
  const span = url.span;
  const past =
    span === null
      ? null
      : `${formatMoment(span.fromMs, Date.now(), zone)} – ${formatMoment(span.toMs, span.fromMs, zone)}`;
  return (
    <div className="segments range-picker">
      <select
        aria-label="Range"
        value={span === null ? url.range : "past"}
        title={
          span === null
            ? undefined
            : `${formatStamp(span.fromMs, zone)} to ${formatStamp(span.toMs, zone)}`
        }
        onChange={(event) => {
          const range = RANGES.find((name) => name === event.target.value) ?? DEFAULT_RANGE;
          change({ range, span: null, paused: false });
        }}
      >
        {past !== null && (
          <option value="past" suppressHydrationWarning>
            {past}
          </option>
        )}
        {RANGES.map((range) => (
          <option key={range} value={range}>
            Last {RANGE_TEXT[range]}
          </option>
        ))}
      </select>
      <button
        type="button"
        title="Times in UTC or in this browser's zone"
        aria-label={`Times in ${zone === "utc" ? "UTC" : "local time"}`}
        onClick={() => setPreferences({ zone: zone === "utc" ? "local" : "utc" })}
      >
        {zone === "utc" ? "UTC" : "Local"}
      </button>
    </div>
  );
}
