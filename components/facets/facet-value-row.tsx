"use client";
/**
 * One value: a click includes it, Alt and a click exclude it, and the same again takes it back.
 * The small buttons do the same for those who cannot hold Alt. Its state is a sign and a word.
 */
import { type MouseEvent, memo } from "react";
import { valueText } from "@/components/facets/facet-text";
import type { ShownValue } from "@/components/facets/steady-values";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatCount, formatExact } from "@/components/ui/number-text";
import { actOnValue } from "@/components/values/change-query";
import { ValueMenu } from "@/components/values/value-menu";
import type { FacetField } from "@/lib/drops/view";
import { visibleText } from "@/lib/drops/visible-text";

type State = "included" | "excluded" | "free";

type Props = {
  field: FacetField;
  value: ShownValue;
  state: State;
  /** Of the busiest value of its field, 0 to 1. */
  part: number;
};

export const FacetValueRow = memo(function FacetValueRow({ field, value, state, part }: Props) {
  const text = visibleText(valueText(field, value));
  const act = (action: Parameters<typeof actOnValue>[0]) =>
    actOnValue(action, field, [value.value]);
  const onClick = (event: MouseEvent) => act(nextAction(state, event.altKey));
  const zero = value.attempts === 0;
  return (
    <li className={`facet-value is-${state} ${zero ? "is-zero" : ""}`}>
      <ValueMenu field={field} value={value.value} label={value.label} button="none">
        <button
          type="button"
          className="facet-pick"
          aria-pressed={state !== "free"}
          title={`${text}\n${countText(value)}`}
          onClick={onClick}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !event.altKey) return;
            event.preventDefault();
            act(nextAction(state, true));
          }}
        >
          <StateMark state={state} />
          <FlowText className="cut grow" text={text} />{" "}
          <span className="facet-count">{value.known ? formatCount(value.attempts) : "–"}</span>
          <span className="sr-only">
            {value.known ? " attempts" : " no longer among the first"}
            {STATE_TEXT[state]}
          </span>
          <Bar part={part} />
        </button>
      </ValueMenu>
      <span className="facet-acts">
        <button type="button" aria-label={`Only ${text}`} onClick={() => act("only")}>
          Only
        </button>
        <button
          type="button"
          aria-pressed={state === "excluded"}
          aria-label={`Not ${text}`}
          onClick={() => act(nextAction(state, true))}
        >
          Not
        </button>
      </span>
    </li>
  );
});

const STATE_TEXT: Record<State, string> = {
  included: ", included",
  excluded: ", excluded",
  free: "",
};

/** A click on what the query names takes it back; with Alt it turns what is included round. */
export function nextAction(state: State, alt: boolean): "include" | "exclude" | "remove" {
  if (alt) return state === "excluded" ? "remove" : "exclude";
  return state === "free" ? "include" : "remove";
}

function countText({ attempts, drops, known }: ShownValue): string {
  if (!known) return "no longer among the first";
  return `${formatExact(attempts)} attempts, ${formatExact(drops)} drops`;
}

function StateMark({ state }: { state: State }) {
  return (
    <span className="facet-mark">
      {state === "included" && <Icon name="ok" size={11} />}
      {state === "excluded" && <Icon name="minus" size={11} />}
    </span>
  );
}

/** SVG, for its width is a number and not a style. */
function Bar({ part }: { part: number }) {
  return (
    <svg className="facet-bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
      <rect width={part === 0 ? 0 : Math.max(1, part * 100)} height="2" />
    </svg>
  );
}
