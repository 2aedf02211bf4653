"use client";
/** What stands in place of the table when it has no lines: which nothing it is, and what next. */
import type { FlowsUrl } from "@/components/flows/flows-url";
import type { ChangeFlows } from "@/components/flows/use-flows-url";
import { QueryChips } from "@/components/query/query-chips";
import { NotConnected, NothingDropped } from "@/components/triage/empty-states";
import { Icon } from "@/components/ui/icon";
import { countOf } from "@/components/ui/number-text";
import { isUp } from "@/lib/drops/reading";
import type { View } from "@/lib/drops/view";
import type { Query } from "@/lib/query/query";

type Props = {
  view: View;
  query: Query | null;
  url: FlowsUrl;
  rangeText: string;
  change: ChangeFlows;
  retry: () => void;
};

export function FlowsEmpty({ view, query, url, rangeText, change, retry }: Props) {
  if (query !== null && query.terms.length > 0 && view.unfilteredGroups > 0) {
    return <NoneMatches view={view} query={query} change={change} />;
  }
  const delivering = view.coverage.sources.some(isUp);
  if (!delivering && url.span === null) {
    return <NotConnected coverage={view.coverage} retry={retry} />;
  }
  return (
    <NothingDropped
      view={view}
      rangeText={rangeText}
      range={url.span === null ? url.range : null}
      change={change}
    />
  );
}

function NoneMatches({ view, query, change }: { view: View; query: Query; change: ChangeFlows }) {
  return (
    <section className="empty" aria-labelledby="empty-title">
      <Icon name="filter" size={30} className="dim" />
      <h2 id="empty-title">No drop matches this query</h2>
      <p>
        Drops of {countOf(view.unfilteredGroups, "group")} lie behind it. All terms must hold at
        once. Take one away, or all of them.
      </p>
      <div className="empty-chips">
        <QueryChips query={query} onChange={(q) => change({ q })} />
      </div>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={() => change({ q: "" })}>
          Clear the query
        </button>
      </p>
    </section>
  );
}

/** The first page could not be read. */
export function ListFailed({ problem, retry }: { problem: string; retry: () => void }) {
  return (
    <section className="empty" aria-labelledby="empty-title" role="alert">
      <Icon name="warn" size={30} className="c-audit" />
      <h2 id="empty-title">The drops could not be read</h2>
      <p>{problem}</p>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={retry}>
          Try again
        </button>
      </p>
    </section>
  );
}
