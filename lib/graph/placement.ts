/** Where a layout puts things, in pixels at zoom 1. Plain values, since it comes from a worker. */

export const NODE_WIDTH = 184;
export const NODE_HEIGHT = 26;
/** From one node's top to the next one's in a container. */
export const ROW = 31;
/** From one node's left to the next one's where a container has several columns. */
export const CELL = NODE_WIDTH + 8;
export const BOX_PAD = 8;
export const BOX_HEAD = 24;
/** Between two containers of a column. */
export const BOX_GAP = 16;
/** Between two layers: the room of the edges. */
export const LAYER_GAP = 152;
/** Between two columns of one layer. */
export const COLUMN_GAP = 20;

/** What is laid out. `folds` come last in their container. */
export type LayoutNode = { id: string; container: string; isFold: boolean };
export type LayoutEdge = { source: string; destination: string; weight: number };
export type LayoutInput = { nodes: readonly LayoutNode[]; edges: readonly LayoutEdge[] };

export type Point = { x: number; y: number };

/** A frame around nodes of one container; a container may have several once it has grown. */
export type Box = Point & { container: string; width: number; height: number; layer: number };

export type Layer = { x: number; width: number; role: "who" | "both" | "whom" };

export type Placement = {
  /** Top left of each node. */
  nodes: readonly (Point & { id: string })[];
  boxes: readonly Box[];
  layers: readonly Layer[];
  /** For edges that pass other layers: the points they pass, by `source\ndestination`. */
  ways: readonly { edge: string; points: readonly Point[] }[];
  width: number;
  height: number;
};

/** A container of more nodes than this has several columns. */
const MAX_SINGLE_COLUMN = 30;

/** Rows and columns of a container that holds so many nodes. */
export function gridOf(count: number): { rows: number; columns: number } {
  if (count <= MAX_SINGLE_COLUMN) return { rows: count, columns: 1 };
  // About as wide as high.
  const rows = Math.max(12, Math.ceil(Math.sqrt((count * CELL) / ROW)));
  return { rows, columns: Math.ceil(count / rows) };
}

export function boxSize(count: number): { width: number; height: number } {
  const { rows, columns } = gridOf(count);
  return {
    width: columns * CELL - (CELL - NODE_WIDTH) + 2 * BOX_PAD,
    height: BOX_HEAD + rows * ROW - (ROW - NODE_HEIGHT) + BOX_PAD,
  };
}

/** Place of the nth node of a container, counted down the columns, from the box's corner. */
export function cellOf(index: number, rows: number): Point {
  return {
    x: BOX_PAD + Math.floor(index / rows) * CELL,
    y: BOX_HEAD + (index % rows) * ROW,
  };
}
