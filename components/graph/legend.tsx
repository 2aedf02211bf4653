"use client";
/** What lines mean, and at once the switch of what is drawn: a state's line, name and number. */
import { EDGE_FORMS } from "@/components/graph/forms";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { countOf, formatCount } from "@/components/ui/number-text";
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";
import type { GraphTotals } from "@/lib/graph/graph";

type Props = {
  totals: GraphTotals;
  hidden: readonly GroupState[];
  /** Whether anything drawn appeared or vanished. */
  hasChanges: boolean;
  changeGraph: ChangeGraph;
};

export function Legend({ totals, hidden, hasChanges, changeGraph }: Props) {
  const there = GROUP_STATES.filter((state) => (totals.states[state]?.drops ?? 0) > 0);
  const toggle = (state: GroupState) =>
    changeGraph({
      hidden: hidden.includes(state)
        ? hidden.filter((one) => one !== state)
        : GROUP_STATES.filter((one) => one === state || hidden.includes(one)),
    });
  return (
    <section className="graph-legend" aria-label="Legend">
      {there.map((state) => {
        const attempts = totals.states[state]?.attempts ?? 0;
        const isHidden = hidden.includes(state);
        return (
          <button
            key={state}
            type="button"
            className="legend-state"
            aria-pressed={!isHidden}
            title={`${EDGE_FORMS[state].words}: ${countOf(attempts, "attempt")}. ${isHidden ? "Draw" : "Hide"} them`}
            onClick={() => toggle(state)}
          >
            <LineSample state={state} />
            {EDGE_FORMS[state].words}
            <span className="dim">
              {formatCount(attempts)}
              {isHidden && " hidden"}
            </span>
          </button>
        );
      })}
      <span className="legend-note">
        <svg width="34" height="12" aria-hidden="true">
          <path d="M0 6.5 34 2v9Z" className="legend-wedge" />
        </svg>
        width: attempts, log
      </span>
      <span className="legend-note">
        <svg width="30" height="12" aria-hidden="true">
          <path d="M0 6h24" className="legend-line" />
          <path d="M30 6l-7-3.600v7.200z" className="legend-wedge" />
          <path d="M7 1v10" className="legend-bar" />
        </svg>
        bar: the end that refused
      </span>
      {hasChanges && (
        <span className="legend-note">
          <b>▲</b> appeared, <b>▽</b> gone in the second half
        </span>
      )}
    </section>
  );
}

export function LineSample({ state }: { state: GroupState }) {
  const dash = EDGE_FORMS[state].dash.map((part) => part * 2.6).join(" ");
  return (
    <svg width="34" height="10" className={`line-sample is-${state}`} aria-hidden="true">
      <path d="M0 5H34" strokeDasharray={dash === "" ? undefined : dash} />
    </svg>
  );
}
