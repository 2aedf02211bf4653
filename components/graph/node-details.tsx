"use client";
import { States } from "@/components/graph/edge-details";
/** One node: who it is, what is refused from it and to it. */
import { EdgeLines } from "@/components/graph/edge-lines";
import type { GraphState } from "@/components/graph/graph-url";
import { NodeFacts } from "@/components/graph/node-facts";
import type { Selected } from "@/components/graph/selection";
import { fullNodeName } from "@/components/graph/sentences";
import { SheetActions } from "@/components/graph/sheet-actions";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import type { UrlState } from "@/components/query/url-state";
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";
import type { GraphAnswer, GraphEdge, GraphNode } from "@/lib/graph/graph";
import type { Query } from "@/lib/query/query";

type Props = {
  graph: GraphAnswer;
  selected: Selected;
  node: GraphNode;
  nodeById: ReadonlyMap<string, GraphNode>;
  state: GraphState;
  url: UrlState;
  query: Query | null;
  changeGraph: ChangeGraph;
};

export function NodeDetails(props: Props) {
  const { graph, node, nodeById, state, changeGraph } = props;
  const out = graph.edges.filter(({ source }) => source === node.id);
  const into = graph.edges.filter(({ destination }) => destination === node.id);
  const attempts = (edges: readonly GraphEdge[]) =>
    edges.reduce((sum, edge) => sum + edge.attempts, 0);
  const isFocus = state.focus === node.id;
  const isFolded = state.collapsed.includes(node.container);
  return (
    <>
      <div className="sentence">
        <h2>
          <b>
            <FlowText text={fullNodeName(node)} />
          </b>
          : {countOf(attempts(out), "attempt")} refused from it,{" "}
          {countOf(attempts(into), "attempt")} to it.
        </h2>
      </div>
      <SheetActions {...props} title={fullNodeName(node)} />
      <p className="buttons">
        <button
          type="button"
          className="btn"
          onClick={() => changeGraph({ focus: isFocus ? null : node.id, form: "graph" })}
        >
          {isFocus ? "Show the whole graph" : "Show its neighbourhood"}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() =>
            changeGraph({
              collapsed: isFolded
                ? state.collapsed.filter((id) => id !== node.container)
                : [...state.collapsed, node.container],
            })
          }
        >
          {isFolded ? "Unfold its box" : "Fold its box"}
        </button>
      </p>
      <section className="block">
        <h3>Who it is</h3>
        <NodeFacts node={node} side="either" changeGraph={changeGraph} />
      </section>
      <States edges={[...out, ...into]} />
      <EdgeLines
        title="Refused from it"
        edges={out}
        end="destination"
        nodeById={nodeById}
        changeGraph={changeGraph}
      />
      <EdgeLines
        title="Refused to it"
        edges={into}
        end="source"
        nodeById={nodeById}
        changeGraph={changeGraph}
      />
    </>
  );
}
