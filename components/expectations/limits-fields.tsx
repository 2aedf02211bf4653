"use client";
/** What brings drops back though they match: a ceiling, and what is new. */
import type { Draft } from "@/components/expectations/draft";
import { watchOf } from "@/components/expectations/draft";
import { formatExact } from "@/components/ui/number-text";
import { WATCHED, type Watched } from "@/lib/expectations/expectation";
import type { Preview } from "@/lib/expectations/view";

type Props = { draft: Draft; preview: Preview | null; onChange: (change: Partial<Draft>) => void };

export function CeilingField({ draft, preview, onChange }: Props) {
  const suggested = preview?.suggestedCeiling ?? null;
  const value = draft.ceiling === "suggested" ? suggested : draft.ceiling;
  return (
    <div className="field">
      <label htmlFor="mark-ceiling">
        <b>Ceiling</b> <span className="dim">drops a minute</span>
      </label>
      <input
        id="mark-ceiling"
        type="number"
        min={1}
        step={1}
        className="input"
        placeholder={draft.ceiling === null ? "none" : "…"}
        value={value ?? ""}
        onChange={(event) => onChange({ ceiling: readCeiling(event.target.value) })}
      />
      <div className="picks" role="group" aria-label="Ceiling">
        <button
          type="button"
          className="step"
          aria-pressed={draft.ceiling === "suggested"}
          onClick={() => onChange({ ceiling: "suggested" })}
        >
          suggested{suggested === null ? "" : ` ${formatExact(suggested)}`}
        </button>
        <button
          type="button"
          className="step"
          aria-pressed={draft.ceiling === null}
          onClick={() => onChange({ ceiling: null })}
        >
          none
        </button>
      </div>
      <p className="dim">
        {preview !== null &&
          `The busiest minute of the last day had ${formatExact(preview.busiestMinute)}. `}
        {draft.ceiling === null
          ? "However many come, they stay hidden."
          : "A minute above it is a surge and comes back."}
      </p>
    </div>
  );
}

function readCeiling(text: string): number | null {
  const number = Math.floor(Number(text));
  return text === "" || !(number >= 1) ? null : number;
}

export function WatchField({ draft, onChange }: Omit<Props, "preview">) {
  const watch = watchOf(draft);
  const toggle = (what: Watched) =>
    onChange({
      watch: WATCHED.filter((one) => (one === what ? !watch.includes(one) : watch.includes(one))),
    });
  return (
    <fieldset className="field">
      <legend>
        <b>Bring back what is new</b> <span className="dim">first time under it</span>
      </legend>
      <div className="watch-list">
        {WATCHED.map((what) => (
          <label key={what} className="check">
            <input type="checkbox" checked={watch.includes(what)} onChange={() => toggle(what)} />a
            new {what}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
