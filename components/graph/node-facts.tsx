"use client";
/** Who a node is: its name, what kind of thing, its number where that lasts, labels and names. */
import { fullNodeName, nodeKindWords } from "@/components/graph/sentences";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { ServedNames } from "@/components/triage/served-names";
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";
import type { GraphNode } from "@/lib/graph/graph";

type Props = {
  node: GraphNode;
  /** The end of the drops it is told at. */
  side: "src" | "dst" | "either";
  changeGraph: ChangeGraph;
};

export function NodeFacts({ node, side, changeGraph }: Props) {
  return (
    <>
      <button
        type="button"
        className="link-button"
        onClick={() => changeGraph({ selected: [node.id] })}
      >
        <FlowText text={fullNodeName(node)} />
      </button>{" "}
      <span className="dim">
        {nodeKindWords(node)}
        {node.identity > 0 && `, identity ${node.identity}`}
        {node.cluster !== "" && (
          <>
            , <FlowText text={node.cluster} />
          </>
        )}
        {node.parties > 1 && `, ${countOf(node.parties, "thing")} inside`}
      </span>
      {node.served !== undefined && <ServedNames side={side} served={node.served} />}
      {(node.labels.length > 0 || node.names.length > 0) && (
        <ul className="labels">
          {[...node.names, ...node.labels].map((text) => (
            <li key={text}>
              <FlowText text={text} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
