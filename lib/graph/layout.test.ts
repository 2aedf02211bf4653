import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layOut } from "./layout";
import { layOutAfter } from "./place-new";
import {
  type Box,
  type LayoutInput,
  NODE_HEIGHT,
  NODE_WIDTH,
  type Placement,
  type Point,
} from "./placement";
import { spread } from "./spread";

const inputs: fc.Arbitrary<LayoutInput> = fc
  .record({
    count: fc.integer({ min: 1, max: 70 }),
    containers: fc.integer({ min: 1, max: 12 }),
    edges: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 })), {
      maxLength: 120,
    }),
  })
  .map(({ count, containers, edges }) => ({
    nodes: Array.from({ length: count }, (_, at) => ({
      id: `n${at}`,
      container: `c${(at * 7) % containers}`,
      isFold: false,
    })),
    edges: edges.map(([source, destination, weight]) => ({
      source: `n${source % count}`,
      destination: `n${destination % count}`,
      weight,
    })),
  }));

type Rect = Point & { width: number; height: number };

const overlap = (a: Rect, b: Rect) =>
  a.x < b.x + b.width - 0.01 &&
  b.x < a.x + a.width - 0.01 &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01;

function overlaps(rects: readonly Rect[]): number {
  return rects.filter((one, at) => rects.slice(at + 1).some((other) => overlap(one, other))).length;
}

const rects = ({ nodes }: Placement): Rect[] =>
  nodes.map(({ x, y }) => ({ x, y, width: NODE_WIDTH, height: NODE_HEIGHT }));

const holds = (box: Box, { x, y, width, height }: Rect) =>
  x >= box.x && y >= box.y && x + width <= box.x + box.width && y + height <= box.y + box.height;

function expectTidy(placement: Placement, input: LayoutInput): void {
  expect(placement.nodes.map(({ id }) => id).sort()).toEqual(
    input.nodes.map(({ id }) => id).sort(),
  );
  expect(overlaps(placement.boxes)).toBe(0);
  expect(overlaps(rects(placement))).toBe(0);
  const containerOf = new Map(input.nodes.map(({ id, container }) => [id, container]));
  for (const node of placement.nodes) {
    const rect = { ...node, width: NODE_WIDTH, height: NODE_HEIGHT };
    const home = placement.boxes.filter((box) => holds(box, rect));
    expect(home.map(({ container }) => container)).toEqual([containerOf.get(node.id)]);
  }
}

describe("layOut", () => {
  it("places every node in a box of its container, and nothing on anything else", () => {
    fc.assert(
      fc.property(inputs, (input) => expectTidy(layOut(input), input)),
      { numRuns: 50 },
    );
  });

  it("gives the same places for the same graph", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(layOut(input)).toEqual(layOut(input));
      }),
      { numRuns: 20 },
    );
  });

  it("puts who is refused left of whom they wanted", () => {
    const placement = layOut({
      nodes: ["a", "b", "c"].map((id) => ({ id, container: `in ${id}`, isFold: false })),
      edges: [
        { source: "a", destination: "b", weight: 1 },
        { source: "b", destination: "c", weight: 1 },
        { source: "a", destination: "c", weight: 1 },
      ],
    });
    const x = (id: string) => placement.nodes.find((node) => node.id === id)?.x ?? Number.NaN;
    expect(x("a")).toBeLessThan(x("b"));
    expect(x("b")).toBeLessThan(x("c"));
    expect(placement.layers.map(({ role }) => role)).toEqual(["who", "both", "whom"]);
  });

  it("leads an edge that passes a layer through a lane beside the boxes", () => {
    const chain = [
      ["a", "b"],
      ["b", "c"],
      ["a", "c"],
    ] as const;
    const placement = layOut({
      nodes: ["a", "b", "c"].map((id) => ({ id, container: id, isFold: false })),
      edges: chain.map(([source, destination]) => ({ source, destination, weight: 1 })),
    });
    const way = placement.ways.find(({ edge }) => edge === "a\nc");
    const middle = placement.boxes.find(({ container }) => container === "b");
    expect(way?.points).toHaveLength(2);
    for (const { y } of way?.points ?? []) {
      const isBeside = y < (middle?.y ?? 0) || y > (middle?.y ?? 0) + (middle?.height ?? 0);
      expect(isBeside).toBe(true);
    }
  });

  it("breaks a layer that is too high into columns", () => {
    const nodes = Array.from({ length: 900 }, (_, at) => ({
      id: `n${at}`,
      container: `c${at % 60}`,
      isFold: false,
    }));
    const edges = nodes.slice(1).map(({ id }) => ({ source: id, destination: "n0", weight: 1 }));
    const { width, height } = layOut({ nodes, edges });
    expect(width / height).toBeGreaterThan(0.8);
    expect(width / height).toBeLessThan(3);
  });
});

describe("layOutAfter", () => {
  it("never moves what is placed, and still overlaps nothing", () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 69 }), (input, kept) => {
        const part = { ...input, nodes: input.nodes.slice(0, kept) };
        const before = layOut(part);
        const after = layOutAfter(before, input);
        const places = new Map(after.nodes.map((node) => [node.id, node]));
        for (const node of before.nodes) expect(places.get(node.id)).toEqual(node);
        expectTidy(after, input);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves the place of a node that is gone empty, and gives it to the next", () => {
    const at = (...ids: string[]): LayoutInput => ({
      nodes: ids.map((id) => ({ id, container: "c", isFold: false })),
      edges: [],
    });
    const before = layOut(at("a", "b", "c"));
    const gone = layOutAfter(before, at("a", "c"));
    expect(gone.boxes).toEqual(before.boxes);
    const back = layOutAfter(gone, at("a", "c", "d"));
    const place = (placement: Placement, id: string) => {
      const { x, y } = placement.nodes.find((node) => node.id === id) ?? { x: -1, y: -1 };
      return { x, y };
    };
    expect(place(back, "d")).toEqual(place(before, "b"));
  });
});

describe("spread", () => {
  it("keeps order and distance, and moves nothing that has room", () => {
    const wishes = fc.array(
      fc.record({
        y: fc.integer({ min: -500, max: 500 }),
        height: fc.integer({ min: 1, max: 90 }),
      }),
    );
    fc.assert(
      fc.property(wishes, (some) => {
        const tops = spread(some, 10);
        for (let at = 1; at < tops.length; at++) {
          const before = (tops[at - 1] ?? 0) + (some[at - 1]?.height ?? 0) + 10;
          expect((tops[at] ?? 0) - before).toBeGreaterThanOrEqual(-1e-6);
        }
      }),
    );
    const roomy = [
      { y: 0, height: 10 },
      { y: 40, height: 10 },
    ];
    expect(spread(roomy, 10)).toEqual([0, 40]);
    const crowded = [
      { y: 0, height: 10 },
      { y: 0, height: 10 },
    ];
    expect(spread(crowded, 10)).toEqual([-10, 10]);
  });
});
