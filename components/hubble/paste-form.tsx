"use client";
/** What was written for Hubble, and while it is typed or pasted the query that it means. */
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { BetterEntry } from "@/components/hubble/better-entry";
import { combineQueries } from "@/components/hubble/combine-queries";
import { EXAMPLES } from "@/components/hubble/examples";
import { shownRange } from "@/components/hubble/hubble-range";
import { PasteResult } from "@/components/hubble/paste-result";
import type { UrlState } from "@/components/query/url-state";
import { presentMs } from "@/components/ui/ticker";
import { formatQuery } from "@/lib/query/format";
import { type HubbleReading, readHubble } from "@/lib/query/hubble/from-hubble";
import { parseQuery } from "@/lib/query/parse";

type Props = {
  /** The text to begin with. */
  pasted: string;
  /** The query of the screen, which "Add" adds to. */
  current: string;
  onApply: (change: Partial<UrlState>) => void;
};

export function PasteForm({ pasted, current, onApply }: Props) {
  const [text, setText] = useState(pasted);
  const [withRange, setWithRange] = useState(true);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  const judged = useDeferredValue(text);
  const reading = useMemo(() => (judged.trim() === "" ? null : readHubble(judged)), [judged]);
  const goTo = (at: number, length: number) => {
    area.current?.focus();
    area.current?.setSelectionRange(at, at + length);
  };
  return (
    <>
      <div className="hubble-columns">
        <div className="hubble-main">
          <label className="hubble-label" htmlFor="hubble-paste">
            A <code>hubble observe</code> command, filters, an exporter entry, or CEL on{" "}
            <code>policy_log</code>
          </label>
          <textarea
            ref={area}
            id="hubble-paste"
            className="hubble-text is-wrapped"
            dir="ltr"
            rows={10}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            autoComplete="off"
            aria-invalid={reading !== null && !reading.ok}
            aria-describedby={reading !== null && !reading.ok ? "hubble-paste-error" : undefined}
            placeholder="hubble observe --verdict DROPPED …"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <p className="hubble-examples">
            <span className="dim">Examples</span>
            {EXAMPLES.map((example) => (
              <button
                key={example.title}
                type="button"
                className="btn"
                onClick={() => setText(example.text)}
              >
                {example.title}
              </button>
            ))}
          </p>
          {reading?.ok === true && reading.better !== null && <BetterEntry text={reading.better} />}
        </div>
        <PasteResult reading={reading} text={judged} errorId="hubble-paste-error" goTo={goTo} />
      </div>
      <Actions
        reading={judged === text ? reading : null}
        current={current}
        withRange={withRange}
        setWithRange={setWithRange}
        onApply={onApply}
      />
    </>
  );
}

type ActionsProps = Pick<Props, "current" | "onApply"> & {
  reading: HubbleReading | null;
  withRange: boolean;
  setWithRange: (withRange: boolean) => void;
};

function Actions({ reading, current, withRange, setWithRange, onApply }: ActionsProps) {
  const read = reading?.ok === true ? reading : null;
  // Read again on a click: a duration counts back from then.
  const range = read?.range == null ? null : shownRange(read.range, presentMs());
  const both = useMemo(() => {
    const parsed = parseQuery(current);
    if (read === null || !parsed.ok) return null;
    return combineQueries(parsed.query, read.query);
  }, [read, current]);
  const apply = (q: string) =>
    onApply({ q, ...(range !== null && withRange ? { ...range, paused: false } : {}) });
  return (
    <div className="hubble-actions">
      {range !== null && (
        <label className="hubble-check">
          <input
            type="checkbox"
            checked={withRange}
            onChange={(event) => setWithRange(event.target.checked)}
          />
          Take its range as well
        </label>
      )}
      {both?.ok === false && <p className="soft">Too much to add: {both.message}</p>}
      <span className="grow" />
      {current !== "" && (
        <button
          type="button"
          className="btn"
          disabled={both?.ok !== true}
          title="Ask for both: the query there is, and this"
          onClick={() => both?.ok === true && apply(both.q)}
        >
          Add
        </button>
      )}
      <button
        type="button"
        className="btn primary"
        disabled={read === null}
        title="In place of the query there is"
        onClick={() => read !== null && apply(formatQuery(read.query))}
      >
        Apply
      </button>
    </div>
  );
}
