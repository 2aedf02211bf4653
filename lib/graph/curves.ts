/**
 * The lines of the drawn edges, in the layout's pixels. Every line leaves and reaches a node
 * level; ends at one node's side are spread, so that edges to and fro and both directions of
 * enforcement never lie on each other.
 */
import type { DrawnEdge } from "./choose";
import { NODE_HEIGHT, NODE_WIDTH, type Placement, type Point } from "./placement";

/** Two control points and the end of a cubic, six numbers a piece. */
export type Curve = {
  edge: DrawnEdge;
  start: Point;
  pieces: readonly number[];
  end: Point;
  /** 1 where it reaches its end from the left, -1 from the right. */
  heading: 1 | -1;
  left: number;
  top: number;
  right: number;
  bottom: number;
};

type Side = "left" | "right";
type Ends = { edge: DrawnEdge; from: Side; to: Side; loop: boolean };

/** Ends at one side of a node are at most this far apart. */
const END_STEP = 6;
const END_ROOM = NODE_HEIGHT - 8;

export type Curver = {
  /** All edges of a picture, with their ends spread. Edges without a place are left out. */
  all(edges: readonly DrawnEdge[]): Curve[];
  /** A single edge of a picture that is too crowded for all. */
  one(edge: DrawnEdge): Curve | null;
};

export function createCurver(placement: Placement, placeOf: (node: string) => string): Curver {
  const places = new Map<string, Point>(placement.nodes.map((node) => [node.id, node]));
  const ways = new Map(placement.ways.map(({ edge, points }) => [edge, points]));

  function endsOf(edge: DrawnEdge): Ends | null {
    const source = places.get(edge.source);
    const destination = places.get(edge.destination);
    if (source === undefined || destination === undefined) return null;
    // What is refused to itself goes round its left, where fewer lines leave.
    if (edge.source === edge.destination) return { edge, from: "left", to: "left", loop: true };
    return { edge, ...sidesOf(source, destination) };
  }

  function curveOf(ends: Ends, fromShift: number, toShift: number, used: Map<string, number>) {
    const { edge } = ends;
    const way = `${placeOf(edge.source)}\n${placeOf(edge.destination)}`;
    const nth = used.get(way) ?? 0;
    used.set(way, nth + 1);
    const start = endPoint(places.get(edge.source), ends.from, fromShift);
    const end = endPoint(places.get(edge.destination), ends.to, toShift);
    if (ends.loop) return loopCurve(edge, start, end, ends.to);
    return throughCurve(edge, start, end, ends.to === "left" ? 1 : -1, ways.get(way), nth);
  }

  return {
    all(edges) {
      const placed = edges.map(endsOf).filter((ends) => ends !== null);
      const shifts = spreadEnds(placed, places);
      const used = new Map<string, number>();
      return placed.map((ends, at) =>
        curveOf(ends, shifts.from[at] ?? 0, shifts.to[at] ?? 0, used),
      );
    },
    one(edge) {
      const ends = endsOf(edge);
      return ends === null ? null : curveOf(ends, 0, 0, new Map());
    },
  };
}

function sidesOf(source: Point, destination: Point): Omit<Ends, "edge"> {
  if (destination.x >= source.x + NODE_WIDTH) return { from: "right", to: "left", loop: false };
  if (destination.x + NODE_WIDTH <= source.x) return { from: "left", to: "right", loop: false };
  return { from: "right", to: "right", loop: true };
}

function endPoint(node: Point | undefined, side: Side, shift: number): Point {
  const { x, y } = node ?? { x: 0, y: 0 };
  return { x: side === "right" ? x + NODE_WIDTH : x, y: y + NODE_HEIGHT / 2 + shift };
}

/** How far each end lies from the middle of its node's side, ordered by where the line comes from. */
function spreadEnds(placed: readonly Ends[], places: ReadonlyMap<string, Point>) {
  const sides = new Map<string, { at: number; isFrom: boolean; y: number }[]>();
  const put = (node: string, side: Side, end: { at: number; isFrom: boolean; y: number }) => {
    const key = `${side} ${node}`;
    const list = sides.get(key);
    if (list === undefined) sides.set(key, [end]);
    else list.push(end);
  };
  for (const [at, { edge, from, to }] of placed.entries()) {
    const [source, destination] = [places.get(edge.source), places.get(edge.destination)];
    put(edge.source, from, { at, isFrom: true, y: destination?.y ?? 0 });
    put(edge.destination, to, { at, isFrom: false, y: source?.y ?? 0 });
  }
  const shifts = { from: [] as number[], to: [] as number[] };
  for (const ends of sides.values()) {
    ends.sort((a, b) => a.y - b.y || a.at - b.at || Number(b.isFrom) - Number(a.isFrom));
    const step = ends.length < 2 ? 0 : Math.min(END_STEP, END_ROOM / (ends.length - 1));
    for (const [nth, { at, isFrom }] of ends.entries()) {
      shifts[isFrom ? "from" : "to"][at] = (nth - (ends.length - 1) / 2) * step;
    }
  }
  return shifts;
}

