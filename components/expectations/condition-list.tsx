"use client";
/** The conditions of a draft: what each asks for, and its steps from narrow to wide. */
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";
import { type Chip, chipsOf, widened, withStep } from "@/lib/expectations/conditions";
import { type Condition, narrowestQuery } from "@/lib/expectations/narrow";
import { formatQuery, termText } from "@/lib/query/format";
import type { Query } from "@/lib/query/query";

type Props = {
  conditions: readonly Condition[];
  /** Null while the query's text cannot be read: then the last readable one stands. */
  query: Query;
  readable: boolean;
  onChange: (query: string) => void;
};

export function ConditionList({ conditions, query, readable, onChange }: Props) {
  const chips = chipsOf(conditions, query);
  const wider = widened(chips);
  const set = (chip: Chip, at: number) => onChange(formatQuery(withStep(query, chip, at)));
  return (
    <fieldset className={readable ? "conditions" : "conditions is-stale"} disabled={!readable}>
      <legend>
        <b>Conditions</b>
        <span className="dim">
          {" "}
          all must hold
          {wider > 0 && ` · wider than the row in ${countOf(wider, "place")}`}
        </span>
        {wider > 0 && (
          <button
            type="button"
            className="as-link"
            onClick={() => onChange(formatQuery(narrowestQuery(conditions)))}
          >
            narrowest again
          </button>
        )}
      </legend>
      <ul>
        {chips.map((chip) => (
          <ConditionLine key={chip.condition.key} chip={chip} onStep={(at) => set(chip, at)} />
        ))}
        {chips.length === 0 && (
          <li className="condition dim">No condition: it matches everything.</li>
        )}
      </ul>
    </fieldset>
  );
}

function ConditionLine({ chip, onStep }: { chip: Chip; onStep: (at: number) => void }) {
  const { condition, at } = chip;
  const { title, steps, narrowest } = condition;
  const isWider = at > narrowest;
  return (
    <li className={isWider ? "condition is-wider" : "condition"}>
      <span className="condition-name">{title}</span>
      <b className="condition-value">
        <FlowText text={valueText(chip)} />
      </b>
      <span className="condition-steps" role="group" aria-label={`How wide: ${title}`}>
        {steps.map((step, index) => (
          <button
            key={step.label}
            type="button"
            className={index > narrowest ? "step is-wider" : "step"}
            aria-pressed={index === at}
            title={step.terms.map(termText).join(" ") || "asks for nothing"}
            onClick={() => onStep(index)}
          >
            <FlowText text={step.label} />
          </button>
        ))}
      </span>
    </li>
  );
}

/** The values without the field's name, which stands before them; a term of another field has it. */
function valueText({ condition, at }: Chip): string {
  const terms = condition.steps[at]?.terms ?? [];
  if (terms.length === 0) return `any ${condition.title.replace(/^not /, "")}`;
  return terms
    .map((term) => termText(term))
    .map((text) => (terms.length === 1 ? text.slice(text.indexOf(":") + 1) : text))
    .join(" ");
}
