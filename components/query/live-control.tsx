"use client";
import { useCapture } from "@/components/captures/capture-context";
/** Live or paused, how far behind, and how much waits. A past range says how to come back. */
import type { ChangeRange } from "@/components/query/range-picker";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount } from "@/components/ui/number-text";

type Props = {
  mode: "live" | "paused" | "past" | "connecting" | "lost";
  /** How far, in words; empty before the first flow. */
  behind: string;
  /** Groups that changed, or drops that came, since the pause. */
  waiting: number;
  what?: "group" | "drop";
  /** The range is all that the capture holds. */
  isWhole?: boolean;
  change: ChangeRange;
};

const WORD = {
  live: "Live",
  paused: "Paused",
  past: "Past",
  connecting: "Connecting",
  lost: "Not live",
};

export function LiveControl({
  mode,
  behind,
  waiting,
  what = "group",
  isWhole = false,
  change,
}: Props) {
  const capture = useCapture();
  if (capture !== null && isWhole) return null;
  if (mode === "past") {
    return (
      <button
        type="button"
        className="btn live-control"
        onClick={() => change({ span: null, paused: false }, "push")}
      >
        <Icon name={capture === null ? "play" : "rail"} size={12} />
        {capture === null ? "Back to live" : "Whole capture"}
      </button>
    );
  }
  const paused = mode === "paused";
  return (
    <div className={`segments live-control is-${mode}`}>
      <output className="live-state" aria-label="Stream">
        {mode === "lost" ? <Icon name="warn" className="c-audit" /> : <i className="pulse" />}
        <b>{WORD[mode]}</b>
        {mode === "live" && behind !== "" && <span className="soft">{behind}</span>}
        {paused && (
          <span
            className="soft"
            title={`${countOf(waiting, what)} ${what === "drop" ? "came" : "changed"} since the pause`}
          >
            {formatCount(waiting)} waiting
          </span>
        )}
      </output>
      <button
        type="button"
        aria-pressed={paused}
        aria-label="Pause"
        title={paused ? "Go on (l)" : "Pause (l)"}
        onClick={() => change({ paused: !paused })}
      >
        <Icon name={paused ? "play" : "pause"} size={13} />
      </button>
    </div>
  );
}
