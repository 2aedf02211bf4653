"use client";
/** The terms of a query as chips, each with a button that takes it away. */
import { withoutTerm } from "@/components/query/edit-query";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatQuery } from "@/lib/query/format";
import type { Query } from "@/lib/query/query";

type Props = { query: Query; onChange: (q: string) => void; onEdit?: () => void };

export function QueryChips({ query, onChange, onEdit }: Props) {
  return query.terms.map((term, index) => {
    const text = formatQuery({ terms: [term] });
    const colon = term.field === "text" ? 0 : text.indexOf(":") + 1;
    const field = text.slice(0, colon);
    return (
      <span key={text} className={term.negated ? "chip is-not" : "chip"}>
        <button
          type="button"
          className="chip-text"
          tabIndex={onEdit === undefined ? -1 : 0}
          onClick={onEdit}
          title={onEdit === undefined ? text : "Edit the query"}
        >
          {field !== "" && <span className="chip-field">{field}</span>}
          <FlowText text={text.slice(colon)} />
        </button>
        <button
          type="button"
          className="chip-remove"
          aria-label={`Remove ${text}`}
          onClick={() => onChange(formatQuery(withoutTerm(query, index)))}
        >
          <Icon name="close" size={11} />
        </button>
      </span>
    );
  });
}
