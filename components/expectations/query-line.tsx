"use client";
/** The draft's query as text, for what the conditions cannot say; wrong text says where and why. */
import { Icon } from "@/components/ui/icon";
import type { ParseResult } from "@/lib/query/parse";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

type Props = { text: string; parsed: ParseResult; onChange: (text: string) => void };

export function QueryLine({ text, parsed, onChange }: Props) {
  const wrong = parsed.ok ? null : parsed.error;
  return (
    <div className="field">
      <label htmlFor="mark-query">
        <b>Query</b> <span className="dim">the same as text</span>
      </label>
      <textarea
        id="mark-query"
        className="mono"
        rows={2}
        spellCheck={false}
        autoComplete="off"
        maxLength={MAX_QUERY_LENGTH}
        value={text}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : "mark-query-error"}
        onChange={(event) => onChange(event.target.value.replace(/\n/g, " "))}
      />
      {wrong !== null && (
        <p id="mark-query-error" className="field-error" role="alert">
          <Icon name="warn" className="c-dropped" />
          <span>
            {wrong.message} <span className="soft">At character {wrong.at + 1}.</span>
          </span>
        </p>
      )}
    </div>
  );
}
