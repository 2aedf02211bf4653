"use client";
/** Attempts over time: its legend, its bars, the reading of one bar, and zooming by drag or keys. */
import { useState } from "react";
import { TimelineBrush } from "@/components/triage/timeline-brush";
import { TimelineChart } from "@/components/triage/timeline-chart";
import {
  bucketText,
  hasAny,
  headline,
  SERIES,
  type TimelineSeries,
  timelineSummary,
} from "@/components/triage/timeline-text";
import { useSlowly } from "@/components/triage/use-slowly";
import { Icon, type IconName } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import type { View } from "@/lib/drops/view";

/** The bars are the dearest thing to draw, and two seconds are soon enough to see one grow. */
const REDRAW_MS = 2_000;

const LEGEND: Record<TimelineSeries, { icon: IconName; text: string; className: string }> = {
  dropped: { icon: "dropped", text: "dropped", className: "c-unexpected" },
  audit: { icon: "audit", text: "audit", className: "c-audit" },
  infrastructure: { icon: "infrastructure", text: "infrastructure", className: "c-infrastructure" },
  expected: { icon: "expected", text: "expected, own scale below", className: "c-expected" },
};

type Props = {
  view: View;
  narrow: boolean;
  onZoom: (span: { fromMs: number; toMs: number }) => void;
};

export function Timeline({ view, narrow, onZoom }: Props) {
  const { zone } = usePreferences();
  const { timeline, stepMs, coverage } = useSlowly(view, REDRAW_MS);
  const [reading, setReading] = useState<number | null>(null);
  const read = reading === null ? undefined : timeline[reading];
  return (
    <figure className="timeline" aria-label="Timeline">
      <figcaption className="timeline-head">
        <b>{headline(stepMs)}</b>
        <span className="timeline-keys">
          {SERIES.filter((name) => name !== "expected" || hasAny(timeline, name)).map((name) => (
            <span key={name} className="timeline-key">
              <Icon name={LEGEND[name].icon} size={12} className={LEGEND[name].className} />
              {LEGEND[name].text}
            </span>
          ))}
        </span>
        <span className="grow" />
        <span className="timeline-reading">
          {read === undefined ? "drag to zoom" : bucketText(read, stepMs, zone)}
        </span>
        <span className="sr-only">{timelineSummary(timeline, stepMs, coverage.gaps, zone)}</span>
      </figcaption>
      <div className="timeline-plot">
        <div aria-hidden="true">
          <TimelineChart
            timeline={timeline}
            stepMs={stepMs}
            gaps={coverage.gaps}
            zone={zone}
            narrow={narrow}
          />
        </div>
        <TimelineBrush
          timeline={timeline}
          stepMs={stepMs}
          zone={zone}
          onRead={setReading}
          onZoom={onZoom}
        />
      </div>
    </figure>
  );
}
