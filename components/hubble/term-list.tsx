/** A query as chips to look at. */
import { FlowText } from "@/components/ui/flow-text";
import { termText } from "@/lib/query/format";
import type { Query } from "@/lib/query/query";

type Props = { query: Query; label: string };

export function TermList({ query, label }: Props) {
  if (query.terms.length === 0) {
    return <p className="hubble-terms dim">Every drop: the query is empty.</p>;
  }
  return (
    <ul className="hubble-terms" aria-label={label}>
      {query.terms.map((term) => {
        const text = termText(term);
        return (
          <li key={text} className={term.negated ? "chip is-not" : "chip"}>
            <FlowText className="chip-text" text={text} />
          </li>
        );
      })}
    </ul>
  );
}
