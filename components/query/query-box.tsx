"use client";
/**
 * The search bar. Each term of the query is a chip; the text among them is the one being written.
 * Enter applies the whole line; what cannot be understood is said with its place and is never
 * applied. `use-query-bar.ts` holds what the keys do.
 */
import type { RefObject } from "react";
import { CHIP_HELP_ID, LineChips } from "@/components/query/line-chips";
import { PROBLEM_ID, QueryProblem } from "@/components/query/query-problem";
import { LIST_ID, optionId, SuggestionList } from "@/components/query/suggestion-list";
import type { Within } from "@/components/query/use-counted-values";
import { useQueryBar } from "@/components/query/use-query-bar";
import { Icon } from "@/components/ui/icon";
import type { QueryError } from "@/lib/query/query-error";

export type QueryBoxProps = {
  /** The query that is applied. */
  q: string;
  onChange: (q: string) => void;
  input: RefObject<HTMLInputElement | null>;
  /** The range that suggested values are counted in. */
  within: Within;
  /** Takes pasted text that was meant for Hubble; without it, such text is not recognised. */
  onPasteHubble?: (text: string) => void;
};

export function QueryBox(props: QueryBoxProps) {
  const bar = useQueryBar(props);
  const { line, error, active } = bar;
  const isOpen = bar.open && bar.sections.length > 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only hears that the focus leaves
    <div className="query-area" ref={bar.area} onBlur={bar.onAreaBlur}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the text goes into it, as in any field */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div className={`query-box ${error === null ? "" : "is-wrong"}`} onClick={bar.onBoxClick}>
        <Icon name="search" className="dim" />
        <div className="query-line">
          <LineChips chips={line.chips} at={line.at} actions={bar.actions.chips} />
          <div className={line.at < line.chips.length ? "query-field" : "query-field is-last"}>
            <Mirror draft={line.draft} error={error} />
            <input
              ref={props.input}
              className="query-input"
              type="text"
              role="combobox"
              inputMode="search"
              enterKeyHint="search"
              aria-label="Query"
              aria-autocomplete="list"
              aria-expanded={isOpen}
              aria-controls={isOpen ? LIST_ID : undefined}
              aria-activedescendant={isOpen && active !== null ? optionId(active) : undefined}
              aria-invalid={error !== null}
              aria-describedby={error === null ? undefined : PROBLEM_ID}
              autoComplete="off"
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              placeholder={line.chips.length === 0 ? "field:value, or any word" : undefined}
              value={line.draft}
              onChange={(event) => bar.onWrite(event.target)}
              onSelect={(event) => bar.onCursor(event.currentTarget)}
              onFocus={bar.onFocus}
              onKeyDown={bar.onKeyDown}
              onPaste={bar.actions.onPaste}
            />
          </div>
        </div>
        <kbd className="only-wide">/</kbd>
      </div>
      {bar.open && (
        <SuggestionList
          sections={bar.sections}
          active={active}
          note={bar.note}
          take={bar.actions.take}
          forget={bar.actions.forget}
        />
      )}
      {error !== null && (
        <QueryProblem
          error={error}
          draft={line.draft}
          mended={bar.mended}
          mend={bar.actions.mend}
        />
      )}
      <span id={CHIP_HELP_ID} className="sr-only">
        Enter edits, minus negates, Delete removes, Control C copies, arrow keys go on.
      </span>
      <output className="sr-only" aria-label="Suggestions for the query">
        {bar.said}
      </output>
    </div>
  );
}

/** The text once more, unseen: it gives the field its width and underlines what is wrong. */
function Mirror({ draft, error }: { draft: string; error: QueryError | null }) {
  if (error === null) {
    return (
      <span className="query-mirror" aria-hidden="true">
        {draft}
      </span>
    );
  }
  const end = error.at + Math.max(1, error.length);
  return (
    <span className="query-mirror" aria-hidden="true">
      {draft.slice(0, error.at)}
      <span className="wrong-part">{draft.slice(error.at, end) || "\u00a0"}</span>
      {draft.slice(end)}
    </span>
  );
}
