/** Where the numbers of edges stand: on their line, and never on a node or on each other. */
import { type Curve, pointAt } from "./curves";
import { NODE_HEIGHT, NODE_WIDTH, type Placement, type Point } from "./placement";

export type EdgeLabel = Point & { curve: Curve; text: string; width: number };

export type Words = { long: string; short: string };

const HEIGHT = 15;
const CHAR = 6.3;
const GRID = 64;
/** Where on its line a label may stand, the best place first. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

/** The busiest edges choose first: all that fits, else the number alone, else nothing at rest. */
export function placeLabels(
  curves: readonly Curve[],
  placement: Placement,
  wordsOf: (curve: Curve) => Words,
): EdgeLabel[] {
  const taken = createTaken();
  for (const { x, y } of placement.nodes) taken.add(x, y, NODE_WIDTH, NODE_HEIGHT);
  const labels: EdgeLabel[] = [];
  const ranked = curves.toSorted((a, b) => b.edge.attempts - a.edge.attempts);
  for (const curve of ranked) {
    const { long, short } = wordsOf(curve);
    for (const text of long === short ? [short] : [long, short]) {
      const label = tryPlaces(curve, text, taken);
      if (label === null) continue;
      labels.push(label);
      break;
    }
  }
  return labels;
}

function tryPlaces(curve: Curve, text: string, taken: Taken): EdgeLabel | null {
  const width = text.length * CHAR + 8;
  for (const place of PLACES) {
    const { x, y } = pointAt(curve, place);
    if (!taken.isFree(x - width / 2, y - HEIGHT / 2, width, HEIGHT)) continue;
    taken.add(x - width / 2, y - HEIGHT / 2, width, HEIGHT);
    return { x, y, curve, text, width };
  }
  return null;
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
