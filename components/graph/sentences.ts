/** Nodes and edges in words: for the note beside the pointer, the reader of screens and headings. */
import { EDGE_FORMS } from "@/components/graph/forms";
import { KIND_WORDS, MARK_BADGES } from "@/components/graph/marks";
import type { Scene, SceneNode } from "@/components/graph/scene";
import { countOf, formatCount } from "@/components/ui/number-text";
import { visibleText } from "@/lib/drops/visible-text";
import type { DrawnEdge } from "@/lib/graph/choose";
import type { EdgePort, GraphEdge, GraphNode } from "@/lib/graph/graph";

/** `shop/web`, or the bare name of what has no namespace. */
export function fullNodeName(node: GraphNode): string {
  const name = visibleText(node.name);
  if (node.namespace === "" || node.kind === "namespace") return name;
  return `${visibleText(node.namespace)}/${name}`;
}

export function nodeKindWords({ mark, kind }: GraphNode): string {
  return mark === null ? KIND_WORDS[kind] : MARK_BADGES[mark].words;
}

export const DIRECTION_WORDS: Readonly<Record<GraphEdge["direction"], string>> = {
  egress: "egress, refused on leaving the source",
  ingress: "ingress, refused on entering the destination",
  unknown: "direction not told",
};

export function portWords({ protocol, port }: EdgePort): string {
  if (port === 0) return protocol === "" ? "no port" : protocol;
  return protocol.startsWith("ICMP") ? `${protocol} type ${port}` : `${port}/${protocol}`;
}

export function nodeSentence({ title, drawn }: SceneNode): string {
  const { out, in: into, node } = drawn;
  const kind = node === null ? "" : `, ${nodeKindWords(node)}`;
  const sent = out.attempts > 0 ? `, ${countOf(out.attempts, "attempt")} refused from it` : "";
  const taken = into.attempts > 0 ? `, ${countOf(into.attempts, "attempt")} refused to it` : "";
  const place = node !== null && node.namespace !== "" ? ` in ${visibleText(node.namespace)}` : "";
  return `${title}${place}${kind}${sent}${taken}`;
}

export function edgeSentence(edge: DrawnEdge, scene: Scene): string {
  const nameOf = (id: string) => scene.nodeById.get(id)?.title ?? "a node";
  const state = EDGE_FORMS[edge.state].words;
  return `${nameOf(edge.source)} to ${nameOf(edge.destination)}, ${edge.direction}, ${state}, ${countOf(edge.attempts, "attempt")}`;
}

/** The ports of an edge, at most three of them. */
export function portsText(edges: readonly GraphEdge[]): string {
  const ports = edges.flatMap((edge) => edge.ports);
  const more =
    edges.reduce((sum, { morePorts }) => sum + morePorts, 0) + Math.max(0, ports.length - 3);
  const shown = [...new Set(ports.slice(0, 3).map(portWords))].join(", ");
  return more > 0 ? `${shown} and ${formatCount(more)} more` : shown;
}
