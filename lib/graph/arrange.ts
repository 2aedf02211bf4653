/**
 * Orders the items of each layer and gives them heights: each would like to stand level with what
 * it is tied to, in turns from the left and from the right, and neighbours make room.
 */
import type { LayoutModel } from "./layout-model";
import { offsetIn } from "./layout-model";
import { BOX_GAP, gridOf } from "./placement";
import { spread } from "./spread";

/** A container's box, or the lane of a pair that passes this layer (`container` is -1). */
export type Item = {
  container: number;
  pair: number | null;
  y: number;
  width: number;
  height: number;
  links: Link[];
};

/** `node` is -1 where the item is a lane. */
type Link = { node: number; item: Item; itsNode: number; weight: number };

const SWEEPS = 8;

export function arrange(layers: Item[][], model: LayoutModel): void {
  const offsets = new Float64Array(model.nodeIds.length);
  const heights = new Float64Array(model.nodeIds.length);
  measure(model, offsets);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sweep % 2 === 0 ? layers : layers.toReversed();
    const isLast = sweep >= SWEEPS - 2;
    for (const items of order) settle(items, offsets, !isLast);
    if (sweep === 2 || sweep === 5) orderMembers(layers, model, offsets, heights);
  }
}

/** Moves the items of one layer towards what they are tied to; also reorders them when asked. */
function settle(items: Item[], offsets: Float64Array, reorder: boolean): void {
  const wishes = new Map(items.map((item) => [item, wishOf(item, offsets)]));
  const middle = (item: Item) => (wishes.get(item) ?? item.y) + item.height / 2;
  if (reorder) items.sort((a, b) => middle(a) - middle(b));
  const tops = spread(
    items.map((item) => ({ y: wishes.get(item) ?? item.y, height: item.height })),
    BOX_GAP,
  );
  for (const [at, item] of items.entries()) item.y = tops[at] ?? item.y;
}

/** Where its top would be if the ends of its edges were level on average. */
function wishOf(item: Item, offsets: Float64Array): number {
  let sum = 0;
  let weights = 0;
  for (const link of item.links) {
    const its = link.item.y + middleOf(link.item, link.itsNode, offsets);
    sum += link.weight * (its - middleOf(item, link.node, offsets));
    weights += link.weight;
  }
  return weights === 0 ? item.y : sum / weights;
}

function middleOf(item: Item, node: number, offsets: Float64Array): number {
  return node < 0 ? item.height / 2 : (offsets[node] ?? 0);
}

/** Nodes of a container in the order of what they are tied to, outside it where there is any. */
function orderMembers(
  layers: readonly (readonly Item[])[],
  model: LayoutModel,
  offsets: Float64Array,
  heights: Float64Array,
): void {
  for (const items of layers) {
    for (const { container, y } of items) {
      for (const node of model.members[container] ?? []) heights[node] = y + (offsets[node] ?? 0);
    }
  }
  for (const [container, members] of model.members.entries()) {
    const wish = new Map(members.map((node) => [node, meanOf(node, container, model, heights)]));
    members.sort(
      (a, b) =>
        Number(model.isFold[a]) - Number(model.isFold[b]) ||
        (wish.get(a) ?? 0) - (wish.get(b) ?? 0) ||
        a - b,
    );
  }
  measure(model, offsets);
}

function meanOf(node: number, container: number, model: LayoutModel, heights: Float64Array) {
  let sum = 0;
  let count = 0;
  for (const other of model.neighbours[node] ?? []) {
    if (model.containerOf[other] === container) continue;
    sum += heights[other] ?? 0;
    count += 1;
  }
  return count === 0 ? (heights[node] ?? 0) : sum / count;
}

function measure({ members }: LayoutModel, offsets: Float64Array): void {
  for (const nodes of members) {
    const { rows } = gridOf(nodes.length);
    for (const [at, node] of nodes.entries()) offsets[node] = offsetIn(at, rows);
  }
}
