"use client";
/**
 * The query. At rest each term is a chip that can be taken away; on focus it is one line of text.
 * Enter applies it; what cannot be understood is said with its place and is never applied.
 */
import { type KeyboardEvent, type RefObject, useState } from "react";
import { QueryChips } from "@/components/query/query-chips";
import { Icon } from "@/components/ui/icon";
import { parseQuery } from "@/lib/query/parse";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

type Props = {
  q: string;
  onChange: (q: string) => void;
  input: RefObject<HTMLInputElement | null>;
};

export function QueryBox({ q, onChange, input }: Props) {
  // null: at rest, the chips show what the URL says.
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? q;
  const parsed = parseQuery(text);
  const [judged, setJudged] = useState(false);
  const wrong = !parsed.ok && (judged || draft === null) ? parsed.error : null;
  const editing = draft !== null || wrong !== null;

  const apply = () => {
    setJudged(true);
    if (!parsed.ok) return false;
    const trimmed = text.trim();
    if (trimmed !== q) onChange(trimmed);
    return true;
  };
  const onBlur = () => {
    if (apply()) setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter" && apply()) input.current?.blur();
    if (event.key !== "Escape") return;
    event.preventDefault();
    setDraft(null);
    setJudged(false);
    // Blur after the draft is gone, so that leaving does not apply it.
    requestAnimationFrame(() => input.current?.blur());
  };

  return (
    <div className="query-area">
      <div className={`query-box ${wrong ? "is-wrong" : ""}`}>
        <Icon name="search" className="dim" />
        {!editing && parsed.ok && (
          <QueryChips
            query={parsed.query}
            onChange={onChange}
            onEdit={() => input.current?.focus()}
          />
        )}
        <input
          ref={input}
          // At rest the chips show it; the text stays there for whoever cannot see them.
          className={editing ? "query-input" : "query-input is-resting"}
          type="text"
          inputMode="search"
          enterKeyHint="search"
          aria-label="Query"
          aria-invalid={wrong !== null}
          aria-describedby={wrong === null ? undefined : "query-error"}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          maxLength={MAX_QUERY_LENGTH}
          placeholder="field:value, or any word"
          value={text}
          onFocus={() => {
            setDraft(q);
            setJudged(false);
          }}
          onChange={(event) => {
            setDraft(event.target.value);
            setJudged(false);
          }}
          onBlur={onBlur}
          onKeyDown={onKeyDown}
        />
        <kbd className="only-wide">/</kbd>
      </div>
      {wrong !== null && <QueryError text={text} message={wrong.message} at={wrong.at} />}
    </div>
  );
}

function QueryError({ text, message, at }: { text: string; message: string; at: number }) {
  const rest = text.slice(at, at + 24);
  return (
    <p className="query-error" id="query-error" role="alert">
      <Icon name="warn" className="c-dropped" />
      <span>
        <b>{message}</b>{" "}
        <span className="soft">
          At character {at + 1}
          {rest !== "" && (
            <>
              : <code>{text.slice(Math.max(0, at - 16), at)}</code>
              <code className="wrong-part">{rest}</code>
            </>
          )}
        </span>
      </span>
    </p>
  );
}
