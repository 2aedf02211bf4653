"use client";
/**
 * The bars, by Recharts: what is not expected stands on the line, what is expected hangs below it
 * on its own scale, so that ten thousand expected never flatten thirty that are not. A gap is a
 * band. Only this file knows Recharts.
 */
import { memo } from "react";
import {
  Bar,
  BarChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from "recharts";
import {
  gapLabel,
  gapRuns,
  niceCeiling,
  spacedRuns,
  standing,
} from "@/components/triage/timeline-text";
import { formatCount } from "@/components/ui/number-text";
import { formatClock, formatMoment, type Zone } from "@/components/ui/time-text";
import type { Bucket, Gap } from "@/lib/drops/view";

/** Room right of the bars for the scale; `timeline.css` keeps the same. */
const SCALE_WIDTH = 34;
/** Part of the height that what is expected may take. */
const BELOW = 0.3;

type Props = {
  timeline: readonly Bucket[];
  stepMs: number;
  gaps: readonly Gap[];
  zone: Zone;
  narrow: boolean;
};

export const TimelineChart = memo(function TimelineChart({
  timeline,
  stepMs,
  gaps,
  zone,
  narrow,
}: Props) {
  const top = niceCeiling(Math.max(0, ...timeline.map(standing)));
  const most = Math.max(0, ...timeline.map((bucket) => bucket.expected));
  const below = most === 0 ? 0 : niceCeiling(most);
  // Both scales have their zero on the same line.
  const under = below === 0 ? 0 : (top * BELOW) / (1 - BELOW);
  const bars = timeline.map((bucket) => ({
    ...bucket,
    hanging: (-bucket.expected * under) / (below || 1),
  }));
  const long = (timeline.at(-1)?.timeMs ?? 0) - (timeline[0]?.timeMs ?? 0) > 86_400_000;
  const axis = (timeMs: number) =>
    long ? formatMoment(timeMs, 0, zone).slice(5) : formatClock(timeMs, zone);
  const runs = gapRuns(timeline, stepMs, gaps);
  const noted = spacedRuns(runs, timeline.length * stepMs * (narrow ? 0.6 : 0.24));
  const hidden = { hide: true, dataKey: "timeMs", xAxisId: "below" } as const;
  return (
    <ResponsiveContainer width="100%" height={narrow ? 76 : 104}>
      <BarChart
        data={bars}
        stackOffset="sign"
        barCategoryGap={timeline.length > 90 ? 0 : "12%"}
        margin={{ top: 16, right: 0, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis
          dataKey="timeMs"
          height={16}
          tickFormatter={axis}
          tickLine={false}
          axisLine={false}
          interval="preserveStartEnd"
          minTickGap={56}
          tickMargin={3}
        />
        <XAxis {...hidden} />
        <YAxis
          orientation="right"
          width={SCALE_WIDTH}
          domain={[-under, top]}
          ticks={below === 0 ? [0, top] : [-under, 0, top]}
          tickFormatter={(value: number) => formatCount(value < 0 ? below : value)}
          tickLine={false}
          axisLine={false}
          interval={0}
        />
        <ReferenceLine y={top} className="timeline-grid" />
        <ReferenceLine y={0} className="timeline-zero" />
        {runs.map((run) => (
          <ReferenceArea
            key={run.fromMs}
            x1={run.fromMs}
            x2={run.toMs}
            shape={<GapBand />}
            label={
              noted.has(run) ? <GapNote text={gapLabel(run, stepMs, gaps, zone)} /> : undefined
            }
          />
        ))}
        <Bar dataKey="dropped" stackId="up" className="bar-dropped" isAnimationActive={false} />
        <Bar dataKey="audit" stackId="up" className="bar-audit" isAnimationActive={false} />
        <Bar
          dataKey="infrastructure"
          stackId="up"
          className="bar-infrastructure"
          isAnimationActive={false}
        />
        {below > 0 && (
          <Bar
            dataKey="hanging"
            xAxisId="below"
            className="bar-expected"
            isAnimationActive={false}
          />
        )}
      </BarChart>
    </ResponsiveContainer>
  );
});

/** Width in px that the longest note takes. */
const NOTE_ROOM = 170;

type Box = { x?: number; y?: number; width?: number; height?: number };

function GapBand({ x = 0, y = 0, width = 0, height = 0 }: Box) {
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} className="gap-ground" />
      <rect x={x} y={y} width={width} height={height} fill="url(#hatch-gap)" />
    </g>
  );
}

/** Above its band; it grows leftwards from a late one, so that it never leaves the picture. */
function GapNote({ text, viewBox = {} }: { text: string; viewBox?: Box }) {
  const { x = 0, y = 0, width = 0 } = viewBox;
  const middle = x + width / 2;
  const early = middle < NOTE_ROOM;
  return (
    <text
      x={early ? x : Math.max(x + width, NOTE_ROOM)}
      y={y - 5}
      textAnchor={early ? "start" : "end"}
      className="timeline-note"
    >
      {text}
    </text>
  );
}
