import { describe, expect, it } from "vitest";
import { keepValues, MAX_KEPT, type ShownFacet } from "@/components/facets/steady-values";
import type { Facet } from "@/lib/drops/view";

function facet(counts: Record<string, number>, more = 0): Facet {
  const values = Object.entries(counts).map(([value, attempts]) => ({
    value,
    attempts,
    drops: attempts * 2,
    selected: null,
  }));
  return { field: "tag", values, more };
}

const first = (counts: Record<string, number>) => keepValues(null, facet(counts), false);
const told = ({ values }: ShownFacet) => values.map(({ value, attempts }) => [value, attempts]);

describe("keepValues", () => {
  it("keeps a value that has come to nothing, after those that have something", () => {
    const shown = keepValues(first({ a: 5, b: 3 }), facet({ b: 4 }), false);
    expect(told(shown)).toEqual([
      ["b", 4],
      ["a", 0],
    ]);
  });

  it("moves nothing while it is held, and puts new values at the end", () => {
    const shown = keepValues(first({ a: 5, b: 3 }), facet({ c: 9, b: 6 }), true);
    expect(told(shown)).toEqual([
      ["a", 0],
      ["b", 6],
      ["c", 9],
    ]);
  });

  it("does not call a value zero that only fell off the end of a long list", () => {
    const held = keepValues(first({ a: 5, b: 3 }), facet({ b: 6 }, 4), true);
    expect(held.values.map(({ known }) => known)).toEqual([false, true]);
    expect(told(keepValues(held, facet({ b: 6 }, 4), false))).toEqual([["b", 6]]);
  });

  it("does not grow without end", () => {
    let shown = first({});
    for (let round = 0; round < 50; round += 1) {
      shown = keepValues(shown, facet({ [`value-${round}`]: 1 }), false);
    }
    expect(shown.values).toHaveLength(MAX_KEPT);
  });
});
