/**
 * A layout after new drops: whatever was placed stays exactly where it was. New nodes take free
 * cells of their container, or the rows below it, or a further box at the foot of its layer.
 */
import { layOut } from "./layout";
import {
  BOX_GAP,
  BOX_HEAD,
  BOX_PAD,
  type Box,
  boxSize,
  CELL,
  cellOf,
  gridOf,
  type LayoutInput,
  type LayoutNode,
  NODE_HEIGHT,
  NODE_WIDTH,
  type Placement,
  type Point,
  ROW,
} from "./placement";

type Placed = Point & { id: string };

/** `previous` null lays everything out anew. */
export function layOutAfter(previous: Placement | null, input: LayoutInput): Placement {
  if (previous === null || previous.nodes.length === 0) return layOut(input);
  const known = new Map(previous.nodes.map((node) => [node.id, node]));
  const nodes = input.nodes.flatMap(({ id }): Placed[] => {
    const place = known.get(id);
    return place === undefined ? [] : [place];
  });
  const boxes = previous.boxes.map((box) => ({ ...box }));
  const taken = new Set(nodes.map(cellKey));
  const arrivals = input.nodes.filter(({ id }) => !known.has(id));
  const byContainer = new Map<string, LayoutNode[]>();
  for (const node of arrivals) {
    const same = byContainer.get(node.container) ?? [];
    same.push(node);
    byContainer.set(node.container, same);
  }
  for (const [container, coming] of byContainer) {
    const homeless = coming.filter((node) => {
      const cell = freeCell(boxes, container, taken);
      if (cell === null) return true;
      taken.add(cellKey(cell));
      nodes.push({ id: node.id, ...cell });
      return false;
    });
    if (homeless.length > 0) addBox(container, homeless, { ...previous, boxes }, input, nodes);
  }
  return {
    ...previous,
    nodes,
    boxes,
    width: boxes.reduce((most, box) => Math.max(most, box.x + box.width), 0),
    height: boxes.reduce((most, box) => Math.max(most, box.y + box.height), 0),
  };
}

const cellKey = ({ x, y }: Point) => `${Math.round(x)} ${Math.round(y)}`;

/** A cell in one of the container's boxes that nothing takes; grows a box where there is room. */
function freeCell(boxes: Box[], container: string, taken: ReadonlySet<string>): Point | null {
  for (const box of boxes) {
    if (box.container !== container) continue;
    const columns = Math.max(1, Math.round((box.width - 2 * BOX_PAD + CELL - NODE_WIDTH) / CELL));
    for (let row = 0; ; row++) {
      const y = box.y + BOX_HEAD + row * ROW;
      const bottom = y + NODE_HEIGHT + BOX_PAD;
      const grows = bottom > box.y + box.height + 0.5;
      if (grows && !isFree(boxes, box, bottom)) break;
      for (let column = 0; column < columns; column++) {
        const cell = { x: box.x + BOX_PAD + column * CELL, y };
        if (taken.has(cellKey(cell))) continue;
        if (grows) box.height = bottom - box.y;
        return cell;
      }
    }
  }
  return null;
}

/** Whether a box may reach down to `bottom` without coming near another one. */
function isFree(boxes: readonly Box[], box: Box, bottom: number): boolean {
  return boxes.every(
    (other) =>
      other === box ||
      other.x >= box.x + box.width ||
      other.x + other.width <= box.x ||
      other.y >= bottom + BOX_GAP / 2 ||
      other.y < box.y,
  );
}

/** One more box, at the foot of the layer where its container has one, else of the fitting side. */
function addBox(
  container: string,
  coming: readonly LayoutNode[],
  placement: Placement & { boxes: Box[] },
  input: LayoutInput,
  nodes: Placed[],
): void {
  const { boxes, layers } = placement;
  const home = boxes.find((box) => box.container === container);
  const layer = home?.layer ?? sideOf(coming, input, layers.length);
  const x = home?.x ?? layers[layer]?.x ?? 0;
  const size = boxSize(coming.length);
  const foot = boxes
    .filter((box) => box.x < x + size.width && box.x + box.width > x)
    .reduce((lowest, box) => Math.max(lowest, box.y + box.height), -BOX_GAP);
  const y = foot + BOX_GAP;
  boxes.push({ container, x, y, ...size, layer });
  const { rows } = gridOf(coming.length);
  for (const [at, { id }] of coming.entries()) {
    const cell = cellOf(at, rows);
    nodes.push({ id, x: x + cell.x, y: y + cell.y });
  }
}

/** The first layer for who only sends, the last for who is only sent to, else one between. */
function sideOf(coming: readonly LayoutNode[], { edges }: LayoutInput, layers: number): number {
  const ids = new Set(coming.map(({ id }) => id));
  const sends = edges.some(({ source }) => ids.has(source));
  const takes = edges.some(({ destination }) => ids.has(destination));
  if (sends && !takes) return 0;
  return takes && !sends ? Math.max(0, layers - 1) : Math.floor(Math.max(0, layers - 1) / 2);
}
