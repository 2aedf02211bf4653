"use client";
/**
 * What lies over the bars: reads the one under the pointer, zooms to the span dragged over, and
 * does both from the keyboard (arrows read, Shift with arrows spans, Enter zooms).
 */
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { brushedSpan, bucketText } from "@/components/triage/timeline-text";
import type { Zone } from "@/components/ui/time-text";
import type { Bucket } from "@/lib/drops/view";

type Props = {
  timeline: readonly Bucket[];
  stepMs: number;
  zone: Zone;
  /** Index of the bucket being read, or null. */
  onRead: (index: number | null) => void;
  onZoom: (span: { fromMs: number; toMs: number }) => void;
};

/** Positions from 0 to 1 of where a span began and where it is now. */
type Span = { from: number; to: number };

/** A drag shorter than this part of the width was a click. */
const CLICK = 0.006;

export function TimelineBrush({ timeline, stepMs, zone, onRead, onZoom }: Props) {
  const [span, setSpan] = useState<Span | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const count = timeline.length;
  const indexAt = (part: number) => Math.min(count - 1, Math.max(0, Math.floor(part * count)));

  const move = (index: number | null) => {
    setCursor(index);
    onRead(index);
  };
  const zoom = ({ from, to }: Span) => {
    const brushed = brushedSpan(timeline, stepMs, from, to);
    setSpan(null);
    move(null);
    if (brushed !== null) onZoom(brushed);
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || count === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const part = partOf(event);
    setSpan({ from: part, to: part });
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const part = partOf(event);
    move(indexAt(part));
    if (span !== null) setSpan({ from: span.from, to: part });
  };
  const onPointerUp = () => {
    if (span !== null && Math.abs(span.to - span.from) > CLICK) zoom(span);
    setSpan(null);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = cursor ?? count - 1;
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (event.key === "Enter" && span !== null) zoom(span);
    else if (event.key === "Escape" && span !== null) setSpan(null);
    else if (step !== 0) {
      const next = Math.min(count - 1, Math.max(0, at + step));
      const middle = (index: number) => (index + 0.5) / count;
      setSpan(event.shiftKey ? { from: span?.from ?? middle(at), to: middle(next) } : null);
      move(next);
    } else return;
    event.preventDefault();
  };

  const read = timeline[cursor ?? -1];
  return (
    <div
      className="timeline-brush"
      role="slider"
      tabIndex={0}
      aria-label="Time of the bars"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={cursor ?? Math.max(0, count - 1)}
      aria-valuetext={read === undefined ? "latest" : bucketText(read, stepMs, zone)}
      title="Drag to zoom. Keys: arrows read, Shift and arrows span, Enter zooms"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setSpan(null)}
      onPointerLeave={() => span === null && move(null)}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setSpan(null);
        move(null);
      }}
    >
      <svg width="100%" height="100%" preserveAspectRatio="none" aria-hidden="true">
        {cursor !== null && count > 0 && (
          <rect
            className="brush-cursor"
            x={`${(cursor / count) * 100}%`}
            width={`${100 / count}%`}
            height="100%"
          />
        )}
        {span !== null && (
          <rect
            className="brush-span"
            x={`${Math.min(span.from, span.to) * 100}%`}
            width={`${Math.abs(span.to - span.from) * 100}%`}
            height="100%"
          />
        )}
      </svg>
    </div>
  );
}

function partOf(event: PointerEvent<HTMLDivElement>): number {
  const box = event.currentTarget.getBoundingClientRect();
  return box.width === 0 ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
}
