"use client";
/** The last 24 hours of one source: when it was heard, and when not. */
import { Block } from "@/components/sources/block";
import { countOf } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import {
  formatClock,
  formatLength,
  formatMoment,
  formatSpan,
  type Zone,
} from "@/components/ui/time-text";
import type { GapSpan, SourceReport } from "@/lib/drops/source-report";

const DAY_MS = 86_400_000;
const LISTED = 6;

export function GapsBlock({ source, nowMs }: { source: SourceReport; nowMs: number }) {
  const { zone } = usePreferences();
  const { gaps, watchedSince } = source;
  const open = gaps.filter(({ refilled }) => !refilled);
  const missingMs = open.reduce((sum, gap) => sum + lengthOf(gap), 0);
  const fromMs = watchedSince === null ? nowMs : Date.parse(watchedSince);
  const listed = [...gaps].reverse().slice(0, LISTED);
  return (
    <Block
      title="Heard in the last 24 h"
      note={
        watchedSince === null
          ? "never yet"
          : open.length === 0
            ? "no gap"
            : `${formatLength(missingMs)} unknown in ${countOf(open.length, "gap")}`
      }
    >
      <Strip gaps={gaps} fromMs={fromMs} nowMs={nowMs} />
      <p className="src-strip-ends dim">
        <span>{formatClock(nowMs - DAY_MS, zone)} yesterday</span>
        {nowMs - fromMs < DAY_MS - 60_000 && watchedSince !== null && (
          <span>watched since {formatClock(fromMs, zone)}</span>
        )}
        <span>now</span>
      </p>
      {listed.length > 0 && (
        <ul className="src-lines">
          {listed.map((gap) => (
            <li key={gap.from}>
              <span>{whenOf(gap, nowMs, zone)}</span>
              <span className="soft">
                {gap.refilled
                  ? "not heard, but its flows came afterwards"
                  : "not heard: what was dropped then is unknown"}
              </span>
              <span className="num">{formatLength(lengthOf(gap))}</span>
            </li>
          ))}
        </ul>
      )}
      {gaps.length > LISTED && <p className="dim">and {gaps.length - LISTED} earlier</p>}
    </Block>
  );
}

/** `05:36–05:52`, or with `yesterday` before it. */
function whenOf({ from, to }: GapSpan, nowMs: number, zone: Zone): string {
  const fromMs = Date.parse(from);
  const isToday = formatMoment(fromMs, nowMs, zone) === formatClock(fromMs, zone);
  return `${isToday ? "" : "yesterday "}${formatSpan(fromMs, Date.parse(to), zone)}`;
}

function lengthOf({ from, to }: GapSpan): number {
  return Date.parse(to) - Date.parse(from);
}

type StripProps = { gaps: readonly GapSpan[]; fromMs: number; nowMs: number };

function Strip({ gaps, fromMs, nowMs }: StripProps) {
  const x = (timeMs: number) =>
    Math.max(0, Math.min(100, ((timeMs - nowMs + DAY_MS) / DAY_MS) * 100));
  return (
    <svg className="src-strip" width="100%" height="14" aria-hidden="true">
      <rect className="src-bar-ground" width="100%" height="14" />
      <rect className="src-heard" x={`${x(fromMs)}%`} width={`${100 - x(fromMs)}%`} height="14" />
      {gaps.map((gap) => {
        const begin = x(Date.parse(gap.from));
        const width = Math.max(0.25, x(Date.parse(gap.to)) - begin);
        return (
          <g key={gap.from} className={gap.refilled ? "is-refilled" : "is-open"}>
            <rect className="src-unheard" x={`${begin}%`} width={`${width}%`} height="14" />
            <rect x={`${begin}%`} width={`${width}%`} height="14" fill="url(#hatch-gap)" />
          </g>
        );
      })}
    </svg>
  );
}
