/** A node of the graph as a term of the query: the field and values it is named after. */
import { partyValue } from "@/components/values/party-value";
import type { GraphNode } from "@/lib/graph/graph";
import type { FieldName } from "@/lib/query/query";
import { SIDE_FIELDS } from "@/lib/query/query";

/** `either`: of a node, which has no side of its own. */
export type NodeSide = "src" | "dst" | "either";

type NodeValue = { field: FieldName; value: readonly string[] };

/** Null for what was folded together by a pattern or by what it is not: no value says it. */
export function nodeValue(side: NodeSide, node: GraphNode): NodeValue | null {
  const { kind, name, namespace, cluster } = node;
  switch (kind) {
    case "domain":
    case "outside":
      return null;
    case "network":
      return { field: sided(side, "ip"), value: [name] };
    case "namespace":
      return { field: sided(side, "ns"), value: [namespace] };
    case "cluster":
      return { field: "cluster", value: [cluster] };
    default:
      return ofParty(side, partyValue(side === "dst" ? "dst" : "src", { kind, name, namespace }));
  }
}

/** A field of one end, or of either. */
export function sided(side: NodeSide, field: (typeof SIDE_FIELDS)[number]): FieldName {
  return side === "either" ? field : `${side}.${field}`;
}

function ofParty(side: NodeSide, { field, value }: NodeValue): NodeValue {
  const bare = SIDE_FIELDS.find((one) => field === `src.${one}`);
  return { field: side === "either" && bare !== undefined ? bare : field, value };
}
