"use client";
/** From the graph to work: to Triage, to a narrower query, to "expected". */
import { openMark } from "@/components/expectations/open-mark";
import type { GraphState } from "@/components/graph/graph-url";
import { narrowQuery, type Selection, selectionQuery } from "@/components/graph/narrow";
import { changeBoth } from "@/components/graph/use-graph-url";
import { formatUrl, type UrlState } from "@/components/query/url-state";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import type { GraphNode } from "@/lib/graph/graph";
import type { Query } from "@/lib/query/query";

type Props = {
  selected: Selection;
  nodeById: ReadonlyMap<string, GraphNode>;
  query: Query | null;
  url: UrlState;
  state: GraphState;
  /** Group of Triage to open, where the selection has one. */
  group?: string | undefined;
  /** What it is, for the form's title. */
  title?: string;
};

export function SheetActions({ selected, nodeById, query, url, group, title }: Props) {
  const q = query === null ? null : narrowQuery(query, selected, nodeById);
  const own = selectionQuery(selected, nodeById);
  if (q === null || own === null) {
    return (
      <p className="soft sheet-wait">
        One query cannot ask for these together: they differ in kind. Select fewer.
      </p>
    );
  }
  const search = formatUrl({ ...url, q, open: group ?? null, drop: null });
  return (
    <>
      <p className="buttons graph-actions">
        <a className="btn primary" href={`/?${search}`}>
          Open in Triage
        </a>
        <button
          type="button"
          className="btn"
          title="Mark these drops as expected (e)"
          onClick={() =>
            openMark({
              from: "query",
              query: own,
              basis: own,
              ...(title === undefined ? {} : { title }),
            })
          }
        >
          <Icon name="expected" size={13} />
          Mark expected…
        </button>
        <button
          type="button"
          className="btn"
          title="Narrow the query to the selection"
          onClick={() => changeBoth({ q }, { focus: null })}
        >
          <Icon name="filter" size={12} />
          Only this
        </button>
      </p>
      <p className="graph-query">
        <code>{own}</code>
        <CopyButton text={() => own} label="Copy the query" />
      </p>
    </>
  );
}
