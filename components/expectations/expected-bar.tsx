"use client";
/** The filters of the Expected screen, its panes, and the way to a new expectation. */
import type { RefObject } from "react";
import {
  EXPECTED_SORTS,
  type ExpectedUrl,
  type Pane,
} from "@/components/expectations/expected-url";
import { authorsOf, SORT_WORDS } from "@/components/expectations/list-rows";
import { openMark } from "@/components/expectations/open-mark";
import { setClaimedName, useOperator } from "@/components/expectations/operator";
import type { ChangeExpected } from "@/components/expectations/use-expected-url";
import { STATE_TEXT } from "@/components/expectations/words";
import { Icon } from "@/components/ui/icon";
import { EXPECTATION_STATES, type ExpectationRow } from "@/lib/expectations/view";

const PANE_TEXT: readonly { pane: Pane; text: string }[] = [
  { pane: "list", text: "List" },
  { pane: "trail", text: "Audit trail" },
  { pane: "code", text: "As code" },
];

/** Whose name stands under what is done here with one click; asked for where nobody is known. */
function SignedAs() {
  const operator = useOperator();
  if (operator.verified) return null;
  return (
    <label className="signed-as" title="Nobody is signed in here: the name is kept by this browser">
      <span>as</span>
      <input
        placeholder="your name"
        aria-label="Your name, unverified"
        maxLength={80}
        value={operator.name}
        onChange={(event) => setClaimedName(event.target.value)}
      />
    </label>
  );
}

type Props = {
  url: ExpectedUrl;
  rows: readonly ExpectationRow[];
  search: RefObject<HTMLInputElement | null>;
  change: ChangeExpected;
};

export function ExpectedBar({ url, rows, search, change }: Props) {
  return (
    <search className="askbar exp-bar" aria-label="What is listed">
      <div className="segments" role="group" aria-label="Part of the screen">
        {PANE_TEXT.map(({ pane, text }) => (
          <button
            key={pane}
            type="button"
            aria-pressed={url.pane === pane}
            onClick={() => change({ pane })}
          >
            {text}
          </button>
        ))}
      </div>
      {url.pane === "list" && <Filters url={url} rows={rows} search={search} change={change} />}
      <span className="grow" />
      <SignedAs />
      <button
        type="button"
        className="btn exp-new"
        onClick={() => openMark({ from: "query", query: "" })}
      >
        <Icon name="plus" size={12} />
        New
      </button>
    </search>
  );
}

function Filters({ url, rows, search, change }: Props) {
  const authors = authorsOf(rows);
  return (
    <>
      <label className="exp-search">
        <Icon name="search" className="dim" />
        <span className="sr-only">Search reason, query, author or ticket</span>
        <input
          ref={search}
          type="search"
          placeholder="reason, query, author, ticket"
          value={url.text}
          onChange={(event) => change({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <kbd className="only-wide">/</kbd>
      </label>
      <select
        className="select"
        aria-label="State"
        value={url.state}
        onChange={(event) => change({ state: stateOf(event.target.value) })}
      >
        <option value="current">not revoked</option>
        <option value="all">all</option>
        {EXPECTATION_STATES.map((state) => (
          <option key={state} value={state}>
            {STATE_TEXT[state].word} ({rows.filter((row) => row.states.includes(state)).length})
          </option>
        ))}
      </select>
      <select
        className="select"
        aria-label="Author"
        value={url.author}
        onChange={(event) => change({ author: event.target.value })}
      >
        <option value="">every author</option>
        {authors.map((author) => (
          <option key={author} value={author}>
            {author}
          </option>
        ))}
        {url.author !== "" && !authors.includes(url.author) && (
          <option value={url.author}>{url.author}</option>
        )}
      </select>
      <select
        className="select"
        aria-label="Order"
        value={url.sort}
        onChange={(event) =>
          change({ sort: EXPECTED_SORTS.find((one) => one === event.target.value) ?? "end" })
        }
      >
        {EXPECTED_SORTS.map((sort) => (
          <option key={sort} value={sort}>
            by {SORT_WORDS[sort]}
          </option>
        ))}
      </select>
    </>
  );
}

function stateOf(text: string): ExpectedUrl["state"] {
  if (text === "all") return "all";
  return EXPECTATION_STATES.find((state) => state === text) ?? "current";
}