/** Round the side of a column, further out the longer it is. */
function loopCurve(edge: DrawnEdge, start: Point, end: Point, side: Side): Curve {
  const reach = 26 + Math.min(96, Math.abs(end.y - start.y) * 0.28);
  const isLeft = side === "left";
  const out = isLeft ? Math.min(start.x, end.x) - reach : Math.max(start.x, end.x) + reach;
  const tilt = edge.source === edge.destination ? 8 : 0;
  const from = { x: start.x, y: start.y - tilt / 2 };
  const to = { x: end.x, y: end.y + tilt / 2 };
  const pieces = [out, from.y - tilt, out, to.y + tilt, to.x, to.y];
  return finish(edge, from, pieces, to, isLeft ? 1 : -1);
}

function throughCurve(
  edge: DrawnEdge,
  start: Point,
  end: Point,
  heading: 1 | -1,
  lane: readonly Point[] | undefined,
  nth: number,
): Curve {
  const stops: Point[] = [];
  const shift = (nth % 4) * 5 - 7;
  for (const { x, y } of lane ?? []) {
    const before = stops.at(-1) ?? start;
    // A lane made for another shape of the graph leads nowhere.
    if ((x - before.x) * heading > 8 && (end.x - x) * heading > 8) stops.push({ x, y: y + shift });
  }
  const pieces: number[] = [];
  let from = start;
  for (const to of [...stops, end]) {
    const bend = Math.max(24, Math.abs(to.x - from.x) * 0.48) * heading;
    const isLevel = to.y === from.y;
    if (isLevel) pieces.push(from.x, from.y, to.x, to.y, to.x, to.y);
    else pieces.push(from.x + bend, from.y, to.x - bend, to.y, to.x, to.y);
    from = to;
  }
  return finish(edge, start, pieces, end, heading);
}

function finish(
  edge: DrawnEdge,
  start: Point,
  pieces: readonly number[],
  end: Point,
  heading: 1 | -1,
): Curve {
  let [left, right, top, bottom] = [start.x, start.x, start.y, start.y];
  for (let at = 0; at < pieces.length; at += 2) {
    const [x, y] = [pieces[at] ?? 0, pieces[at + 1] ?? 0];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { edge, start, pieces, end, heading, left, top, right, bottom };
}

/** The point at `t` (0 to 1) of a curve, counted by its pieces. */
export function pointAt({ start, pieces }: Curve, t: number): Point {
  const count = pieces.length / 6;
  const piece = Math.min(count - 1, Math.floor(t * count));
  const u = t * count - piece;
  const base = piece * 6;
  const from =
    piece === 0 ? start : { x: pieces[base - 2] ?? start.x, y: pieces[base - 1] ?? start.y };
  const at = (axis: 0 | 1, zero: number) => {
    const one = pieces[base + axis] ?? 0;
    const two = pieces[base + 2 + axis] ?? 0;
    const three = pieces[base + 4 + axis] ?? 0;
    const v = 1 - u;
    return v * v * v * zero + 3 * v * v * u * one + 3 * v * u * u * two + u * u * u * three;
  };
  return { x: at(0, from.x), y: at(1, from.y) };
}

/** The least distance of a point from a curve, as near as a pointer needs it. */
export function distanceTo(curve: Curve, x: number, y: number): number {
  const steps = 16 * Math.max(1, curve.pieces.length / 6);
  let least = Number.POSITIVE_INFINITY;
  let before = curve.start;
  for (let step = 1; step <= steps; step++) {
    const point = pointAt(curve, Math.min(1, step / steps));
    least = Math.min(least, distanceToLine(x, y, before, point));
    before = point;
  }
  return least;
}

function distanceToLine(x: number, y: number, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length));
  return Math.hypot(x - (a.x + t * dx), y - (a.y + t * dy));
}
