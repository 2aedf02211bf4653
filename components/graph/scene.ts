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
import { type Curve, createCurver } from "@/lib/graph/curves";
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
  /** How busy it is among all, 0 to 1 by the logarithm of its attempts. */
  heat: number;
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
  edges: readonly DrawnEdge[];
  edgesOf: ReadonlyMap<string, readonly DrawnEdge[]>;
  /** Single edges are too many: they are drawn only where somebody looks. */
  isCrowded: boolean;
  /** The lines of all edges; none of a crowded picture. */
  curves: readonly SceneEdge[];
  /** The line of an edge, made when it is asked for; null without a place. */
  curveOf: (edge: DrawnEdge) => SceneEdge | null;
  /** The busiest ribbons of a crowded picture. */
  bundles: readonly Bundle[];
  /** Whether an edge appeared or vanished within the range. */
  hasChanges: boolean;
  labels: readonly EdgeLabel[];
  width: number;
  height: number;
};

/** Numbers at rest; of further edges they show when somebody looks. */
const MAX_LABELS = 80;

/** Ribbons of a crowded picture; of the others their box tells when somebody looks. */
const MAX_BUNDLES = 60;

export type SceneOptions = {
  /** Step of the replay, or null for the whole range. */
  step: number | null;
  /** Half of the range, for what appeared and vanished; null where it cannot be told. */
  middleMs: number | null;
};

export function buildScene(drawn: Drawn, placement: Placement, options: SceneOptions): Scene {
  const containers = new Map(drawn.containers.map((one) => [one.id, one]));
  const drawnNodes = new Map(drawn.nodes.map((node) => [node.id, node]));
  const placeOf = (id: string) => drawnNodes.get(id)?.place ?? "";
  const edgesOf = edgesByNode(drawn.edges);
  const hasClusters = drawn.containers.filter(({ kind }) => kind === "cluster").length > 1;
  const attemptsOf = (node: DrawnNode) => node.out.attempts + node.in.attempts;
  const most = drawn.nodes.reduce((top, node) => Math.max(top, attemptsOf(node)), 1);
  const nodes = placement.nodes.flatMap(({ id, x, y }): SceneNode[] => {
    const node = drawnNodes.get(id);
    if (node === undefined) return [];
    const title = containers.get(node.container)?.title ?? "";
    const state = neediest(edgesOf.get(id) ?? []);
    const heat = Math.log1p(attemptsOf(node)) / Math.log1p(most);
    return [{ id, x, y, drawn: node, ...textOf(node, title, hasClusters), state, heat }];
  });
  const curves = createSceneCurves(drawn, placement, placeOf, options);
  const isCrowded = drawn.edges.length > MAX_SINGLE_EDGES;
  const all = isCrowded ? [] : curves.all();
  const numbered = all.filter(({ count, crosses }) => count > 0 && !crosses).slice(0, MAX_LABELS);
  return {
    nodes,
    nodeById: new Map(nodes.map((node) => [node.id, node])),
    boxes: boxesOf(drawn, placement),
    layers: placement.layers,
    edges: drawn.edges,
    edgesOf,
    curves: all,
    curveOf: curves.of,
    isCrowded,
    bundles: isCrowded ? bundlesOf(drawn.edges, placement, placeOf).slice(0, MAX_BUNDLES) : [],
    labels: placeLabels(numbered, placement, wordsOf),
    hasChanges: drawn.edges.some((edge) => changeOf(edge, options.middleMs) !== null),
    width: placement.width,
    height: placement.height,
  };
}

/** Lines are made when they are asked for; of a crowded picture most never are. */
function createSceneCurves(
  drawn: Drawn,
  placement: Placement,
  placeOf: (node: string) => string,
  { step, middleMs }: SceneOptions,
) {
  const curver = createCurver(placement, placeOf);
  const made = new Map<string, SceneEdge | null>();
  const wide = new Set(
    placement.boxes.filter(({ width }) => width > 2 * NODE_WIDTH).map(({ container }) => container),
  );
  function finish(curve: Curve): SceneEdge {
    const { edge } = curve;
    const crosses = wide.has(placeOf(edge.source)) || wide.has(placeOf(edge.destination));
    const more = { count: countAt(edge, step), change: changeOf(edge, middleMs), crosses };
    const finished = Object.assign(curve, more);
    made.set(edge.id, finished);
    return finished;
  }
  return {
    all: () => curver.all(drawn.edges).map(finish),
    of(edge: DrawnEdge): SceneEdge | null {
      const known = made.get(edge.id);
      if (known !== undefined) return known;
      const curve = curver.one(edge);
      if (curve !== null) return finish(curve);
      made.set(edge.id, null);
      return null;
    },
  };
}

function edgesByNode(edges: readonly DrawnEdge[]): Map<string, DrawnEdge[]> {
  const edgesOf = new Map<string, DrawnEdge[]>();
  const put = (id: string, edge: DrawnEdge) => {
    const list = edgesOf.get(id);
    if (list === undefined) edgesOf.set(id, [edge]);
    else list.push(edge);
  };
  for (const edge of edges) {
    put(edge.source, edge);
    if (edge.destination !== edge.source) put(edge.destination, edge);
  }
  return edgesOf;
}

function boxesOf(drawn: Drawn, placement: Placement): SceneBox[] {
  const titles = new Map(drawn.containers.map(({ id, title }) => [id, visibleText(title)]));
  const sizes = new Map<string, number>();
  for (const { place, nodes } of drawn.nodes) sizes.set(place, (sizes.get(place) ?? 0) + nodes);
  return placement.boxes.flatMap((box) => {
    const title = titles.get(containerAt(box.container));
    return title === undefined ? [] : [{ ...box, title, nodes: sizes.get(box.container) ?? 0 }];
  });
}

function neediest(edges: readonly DrawnEdge[]): GroupState | null {
  return GROUP_STATES.find((one) => edges.some(({ state }) => state === one)) ?? null;
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
