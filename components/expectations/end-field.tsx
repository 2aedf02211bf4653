"use client";
/** When it ends: quick picks, or a time. The longest that the server takes is told. */
import { DAY_MS, inDays, SUGGESTED_DAYS } from "@/components/expectations/draft";
import { readLocal, writeLocal } from "@/components/expectations/local-time";
import { countOf } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatLength } from "@/components/ui/time-text";

const PICKS = [1, 7, 30, 90];

type Props = {
  expiresAt: string | null;
  maxDays: number;
  nowMs: number;
  onChange: (expiresAt: string | null) => void;
};

export function EndField({ expiresAt, maxDays, nowMs, onChange }: Props) {
  const { zone } = usePreferences();
  const atMs = expiresAt === null ? null : Date.parse(expiresAt);
  return (
    <div className="field">
      <label htmlFor="mark-end">
        <b>Ends</b> <span className="dim">{zone === "utc" ? "UTC" : "local time"}</span>
      </label>
      <input
        id="mark-end"
        type="datetime-local"
        className="input"
        value={expiresAt === null ? "" : writeLocal(expiresAt, zone)}
        required={maxDays > 0}
        onChange={(event) => onChange(readLocal(event.target.value, zone))}
      />
      <div className="picks" role="group" aria-label="Ends in">
        {PICKS.filter((days) => maxDays === 0 || days <= maxDays).map((days) => (
          <button
            key={days}
            type="button"
            className="step"
            aria-pressed={atMs !== null && Math.abs(atMs - nowMs - days * DAY_MS) < 120_000}
            title={days === SUGGESTED_DAYS ? "suggested" : undefined}
            onClick={() => onChange(inDays(days, nowMs))}
          >
            {days} d
          </button>
        ))}
        {maxDays === 0 && (
          <button
            type="button"
            className="step"
            aria-pressed={expiresAt === null}
            onClick={() => onChange(null)}
          >
            no end
          </button>
        )}
      </div>
      <p className="dim">
        {atMs === null
          ? maxDays === 0
            ? "Never ends. Look at it again now and then."
            : "An end is needed."
          : atMs > nowMs
            ? `In ${formatLength(atMs - nowMs)}. Then it hides nothing.`
            : "Already over: it hides only what is older."}
        {maxDays > 0 && ` ${countOf(maxDays, "day")} at most.`}
      </p>
    </div>
  );
}
