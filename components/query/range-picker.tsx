"use client";
/**
 * The range of the view, relative (live) or two times (past), steps earlier, later and wider, how
 * far back history goes, and the zone times are read in.
 */
import { useRef, useState } from "react";
import { useCapture } from "@/components/captures/capture-context";
import { type RangeState, shifted, spanOf, widened } from "@/components/query/move-range";
import { RangeForm } from "@/components/query/range-form";
import { RANGE_TEXT, RANGES } from "@/components/query/ranges";
import type { AskedState } from "@/components/query/url-state";
import { useHistory } from "@/components/query/use-history";
import { Icon } from "@/components/ui/icon";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { presentMs } from "@/components/ui/ticker";
import { formatLength, formatMoment, formatStamp } from "@/components/ui/time-text";
import { useHotkeys } from "@/components/ui/use-hotkeys";

export type ChangeRange = (
  change: Partial<Pick<AskedState, "range" | "span" | "paused">>,
  how?: "replace" | "push",
) => void;

const PANEL_ID = "range";
const NEVER_MS = 8e15;

export function RangePicker({ url, change }: { url: RangeState; change: ChangeRange }) {
  const { zone } = usePreferences();
  const panel = useRef<HTMLDivElement>(null);
  // Another number is another form, filled in anew.
  const [opened, setOpened] = useState(0);
  const capture = useCapture();
  // A capture has no now: nothing there becomes live.
  const nowMs = () => (capture === null ? presentMs() : NEVER_MS);
  const go = (next: RangeState) => change({ ...next, paused: false }, "push");
  const choose = (next: RangeState) => {
    panel.current?.hidePopover();
    go(next);
  };
  const earlier = () => go(shifted(url, -1, nowMs()));
  const later = () => {
    if (url.span !== null) go(shifted(url, 1, nowMs()));
  };
  const wider = () => go(widened(url, nowMs()));
  useHotkeys({ "[": earlier, "]": later, "-": wider });
  const { span } = url;
  const text = useRangeText(url);

  return (
    <>
      <div className="segments range-picker">
        <button type="button" aria-label="Earlier" title="Earlier ([)" onClick={earlier}>
          <Icon name="down" size={12} className="turn-left" />
        </button>
        <button
          type="button"
          className="range-now"
          aria-label={`Range: ${text}`}
          title={
            span === null
              ? "Choose a range"
              : `${formatStamp(span.fromMs, zone)} to ${formatStamp(span.toMs, zone)}`
          }
          popoverTarget={PANEL_ID}
          suppressHydrationWarning
        >
          <span className="cut" suppressHydrationWarning>
            {text}
          </span>
          <Icon name="down" size={11} className="dim" />
        </button>
        <button
          type="button"
          aria-label="Later"
          title={span === null ? "This range ends now" : "Later (])"}
          disabled={span === null}
          onClick={later}
        >
          <Icon name="down" size={12} className="turn-right" />
        </button>
        <button
          type="button"
          title="Times in UTC or in this browser's zone"
          aria-label={`Times in ${zone === "utc" ? "UTC" : "local time"}`}
          onClick={() => setPreferences({ zone: zone === "utc" ? "local" : "utc" })}
        >
          {zone === "utc" ? "UTC" : "Local"}
        </button>
      </div>
      <div
        ref={panel}
        id={PANEL_ID}
        popover="auto"
        role="dialog"
        aria-label="Range"
        className="popover range-panel"
        onToggle={(event) => event.newState === "open" && setOpened(opened + 1)}
      >
        <ul className="range-list">
          {capture !== null && (
            <li>
              <button type="button" onClick={() => choose({ range: url.range, span: null })}>
                All of the capture
              </button>
            </li>
          )}
          {(capture === null ? RANGES : []).map((range) => (
            <li key={range}>
              <button
                type="button"
                aria-pressed={span === null && range === url.range}
                onClick={() => choose({ range, span: null })}
              >
                Last {RANGE_TEXT[range]}
              </button>
            </li>
          ))}
        </ul>
        {opened > 0 && (
          <RangeForm
            key={`${opened} ${zone}`}
            range={url}
            onApply={(next) => choose({ range: url.range, span: next })}
          />
        )}
        <p className="buttons">
          <button type="button" className="btn" onClick={wider} title="Zoom out (-)">
            Twice as long
          </button>
        </p>
        {capture === null && (
          <HistoryLine asked={opened > 0} fromMs={spanOf(url, presentMs()).fromMs} />
        )}
      </div>
    </>
  );
}

function useRangeText({ range, span }: RangeState): string {
  const { zone } = usePreferences();
  if (span === null) return `Last ${RANGE_TEXT[range]}`;
  const isShort = span.toMs - span.fromMs < 120_000;
  const from = isShort
    ? formatStamp(span.fromMs, zone).slice(0, 19)
    : formatMoment(span.fromMs, presentMs(), zone);
  const to = isShort
    ? formatStamp(span.toMs, zone).slice(11, 19)
    : formatMoment(span.toMs, span.fromMs, zone);
  return `${from} – ${to}`;
}

/** The oldest drop kept, and a word when the range begins before it. */
function HistoryLine({ asked, fromMs }: { asked: boolean; fromMs: number }) {
  const { zone } = usePreferences();
  const history = useHistory(asked);
  if (history.error !== null) return <p className="dim">How far back history goes is not known.</p>;
  if (history.data === undefined) return <p className="dim">History goes back to …</p>;
  const { oldest, retentionDays } = history.data;
  if (oldest === null) return <p className="dim">Nothing is stored yet.</p>;
  const oldestMs = Date.parse(oldest);
  return (
    <p className="soft">
      The oldest drop kept is of <b>{formatStamp(oldestMs, zone).slice(0, 16)}</b>,{" "}
      {formatLength(presentMs() - oldestMs)} ago; drops are kept {retentionDays} days.
      {fromMs < oldestMs && " This range begins before it."}
    </p>
  );
}
