/** What the ids of the address stand for in the graph that is there. */
import type { Selection } from "@/components/graph/narrow";
import type { Drawn } from "@/lib/graph/choose";
import type { GraphData, GraphEdge } from "@/lib/graph/graph";

/** `missing`: ids of nodes and edges without drops in the range. */
export type Selected = Selection & { missing: number };

export function selectedOf(ids: readonly string[], graph: GraphData, drawn: Drawn): Selected {
  const wanted = new Set(ids);
  const nodes = graph.nodes.filter(({ id }) => wanted.has(id));
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) if (wanted.has(edge.id)) edges.set(edge.id, edge);
  // A line between folded containers stands for several edges.
  const bundles = drawn.edges.filter(({ id }) => wanted.has(id) && !edges.has(id));
  for (const bundle of bundles) for (const edge of bundle.edges) edges.set(edge.id, edge);
  const found = nodes.length + bundles.length + ids.filter((id) => edges.has(id)).length;
  return { nodes, edges: [...edges.values()], missing: ids.length - found };
}
