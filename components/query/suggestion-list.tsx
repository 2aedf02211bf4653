"use client";
/**
 * The list under the search bar. The text keeps the focus; the active option is told by
 * `aria-activedescendant`, so nothing in here can be focused.
 */
import { type MouseEvent, useEffect } from "react";
import type { BarOption, BarSection } from "@/components/query/bar-options";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount } from "@/components/ui/number-text";

export const LIST_ID = "query-suggestions";
export const optionId = (index: number) => `query-option-${index}`;

type Props = {
  sections: readonly BarSection[];
  active: number | null;
  /** What is to be said about the values: being looked for, none, more, failed. */
  note: string;
  take: (option: BarOption) => void;
  forget: (q: string) => void;
};

export function SuggestionList({ sections, active, note, take, forget }: Props) {
  useEffect(() => {
    if (active === null) return;
    document.getElementById(optionId(active))?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const starts = sections.map((_, at) =>
    sections.slice(0, at).reduce((sum, { options }) => sum + options.length, 0),
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the focus where it is
    <div className="suggestions" onMouseDown={(event) => event.preventDefault()}>
      {sections.length > 0 && (
        <div id={LIST_ID} className="suggestions-scroll" role="listbox" aria-label="Suggestions">
          {sections.map(({ title, options }, at) => (
            <div key={title} role="group" aria-label={title}>
              <div className="suggestions-title" aria-hidden="true">
                {title}
              </div>
              {options.map((option, place) => (
                <Option
                  key={keyOf(option)}
                  option={option}
                  index={(starts[at] ?? 0) + place}
                  active={active === (starts[at] ?? 0) + place}
                  take={take}
                  forget={forget}
                />
              ))}
            </div>
          ))}
        </div>
      )}
      {note !== "" && <p className="suggestions-note">{note}</p>}
      <p className="suggestions-help" id="query-help">
        <span className="suggestions-syntax">
          <code>field:value</code>
          <span>
            <code>,</code> or
          </span>
          <span>
            <code>-</code> not
          </span>
          <span>
            <code>*</code> any text
          </span>
          <span>
            <code>"a b"</code> with a space
          </span>
        </span>
        <span className="only-wide">
          <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Tab</kbd> complete <kbd>Enter</kbd> apply
        </span>
      </p>
    </div>
  );
}

type OptionProps = {
  option: BarOption;
  index: number;
  active: boolean;
  take: (option: BarOption) => void;
  forget: (q: string) => void;
};

function Option({ option, index, active, take, forget }: OptionProps) {
  const onClick = (event: MouseEvent) => {
    const isForget = event.target instanceof Element && event.target.closest("[data-forget]");
    if (option.kind === "recent" && isForget) forget(option.q);
    else take(option);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's, as in every combobox
    <div
      id={optionId(index)}
      role="option"
      aria-selected={active}
      className={`suggestion is-${option.kind}`}
      onClick={onClick}
    >
      <OptionText option={option} />
    </div>
  );
}

function OptionText({ option }: { option: BarOption }) {
  switch (option.kind) {
    case "completion": {
      const { label, detail, example, counts } = option.completion;
      return (
        <>
          <FlowText text={label} className="suggestion-label" />
          <span className="suggestion-detail">{detail}</span>
          {example !== "" && <code className="suggestion-example only-wide">{example}</code>}
          {counts !== null && (
            <span className="suggestion-count" title={countOf(counts.drops, "drop")}>
              {formatCount(counts.attempts)}
              <span className="sr-only"> {counts.attempts === 1 ? "attempt" : "attempts"}</span>
            </span>
          )}
        </>
      );
    }
    case "recent":
      return (
        <>
          <FlowText text={option.q} className="suggestion-label is-query" />
          <span className="suggestion-forget" data-forget="" title="Forget (Shift+Delete)">
            <Icon name="close" size={11} />
          </span>
        </>
      );
    case "forget-all":
      return <span className="suggestion-words">Forget all recent queries</span>;
    case "translate":
      return <span className="suggestion-words">Translate this from Hubble</span>;
    case "as-text":
      return <span className="suggestion-words">Put it in as it is</span>;
    case "mend":
      return <FlowText text={option.draft} className="suggestion-label" />;
    default:
      return (
        <>
          <span className="suggestion-words">{ACTION_WORDS[option.kind]}</span>
          <FlowText text={option.term} className="suggestion-detail mono" />
        </>
      );
  }
}

const ACTION_WORDS = { negate: "Negate", remove: "Remove", copy: "Copy" };

function keyOf(option: BarOption): string {
  if (option.kind === "completion") {
    return `${option.completion.section} ${option.completion.label} ${option.completion.draft}`;
  }
  return option.kind === "recent" ? `recent ${option.q}` : option.kind;
}
