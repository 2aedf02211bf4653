"use client";
/** One field of the facet list: its busiest values, and on request all of them with a filter. */
import { useState } from "react";
import { facetTitle } from "@/components/facets/facet-text";
import { FacetValueRow } from "@/components/facets/facet-value-row";
import { keepValues, type ShownFacet } from "@/components/facets/steady-values";
import { type FacetsAsked, facetOf, useFacets } from "@/components/facets/use-facets";
import { useSlowly } from "@/components/triage/use-slowly";
import { Icon } from "@/components/ui/icon";
import { formatExact } from "@/components/ui/number-text";
import type { Facet, FacetField } from "@/lib/drops/view";
import { stateOfValue, valuesOf } from "@/lib/query/edit";
import type { Query } from "@/lib/query/query";

/** The most that the server lists of one field. */
const ALL = 200;
const TYPING_MS = 250;

type Props = {
  field: FacetField;
  asked: FacetsAsked;
  query: Query;
  /** Null until it is there. */
  answer: Facet | null;
  failed: boolean;
  folded: boolean;
  /** The reader is at the list: nothing may move. */
  held: boolean;
  onFold: () => void;
};

export function FacetSection(props: Props) {
  const { field, asked, query, folded, held, onFold } = props;
  const [expanded, setExpanded] = useState(false);
  const [typed, setTyped] = useState("");
  const prefix = useSlowly(typed.trim(), TYPING_MS);
  const all = useFacets(asked, { fields: [field], limit: ALL, prefix }, expanded && !folded);
  const answer = (expanded ? facetOf(all.facets, field) : null) ?? props.answer;
  const shown = useKept(answer, `${field} ${expanded} ${prefix} ${rangeKey(asked)}`, held);
  const title = facetTitle(field);
  const listId = `facet-${field}`;
  return (
    <section className="facet" aria-label={title}>
      <h3>
        <button
          type="button"
          className="facet-fold"
          aria-expanded={!folded}
          aria-controls={folded ? undefined : listId}
          onClick={onFold}
        >
          <Icon name="down" size={12} className={folded ? "is-folded" : ""} />
          {title}
          <FoldedNote query={query} field={field} folded={folded} />
        </button>
      </h3>
      {!folded && (
        <div id={listId}>
          {expanded && (
            <input
              className="facet-filter"
              type="text"
              aria-label={`Find in ${title}`}
              placeholder="Find…"
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
          {shown === null ? (
            <Nothing failed={props.failed} />
          ) : (
            <Values field={field} query={query} shown={shown} filtered={prefix !== ""} />
          )}
          <More
            title={title}
            expanded={expanded}
            more={shown?.more ?? 0}
            problem={expanded ? all.problem : null}
            onExpand={(next) => {
              setExpanded(next);
              setTyped("");
            }}
          />
        </div>
      )}
    </section>
  );
}

/** While a section is folded its head says that the query speaks of it. */
function FoldedNote({
  query,
  field,
  folded,
}: {
  query: Query;
  field: FacetField;
  folded: boolean;
}) {
  const named = valuesOf(query, field).length + valuesOf(query, field, true).length;
  if (!folded || named === 0) return null;
  return <span className="facet-named">{named} in the query</span>;
}

function Nothing({ failed }: { failed: boolean }) {
  if (failed) return null;
  return (
    <div className="facet-wait">
      <span className="sr-only">Counting…</span>
    </div>
  );
}

function Values(props: { field: FacetField; query: Query; shown: ShownFacet; filtered: boolean }) {
  const { field, query, shown, filtered } = props;
  const most = Math.max(1, ...shown.values.map((value) => value.attempts));
  if (shown.values.length === 0) {
    return <p className="facet-none">{filtered ? "No value holds this." : "No values here."}</p>;
  }
  return (
    <ul>
      {shown.values.map((value) => (
        <FacetValueRow
          key={value.value}
          field={field}
          value={value}
          state={stateOfValue(query, field, value.value)}
          part={value.attempts / most}
        />
      ))}
    </ul>
  );
}

function More(props: {
  title: string;
  expanded: boolean;
  more: number;
  problem: string | null;
  onExpand: (expanded: boolean) => void;
}) {
  const { title, expanded, more, problem, onExpand } = props;
  if (!expanded && more === 0) return null;
  return (
    <p className="facet-more">
      {problem !== null && <span role="alert">{problem}</span>}
      {expanded && more > 0 && <span className="dim">{formatExact(more)} more: find them</span>}
      <button
        type="button"
        aria-label={expanded ? `Fewer of ${title}` : `${formatExact(more)} more of ${title}`}
        onClick={() => onExpand(!expanded)}
      >
        {expanded ? "Fewer" : `${formatExact(more)} more`}
      </button>
    </p>
  );
}

/** What stays on the screen of the answers to one question; another question begins anew. */
function useKept(answer: Facet | null, key: string, held: boolean): ShownFacet | null {
  const [kept, setKept] = useState<{
    key: string;
    answer: Facet;
    held: boolean;
    shown: ShownFacet;
  }>();
  if (answer === null) return null;
  const previous = kept?.key === key ? kept : undefined;
  if (previous !== undefined && previous.answer === answer && (previous.held === held || held)) {
    if (previous.held !== held) setKept({ ...previous, held });
    return previous.shown;
  }
  const shown = keepValues(previous?.shown ?? null, answer, held);
  setKept({ key, answer, held, shown });
  return shown;
}

/** Another time has other values; another query has the same ones, some of them at zero. */
function rangeKey({ range, span }: FacetsAsked): string {
  return span === null ? range : `${span.fromMs} ${span.toMs}`;
}
