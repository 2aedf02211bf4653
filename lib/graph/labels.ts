/** Where the numbers of edges stand: on their line, and never on a node or on each other. */
import { type Curve, pointAt } from "./curves";
import { NODE_HEIGHT, NODE_WIDTH, type Placement, type Point } from "./placement";

export type EdgeLabel<C extends Curve = Curve> = Point & {
  curve: C;
  count: string;
  port: string;
  width: number;
  /** Width of the number with the space behind it. */
  countWidth: number;
};

/** The number, and what stands behind it where there is room. */
export type Words = { count: string; port: string };

const HEIGHT = 15;
/** Widths of a figure and of a letter of the port. */
const DIGIT = 6.4;
const LETTER = 5.7;
const GRID = 64;
/** Where on its line a label may stand, the best place first. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

/** The busiest edges choose first: all that fits, else the number alone, else nothing at rest. */
export function placeLabels<C extends Curve>(
  curves: readonly C[],
  placement: Placement,
  wordsOf: (curve: C) => Words,
): EdgeLabel<C>[] {
  const taken = createTaken();
  for (const { x, y } of placement.nodes) taken.add(x, y, NODE_WIDTH, NODE_HEIGHT);
  const labels: EdgeLabel<C>[] = [];
  const ranked = curves.toSorted((a, b) => b.edge.attempts - a.edge.attempts);
  for (const curve of ranked) {
    const { count, port } = wordsOf(curve);
    for (const behind of port === "" ? [""] : [port, ""]) {
      const label = tryPlaces(curve, count, behind, taken);
      if (label === null) continue;
      labels.push(label);
      break;
    }
  }
  return labels;
}

function tryPlaces<C extends Curve>(
  curve: C,
  count: string,
  port: string,
  taken: Taken,
): EdgeLabel<C> | null {
  const countWidth = count.length * DIGIT + (port === "" ? 0 : 5);
  const width = countWidth + port.length * LETTER + 8;
  for (const place of placesOn(curve)) {
    const { x, y } = pointAt(curve, place);
    if (!taken.isFree(x - width / 2, y - HEIGHT / 2, width, HEIGHT)) continue;
    taken.add(x - width / 2, y - HEIGHT / 2, width, HEIGHT);
    return { x, y, curve, count, port, width, countWidth };
  }
  return null;
}

/** On a line with lanes the middles of the lanes come first: there it runs level, and alone. */
function placesOn({ pieces }: Curve): readonly number[] {
  const count = pieces.length / 6;
  if (count < 3) return PLACES;
  const lanes: number[] = [];
  for (let piece = 1; piece < count; piece += 2) {
    for (const part of [0.5, 0.25, 0.75]) lanes.push((piece + part) / count);
  }
  return [...lanes, ...PLACES];
}

type Taken = ReturnType<typeof createTaken>;

function createTaken() {
  const cells = new Map<string, number[][]>();
  function* keys(x: number, y: number, width: number, height: number) {
    for (let column = Math.floor(x / GRID); column <= Math.floor((x + width) / GRID); column++) {
      for (let row = Math.floor(y / GRID); row <= Math.floor((y + height) / GRID); row++) {
        yield `${column} ${row}`;
      }
    }
  }
  return {
    add(x: number, y: number, width: number, height: number): void {
      const rect = [x, y, x + width, y + height];
      for (const key of keys(x, y, width, height)) {
        const list = cells.get(key);
        if (list === undefined) cells.set(key, [rect]);
        else list.push(rect);
      }
    },
    isFree(x: number, y: number, width: number, height: number): boolean {
      for (const key of keys(x, y, width, height)) {
        for (const [left = 0, top = 0, right = 0, bottom = 0] of cells.get(key) ?? []) {
          if (x < right && left < x + width && y < bottom && top < y + height) return false;
        }
      }
      return true;
    },
  };
}
