import { describe, expect, it } from "vitest";
import { gapsBetween } from "./gaps";

const at = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe("gapsBetween", () => {
  it("is the whole span when nothing was connected", () => {
    expect(gapsBetween([], 0, 100, 10)).toEqual([at(0, 100)]);
  });

  it("is empty when one interval covers the span and more", () => {
    expect(gapsBetween([at(-50, 500)], 0, 100, 10)).toEqual([]);
  });

  it("finds the hole between two heartbeats and the ends nobody watched", () => {
    const gaps = gapsBetween([at(60, 70), at(20, 30)], 0, 100, 10);
    expect(gaps).toEqual([at(0, 20), at(30, 60), at(70, 100)]);
  });

  it("forgives a hole of exactly the tolerance and no more", () => {
    expect(gapsBetween([at(0, 40), at(50, 100)], 0, 100, 10)).toEqual([]);
    expect(gapsBetween([at(0, 40), at(51, 100)], 0, 100, 10)).toEqual([at(40, 51)]);
  });

  it("lets a long interval cover the holes between short ones inside it", () => {
    expect(gapsBetween([at(0, 90), at(10, 20), at(85, 100)], 0, 100, 0)).toEqual([]);
  });

  it("ignores intervals outside the span and intervals without length", () => {
    expect(gapsBetween([at(-20, -10), at(50, 50), at(200, 300)], 0, 100, 0)).toEqual([at(0, 100)]);
  });

  it("has no gap in a span without length", () => {
    expect(gapsBetween([], 100, 100, 0)).toEqual([]);
  });
});
