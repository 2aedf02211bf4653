/** The input of a layout by number: containers with their nodes, and what ties them together. */
import type { Item } from "./arrange";
import type { Pair } from "./layers";
import { BOX_HEAD, type LayoutInput, NODE_HEIGHT, ROW } from "./placement";

export type LayoutModel = {
  nodeIds: readonly string[];
  containerIds: readonly string[];
  /** Nodes of each container, folds last; `arrange` changes their order. */
  members: number[][];
  containerOf: readonly number[];
  isFold: readonly boolean[];
  edges: readonly { source: number; destination: number; weight: number }[];
  /** Neighbours of each node. */
  neighbours: readonly number[][];
  /** Between different containers, both directions apart. */
  pairs: readonly Pair[];
  layerOf: number[];
};

/** Beyond so many pairs, edges go straight and do not get lanes of their own. */
const MAX_LANES = 90;
const MAX_LANED_NODES = 260;
/** Height of a lane, beside the gap that every item keeps. */
const LANE = 5;

export function buildModel({ nodes, edges }: LayoutInput): LayoutModel {
  const places = new Map(nodes.map(({ id }, at) => [id, at]));
  const containers = new Map<string, number>();
  const members: number[][] = [];
  const containerOf = nodes.map(({ container }, at) => {
    const known = containers.get(container) ?? containers.size;
    containers.set(container, known);
    const list = members[known] ?? [];
    members[known] = list;
    list.push(at);
    return known;
  });
  const isFold = nodes.map((node) => node.isFold);
  for (const list of members) list.sort((a, b) => Number(isFold[a]) - Number(isFold[b]) || a - b);
  const neighbours = nodes.map((): number[] => []);
  const numbered = edges.flatMap(({ source, destination, weight }) => {
    const from = places.get(source);
    const to = places.get(destination);
    if (from === undefined || to === undefined) return [];
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
    return [{ source: from, destination: to, weight }];
  });
  return {
    nodeIds: nodes.map(({ id }) => id),
    containerIds: [...containers.keys()],
    members,
    containerOf,
    isFold,
    edges: numbered,
    neighbours,
    pairs: pairsOf(numbered, containerOf, members.length),
    layerOf: [],
  };
}

function pairsOf(edges: LayoutModel["edges"], containerOf: readonly number[], count: number) {
  const pairs = new Map<number, Pair>();
  for (const { source, destination, weight } of edges) {
    const from = containerOf[source] ?? 0;
    const to = containerOf[destination] ?? 0;
    if (from === to) continue;
    const key = from * count + to;
    const pair = pairs.get(key) ?? { source: from, destination: to, weight: 0 };
    pair.weight += weight;
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

/** Ties the items of the layers together, with lanes for edges that pass a layer. */
export function linkItems(
  model: LayoutModel,
  layers: Item[][],
  layerOf: readonly number[],
  isBroken: boolean,
): void {
  model.layerOf = [...layerOf];
  const itemOf = new Map<number, Item>();
  for (const items of layers) for (const item of items) itemOf.set(item.container, item);
  const hasLanes =
    !isBroken && model.pairs.length <= MAX_LANES && model.nodeIds.length <= MAX_LANED_NODES;
  const lanes = hasLanes ? addLanes(model, layers, layerOf) : new Map<number, Item[]>();
  const count = model.members.length;
  const pairAt = new Map(
    model.pairs.map(({ source, destination }, at) => [source * count + destination, at]),
  );
  for (const { source, destination, weight } of model.edges) {
    const from = model.containerOf[source] ?? 0;
    const to = model.containerOf[destination] ?? 0;
    const first = itemOf.get(from);
    const last = itemOf.get(to);
    if (from === to || first === undefined || last === undefined) continue;
    const chain = [first, ...(lanes.get(pairAt.get(from * count + to) ?? -1) ?? []), last];
    for (let at = 1; at < chain.length; at++) {
      const [a, b] = [chain[at - 1], chain[at]];
      if (a === undefined || b === undefined) continue;
      const aNode = a === first ? source : -1;
      const bNode = b === last ? destination : -1;
      a.links.push({ node: aNode, item: b, itsNode: bNode, weight });
      b.links.push({ node: bNode, item: a, itsNode: aNode, weight });
    }
  }
}

function addLanes(model: LayoutModel, layers: Item[][], layerOf: readonly number[]) {
  const lanes = new Map<number, Item[]>();
  for (const [pair, { source, destination }] of model.pairs.entries()) {
    const [from, to] = [layerOf[source] ?? 0, layerOf[destination] ?? 0];
    const step = from < to ? 1 : -1;
    const chain: Item[] = [];
    for (let layer = from + step; from !== to && layer !== to; layer += step) {
      const lane: Item = { container: -1, pair, y: 0, width: 0, height: LANE, links: [] };
      const below = layers[layer]?.at(-1);
      lane.y = below === undefined ? 0 : below.y + below.height;
      layers[layer]?.push(lane);
      chain.push(lane);
    }
    if (chain.length > 0) lanes.set(pair, chain);
  }
  return lanes;
}

/** Middle of a node below its box's top, for a container of one column. */
export function offsetIn(at: number, rows: number): number {
  return BOX_HEAD + (at % rows) * ROW + NODE_HEIGHT / 2;
}
