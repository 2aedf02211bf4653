/**
 * A layered layout of containers: who stands left, whom stands right. Our own and no library's,
 * because containers are what is ordered and what must not overlap, the places must hold still
 * while drops arrive, and 5,000 nodes must be placed in a moment. Runs in a worker.
 */

import { arrange, type Item } from "./arrange";
import { assignLayers } from "./layers";
import { buildModel, type LayoutModel, linkItems } from "./layout-model";
import {
  BOX_GAP,
  type Box,
  boxSize,
  COLUMN_GAP,
  cellOf,
  gridOf,
  LAYER_GAP,
  type Layer,
  type LayoutInput,
  type Placement,
} from "./placement";

/** Layers higher than this are broken into several columns. */
const MAX_HEIGHT = 1_150;
/** Width of the whole by its height at which breaking into columns stops paying. */
const ASPECT = 1.75;

export function layOut(input: LayoutInput): Placement {
  const model = buildModel(input);
  const layered = assignLayers(model.members.length, model.pairs);
  const layers = itemsOf(model, layered.layerOf);
  const height = targetHeight(layers);
  const isBroken = layers.some((items) => heightOf(items) > height);
  linkItems(model, layers, layered.layerOf, isBroken);
  arrange(layers, model);
  return isBroken
    ? placeInColumns(layers, layered, model, height)
    : placeAsArranged(layers, layered, model);
}

function itemsOf({ members }: LayoutModel, layerOf: readonly number[]): Item[][] {
  const layers: Item[][] = [];
  for (const [container, nodes] of members.entries()) {
    const layer = layerOf[container] ?? 0;
    while (layers.length <= layer) layers.push([]);
    const { width, height } = boxSize(nodes.length);
    layers[layer]?.push({ container, pair: null, y: 0, width, height, links: [] });
  }
  for (const items of layers) {
    let y = 0;
    for (const item of items) {
      item.y = y;
      y += item.height + BOX_GAP;
    }
  }
  return layers;
}

function heightOf(items: readonly Item[]): number {
  return items.reduce((sum, { height }) => sum + height + BOX_GAP, 0);
}

/** The least height at which the whole is no wider than a screen is, in its proportions. */
function targetHeight(layers: readonly (readonly Item[])[]): number {
  let height = MAX_HEIGHT;
  for (; height < 1e6; height *= 1.15) {
    const width = layers.reduce((sum, items) => sum + widthIn(items, height) + LAYER_GAP, 0);
    if (width <= height * ASPECT) break;
    if (layers.every((items) => heightOf(items) <= height)) break;
  }
  return height;
}

function widthIn(items: readonly Item[], height: number): number {
  let width = 0;
  for (const column of columnsOf(items, height)) {
    width += Math.max(...column.map((item) => item.width)) + COLUMN_GAP;
  }
  return width;
}

function columnsOf(items: readonly Item[], height: number): Item[][] {
  const columns: Item[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const item of items) {
    if (used + item.height > height) {
      columns.push([]);
      used = 0;
    }
    columns.at(-1)?.push(item);
    used += item.height + BOX_GAP;
  }
  return columns;
}

type Roles = { roles: readonly Layer["role"][] };

function placeAsArranged(
  layers: readonly (readonly Item[])[],
  { roles }: Roles,
  model: LayoutModel,
): Placement {
  const tops = layers.flat().map(({ y }) => y);
  const shift = tops.length === 0 ? 0 : -tops.reduce((least, y) => Math.min(least, y));
  const builder = createPlacement(model);
  let x = 0;
  for (const items of layers) {
    const width = Math.max(0, ...items.map((item) => item.width));
    const layer = builder.layer(x, width, roleOf(items, roles));
    for (const item of items) {
      // A box stands in the middle of its layer; what only passes keeps its height.
      if (item.pair === null)
        builder.box(item, x + (width - item.width) / 2, item.y + shift, layer);
      else builder.pass(item, x, width, item.y + item.height / 2 + shift);
    }
    x += width + LAYER_GAP;
  }
  return builder.finish();
}

function placeInColumns(
  layers: readonly (readonly Item[])[],
  { roles }: Roles,
  model: LayoutModel,
  height: number,
): Placement {
  const builder = createPlacement(model);
  let x = 0;
  for (const items of layers) {
    const start = x;
    const layer = builder.layer(start, widthIn(items, height) - COLUMN_GAP, roleOf(items, roles));
    for (const column of columnsOf(items, height)) {
      let y = 0;
      for (const item of column) {
        builder.box(item, x, y, layer);
        y += item.height + BOX_GAP;
      }
      x += Math.max(...column.map((item) => item.width)) + COLUMN_GAP;
    }
    x += LAYER_GAP - COLUMN_GAP;
  }
  return builder.finish();
}

function roleOf(items: readonly Item[], roles: readonly Layer["role"][]): Layer["role"] {
  const first = items.find(({ pair }) => pair === null);
  return roles[first?.container ?? 0] ?? "both";
}

function createPlacement(model: LayoutModel) {
  const nodes: Placement["nodes"][number][] = [];
  const boxes: Box[] = [];
  const layers: Layer[] = [];
  const points = new Map<number, { x: number; y: number }[]>();
  return {
    layer(x: number, width: number, role: Layer["role"]): number {
      return layers.push({ x, width, role }) - 1;
    },
    box(item: Item, x: number, y: number, layer: number): void {
      const members = model.members[item.container] ?? [];
      const container = model.containerIds[item.container] ?? "";
      boxes.push({ container, x, y, width: item.width, height: item.height, layer });
      const { rows } = gridOf(members.length);
      for (const [at, member] of members.entries()) {
        const cell = cellOf(at, rows);
        const id = model.nodeIds[member] ?? "";
        nodes.push({ id, x: x + cell.x, y: y + cell.y });
      }
    },
    pass(item: Item, x: number, width: number, y: number): void {
      if (item.pair === null) return;
      const passed = points.get(item.pair) ?? [];
      passed.push({ x, y }, { x: x + width, y });
      points.set(item.pair, passed);
    },
    finish(): Placement {
      const ways = [...points].map(([pair, passed]) => {
        const { source, destination } = model.pairs[pair] ?? { source: 0, destination: 0 };
        const goesLeft = (model.layerOf[source] ?? 0) > (model.layerOf[destination] ?? 0);
        const edge = `${model.containerIds[source]}\n${model.containerIds[destination]}`;
        return { edge, points: goesLeft ? passed.toReversed() : passed };
      });
      return {
        nodes,
        boxes,
        layers,
        ways,
        width: boxes.reduce((most, box) => Math.max(most, box.x + box.width), 0),
        height: boxes.reduce((most, box) => Math.max(most, box.y + box.height), 0),
      };
    },
  };
}
