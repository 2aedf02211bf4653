"use client";
/** Who a node is: its name, what kind of thing, its number where that lasts, labels and names. */
import { NodeName } from "@/components/graph/node-name";
import { fullNodeName, nodeKindWords } from "@/components/graph/sentences";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { ServedNames } from "@/components/triage/served-names";
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";
import { type NodeSide, sided } from "@/components/values/node-value";
import { ValueMenu } from "@/components/values/value-menu";
import type { GraphNode } from "@/lib/graph/graph";

type Props = {
  node: GraphNode;
  /** The end of the drops it is told at. */
  side: NodeSide;
  changeGraph: ChangeGraph;
};

export function NodeFacts({ node, side, changeGraph }: Props) {
  return (
    <>
      <NodeName node={node} side={side}>
        <button
          type="button"
          className="link-button"
          onClick={() => changeGraph({ selected: [node.id] })}
        >
          <FlowText text={fullNodeName(node)} />
        </button>
      </NodeName>{" "}
      <span className="dim">
        {nodeKindWords(node)}
        {node.identity > 0 && (
          <>
            ,{" "}
            <ValueMenu
              field={sided(side, "identity")}
              value={String(node.identity)}
              label={`identity ${node.identity}`}
            />
          </>
        )}
        {node.cluster !== "" && (
          <>
            , <ValueMenu field="cluster" value={node.cluster} />
          </>
        )}
        {node.parties > 1 && `, ${countOf(node.parties, "thing")} inside`}
      </span>
      {node.served !== undefined && <ServedNames side={side} served={node.served} />}
      {(node.labels.length > 0 || node.names.length > 0) && (
        <ul className="labels">
          {node.names.map((text) => (
            <li key={text}>
              <ValueMenu field={sided(side, "fqdn")} value={text} />
            </li>
          ))}
          {node.labels.map((text) => (
            <li key={text}>
              <ValueMenu field={sided(side, "label")} value={text} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
