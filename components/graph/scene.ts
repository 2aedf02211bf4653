/**
 * Everything that is drawn, with its place, made once for each layout or change of numbers. The
 * canvas, the little map and the exported pictures all draw a scene and nothing else.
 */

import { portWords } from "@/components/graph/sentences";
import { formatCount } from "@/components/ui/number-text";
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";
import { visibleText } from "@/lib/drops/visible-text";
import { type Bundle, bundlesOf, MAX_SINGLE_EDGES } from "@/lib/graph/bundle";
import { containerAt, type Drawn, type DrawnEdge, type DrawnNode } from "@/lib/graph/choose";
import { type Curve, curvesOf } from "@/lib/graph/curves";
import { type EdgeLabel, placeLabels } from "@/lib/graph/labels";
import {
  type Box,
  type Layer,
  NODE_WIDTH,
  type Placement,
  type Point,
} from "@/lib/graph/placement";

export type SceneNode = Point & {
  id: string;
  drawn: DrawnNode;
  title: string;
  /** Second text, on the right. */
  note: string;
  isAddress: boolean;
  /** The neediest state of its edges; null for a node that has none drawn. */
  state: GroupState | null;
  change: Change;
};

export type SceneBox = Box & { title: string; nodes: number };

/** Whether drops began or ended within the range. */
export type Change = "appeared" | "vanished" | null;

/** `crosses`: it leads into or out of a box of several columns. */
export type SceneEdge = Curve & { count: number; change: Change; crosses: boolean };

export type Scene = {
  nodes: readonly SceneNode[];
  nodeById: ReadonlyMap<string, SceneNode>;
  boxes: readonly SceneBox[];
  layers: readonly Layer[];
  edges: readonly SceneEdge[];
  edgesOf: ReadonlyMap<string, readonly SceneEdge[]>;
  /** Not empty: single edges are drawn only where somebody looks. */
  bundles: readonly Bundle[];
  labels: readonly EdgeLabel[];
  width: number;
  height: number;
};

/** Numbers at rest; of further edges they show when somebody looks. */
const MAX_LABELS = 80;

export type SceneOptions = {
  /** Step of the replay, or null for the whole range. */
  step: number | null;
  /** Half of the range, for what appeared and vanished; null where it cannot be told. */
  middleMs: number | null;
};

export function buildScene(drawn: Drawn, placement: Placement, options: SceneOptions): Scene {
  const containers = new Map(drawn.containers.map((one) => [one.id, one]));
  const drawnNodes = new Map(drawn.nodes.map((node) => [node.id, node]));
  const containerOf = (id: string) => drawnNodes.get(id)?.place ?? "";
  const wide = new Set(
    placement.boxes.filter(({ width }) => width > 2 * NODE_WIDTH).map(({ container }) => container),
  );
  const edges = curvesOf(drawn.edges, placement, containerOf).map((curve): SceneEdge => {
    const count = countAt(curve.edge, options.step);
    const { source, destination } = curve.edge;
    const crosses = wide.has(containerOf(source)) || wide.has(containerOf(destination));
    const change = changeOf(curve.edge, options.middleMs);
    return Object.assign(curve, { count, change, crosses });
  });
  const edgesOf = new Map<string, SceneEdge[]>();
  for (const edge of edges) {
    for (const id of new Set([edge.edge.source, edge.edge.destination])) {
      const list = edgesOf.get(id);
      if (list === undefined) edgesOf.set(id, [edge]);
      else list.push(edge);
    }
  }
  const sizes = new Map<string, number>();
  for (const { place, nodes } of drawn.nodes) sizes.set(place, (sizes.get(place) ?? 0) + nodes);
  const hasClusters = drawn.containers.filter(({ kind }) => kind === "cluster").length > 1;
  const nodes = placement.nodes.flatMap(({ id, x, y }): SceneNode[] => {
    const node = drawnNodes.get(id);
    if (node === undefined) return [];
    const title = containers.get(node.container)?.title ?? "";
    const text = textOf(node, title, hasClusters);
    return [{ id, x, y, drawn: node, ...text, ...stateAt(edgesOf.get(id) ?? []) }];
  });
  const isCrowded = edges.length > MAX_SINGLE_EDGES;
  return {
    nodes,
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    boxes: placement.boxes
      .filter(({ container }) => containers.has(containerAt(container)))
      .map((box) => ({
        ...box,
        title: visibleText(containers.get(containerAt(box.container))?.title ?? ""),
        nodes: sizes.get(box.container) ?? 0,
      })),
    layers: placement.layers,
    edges,
    edgesOf,
    bundles: isCrowded ? bundlesOf(drawn.edges, placement, containerOf) : [],
    labels: isCrowded
      ? []
      : placeLabels(
          edges.filter(({ count, crosses }) => count > 0 && !crosses).slice(0, MAX_LABELS),
          placement,
          (curve) => wordsOf(curve),
        ),
    width: placement.width,
    height: placement.height,
  };
}

function textOf(node: DrawnNode, container: string, hasClusters: boolean) {
  if (node.kind === "fold") {
    const text = `+ ${formatCount(node.nodes)} more`;
    const attempts = node.out.attempts + node.in.attempts;
    return { title: text, note: `${formatCount(attempts)} attempts`, isAddress: false };
  }
  if (node.node === null) {
    return {
      title: visibleText(container),
      note: node.nodes > 1 ? `${formatCount(node.nodes)} nodes` : "",
      isAddress: false,
    };
  }
  const { name, parties, kind, cluster } = node.node;
  const isAddress = kind === "address" || kind === "cidr" || kind === "network";
  const inside = parties > 1 ? partyWords(kind, parties) : "";
  const note = hasClusters && kind === "namespace" ? visibleText(cluster) : inside;
  return { title: visibleText(name), note, isAddress };
}

function partyWords(kind: string, parties: number): string {
  const word =
    kind === "domain"
      ? "names"
      : kind === "network"
        ? "addresses"
        : kind === "namespace"
          ? "workloads"
          : "inside";
  return `${formatCount(parties)} ${word}`;
}

function stateAt(edges: readonly SceneEdge[]): Pick<SceneNode, "state" | "change"> {
  const state = GROUP_STATES.find((one) => edges.some(({ edge }) => edge.state === one)) ?? null;
  const first = edges[0]?.change ?? null;
  const change = edges.every((edge) => edge.change === first) ? first : null;
  return { state, change };
}

/** Attempts of the whole range, or of one step of it. */
export function countAt(edge: DrawnEdge, step: number | null): number {
  if (step === null) return edge.attempts;
  return edge.edges.reduce((sum, one) => sum + (one.trend[step] ?? 0), 0);
}

function changeOf({ edges }: DrawnEdge, middleMs: number | null): Change {
  if (middleMs === null) return null;
  if (edges.every(({ firstMs }) => firstMs >= middleMs)) return "appeared";
  return edges.every(({ lastMs }) => lastMs < middleMs) ? "vanished" : null;
}

const CHANGE_MARKS = { appeared: "▲ ", vanished: "▽ " } as const;

function wordsOf({ edge, count, change }: SceneEdge) {
  const text = `${change === null ? "" : CHANGE_MARKS[change]}${formatCount(count)}`;
  const [port] = edge.edges[0]?.ports ?? [];
  const others = edge.edges.reduce((sum, one) => sum + one.ports.length + one.morePorts, 0) - 1;
  if (port === undefined || port.protocol === "") return { count: text, port: "" };
  const more = others > 0 ? ` +${others}` : "";
  return { count: text, port: `${portWords(port)}${more}` };
}
