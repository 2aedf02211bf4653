"use client";
/** The terms of a query as chips, each with a button that takes it away. */
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { withoutTerm } from "@/lib/query/edit";
import { formatQuery, termText } from "@/lib/query/format";
import type { Query } from "@/lib/query/query";

type Props = { query: Query; onChange: (q: string) => void };

export function QueryChips({ query, onChange }: Props) {
  const terms = new Map(query.terms.map((term) => [termText(term), term]));
  return [...terms].map(([text, term]) => {
    const colon = term.field === "text" ? 0 : text.indexOf(":") + 1;
    const field = text.slice(0, colon);
    return (
      <span key={text} className={term.negated ? "chip is-not" : "chip"}>
        <span className="chip-text" title={text}>
          {field !== "" && <span className="chip-field">{field}</span>}
          <FlowText text={text.slice(colon)} />
        </span>
        <button
          type="button"
          className="chip-remove"
          aria-label={`Remove ${text}`}
          onClick={() => onChange(formatQuery(withoutTerm(query, term)))}
        >
          <Icon name="close" size={11} />
        </button>
      </span>
    );
  });
}
