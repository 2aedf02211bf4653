"use client";
import { LineSample } from "@/components/graph/legend";
/** Edges as short lines that select them. */
import { fullNodeName, portWords } from "@/components/graph/sentences";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { FlowText } from "@/components/ui/flow-text";
import { countOf, formatCount } from "@/components/ui/number-text";
import type { GraphEdge, GraphNode } from "@/lib/graph/graph";

const MAX_LINES = 12;

type Props = {
  title: string;
  edges: readonly GraphEdge[];
  /** Which end the line names. */
  end: "source" | "destination" | "both";
  nodeById: ReadonlyMap<string, GraphNode>;
  changeGraph: ChangeGraph;
};

export function EdgeLines({ title, edges, end, nodeById, changeGraph }: Props) {
  if (edges.length === 0) return null;
  const nameOf = (id: string) => {
    const node = nodeById.get(id);
    return node === undefined ? "?" : fullNodeName(node);
  };
  const textOf = (edge: GraphEdge) => {
    const port = edge.ports[0] === undefined ? "" : ` ${portWords(edge.ports[0])}`;
    if (end === "source") return `${nameOf(edge.source)} →${port}`;
    if (end === "destination") return `→ ${nameOf(edge.destination)}${port}`;
    return `${nameOf(edge.source)} → ${nameOf(edge.destination)}${port}`;
  };
  return (
    <section className="block">
      <h3>
        <FlowText text={title} className="cut" />
        <span className="block-note">{countOf(edges.length, "edge")}</span>
      </h3>
      <ul className="lines">
        {edges.slice(0, MAX_LINES).map((edge) => (
          <li key={edge.id}>
            <EdgeLine edge={edge} text={textOf(edge)} changeGraph={changeGraph} />
          </li>
        ))}
        {edges.length > MAX_LINES && (
          <li className="fact-line dim">
            and {edges.length - MAX_LINES} more; the table has them all
          </li>
        )}
      </ul>
    </section>
  );
}

export function EdgeLine({
  edge,
  text,
  changeGraph,
}: {
  edge: GraphEdge;
  text: string;
  changeGraph: ChangeGraph;
}) {
  return (
    <button
      type="button"
      className="edge-line"
      onClick={() => changeGraph({ selected: [edge.id] })}
    >
      <LineSample state={edge.state} />
      <FlowText text={text} className="cut grow" />
      <b>{formatCount(edge.attempts)}</b>
    </button>
  );
}
