"use client";
/** A node by its name, with the menu of its value where the query language has one. */
import type { ReactNode } from "react";
import { fullNodeName } from "@/components/graph/sentences";
import { FlowText } from "@/components/ui/flow-text";
import { type NodeSide, nodeValue } from "@/components/values/node-value";
import { ValueMenu } from "@/components/values/value-menu";
import type { GraphNode } from "@/lib/graph/graph";

type Props = {
  node: GraphNode;
  side: NodeSide;
  /** As of `ValueMenu`. */
  button?: "tab" | "hover" | "none";
  /** How it is shown; by default as text. */
  children?: ReactNode;
};

export function NodeName({ node, side, button = "tab", children }: Props) {
  const name = fullNodeName(node);
  const shown = children ?? <FlowText text={name} />;
  const asked = nodeValue(side, node);
  if (asked === null) return shown;
  return (
    <ValueMenu field={asked.field} value={asked.value} label={name} button={button}>
      {shown}
    </ValueMenu>
  );
}
