"use client";
/** What is selected, in full, beside the graph: what it counts, what blocked it, and what to do. */
import { useEffect, useRef } from "react";
import { EdgeDetails } from "@/components/graph/edge-details";
import { EDGE_FORMS } from "@/components/graph/forms";
import type { GraphState } from "@/components/graph/graph-url";
import { NodeDetails } from "@/components/graph/node-details";
import type { Selected } from "@/components/graph/selection";
import { SheetActions } from "@/components/graph/sheet-actions";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import type { UrlState } from "@/components/query/url-state";
import { SECTIONS } from "@/components/triage/sections";
import { Icon } from "@/components/ui/icon";
import { GROUP_STATES } from "@/lib/drops/view";
import type { GraphAnswer } from "@/lib/graph/graph";
import type { Query } from "@/lib/query/query";

type Props = {
  graph: GraphAnswer;
  selected: Selected;
  state: GraphState;
  url: UrlState;
  query: Query | null;
  narrow: boolean;
  changeGraph: ChangeGraph;
  onClose: () => void;
};

export const SHEET_ID = "graph-details";

export function GraphSheet(props: Props) {
  const { graph, selected, narrow, changeGraph, onClose } = props;
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    if (narrow) sheet.current?.focus();
  }, [narrow]);
  const { nodes, edges, missing } = selected;
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  const [node] = nodes;
  return (
    <aside ref={sheet} id={SHEET_ID} className="sheet" aria-label="Selection" tabIndex={-1}>
      <div className="sheet-head">
        <Head selected={selected} />
        <span className="grow" />
        <button
          type="button"
          className="btn quiet icon"
          aria-label="Clear the selection"
          title="Clear the selection (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="sheet-body">
        {edges.length > 0 ? (
          <EdgeDetails {...props} edges={edges} nodeById={nodeById} />
        ) : node !== undefined && nodes.length === 1 ? (
          <NodeDetails {...props} node={node} nodeById={nodeById} />
        ) : nodes.length > 1 ? (
          <>
            <h2 className="graph-sentence">{nodes.length} nodes</h2>
            <SheetActions {...props} nodeById={nodeById} />
            <ul className="lines">
              {nodes.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    className="edge-line"
                    onClick={() => changeGraph({ selected: [one.id] })}
                  >
                    {one.name}
                  </button>
                </li>
              ))}
            </ul>
          </>
        ) : null}
        {missing > 0 && (
          <p className="soft sheet-wait" role="status">
            {nodes.length + edges.length === 0
              ? "What the link selects has no drops in this range, or none that this query finds. Widen the range or change the query."
              : "A part of the selection has no drops in this range."}
          </p>
        )}
      </div>
    </aside>
  );
}

function Head({ selected: { nodes, edges } }: { selected: Selected }) {
  if (edges.length === 0) {
    return (
      <b>
        {nodes.length > 1 ? `${nodes.length} nodes` : nodes.length === 1 ? "Node" : "Selection"}
      </b>
    );
  }
  const state = GROUP_STATES.find((one) => edges.some((edge) => edge.state === one)) ?? "expected";
  const icon = SECTIONS.find((section) => section.state === state)?.icon ?? "dropped";
  return (
    <>
      <Icon name={icon} className={`c-${state}`} />
      <b>{EDGE_FORMS[state].words}</b>
      <span className="dim">{edges.length > 1 ? `${edges.length} edges` : "edge"}</span>
    </>
  );
}
