"use client";
/**
 * The replay: the range in steps, with the attempts of each. While a step is chosen, lines and
 * numbers are those of the step and the rest of the range stays as a shadow.
 */
import { useEffect, useEffectEvent, useState } from "react";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { GapHatch } from "@/components/triage/gap-hatch";
import { gapBlocks } from "@/components/triage/trend-path";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatClock, formatMoment } from "@/components/ui/time-text";
import { TREND_BLOCKS } from "@/lib/drops/view";
import type { GraphAnswer } from "@/lib/graph/graph";

const STEP_MS = 700;
const WIDTH = 480;
const HEIGHT = 26;

type Props = { graph: GraphAnswer; step: number | null; changeGraph: ChangeGraph };

export function Scrubber({ graph, step, changeGraph }: Props) {
  const { zone } = usePreferences();
  const [playing, setPlaying] = useState(false);
  const counts = attemptsByStep(graph);
  const go = (next: number | null) => changeGraph({ step: next }, "replace");
  const advance = useEffectEvent(() => {
    const next = (step ?? -1) + 1;
    if (next < TREND_BLOCKS) go(next);
    else setPlaying(false);
  });
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(advance, STEP_MS);
    return () => clearInterval(timer);
  }, [playing]);

  const blockMs = (graph.toMs - graph.fromMs) / TREND_BLOCKS;
  const clock = (timeMs: number) =>
    graph.toMs - graph.fromMs > 86_400_000
      ? formatMoment(timeMs, 0, zone).slice(5)
      : formatClock(timeMs, zone, blockMs < 60_000);
  const from = graph.fromMs + (step ?? 0) * blockMs;
  const text =
    step === null
      ? "whole range"
      : `${clock(from)} – ${clock(from + blockMs)}, ${countOf(counts[step] ?? 0, "attempt")}`;
  return (
    <section className="scrubber" aria-label="Replay">
      <button
        type="button"
        className="btn icon"
        aria-label={playing ? "Stop the replay" : "Replay the range in steps"}
        title={playing ? "Stop" : "Replay the range in steps"}
        onClick={() => {
          if (!playing && (step === null || step === TREND_BLOCKS - 1)) go(0);
          setPlaying(!playing);
        }}
      >
        <Icon name={playing ? "pause" : "play"} size={12} />
      </button>
      <span className="scrubber-end only-wide">{clock(graph.fromMs)}</span>
      <div className="scrubber-track">
        <Bars graph={graph} counts={counts} step={step} />
        <input
          type="range"
          min={-1}
          max={TREND_BLOCKS - 1}
          step={1}
          value={step ?? -1}
          aria-label="Step of the range"
          aria-valuetext={text}
          onChange={(event) => {
            setPlaying(false);
            const value = Number(event.target.value);
            go(value < 0 ? null : value);
          }}
        />
      </div>
      <span className="scrubber-end only-wide">{clock(graph.toMs)}</span>
      <output className="scrubber-text">{text}</output>
      {step !== null && (
        <button
          type="button"
          className="btn quiet"
          onClick={() => {
            setPlaying(false);
            go(null);
          }}
        >
          Whole range
        </button>
      )}
    </section>
  );
}

function attemptsByStep({ edges }: GraphAnswer): number[] {
  const counts = new Array<number>(TREND_BLOCKS).fill(0);
  for (const { trend } of edges) {
    for (const [at, count] of trend.entries()) counts[at] = (counts[at] ?? 0) + count;
  }
  return counts;
}

function Bars({
  graph,
  counts,
  step,
}: {
  graph: GraphAnswer;
  counts: readonly number[];
  step: number | null;
}) {
  const top = Math.max(1, ...counts);
  const pitch = WIDTH / TREND_BLOCKS;
  const gaps = gapBlocks(graph.coverage.gaps, graph.fromMs, graph.toMs, TREND_BLOCKS);
  return (
    <svg
      className="scrubber-bars"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <GapHatch gaps={gaps} pitch={pitch} height={HEIGHT} />
      {counts.map((count, at) => {
        const height = count === 0 ? 0 : Math.max(2, Math.sqrt(count / top) * HEIGHT);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the step is what it is
            key={at}
            className={at === step ? "is-step" : ""}
            x={at * pitch + 1}
            y={HEIGHT - height}
            width={pitch - 2}
            height={height}
          />
        );
      })}
    </svg>
  );
}
