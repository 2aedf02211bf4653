import { describe, expect, it } from "vitest";
import { median } from "./report";
import { slopePerMinute } from "./slope";

describe("median", () => {
  it("is the middle one, or the mean of the middle two", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
  });

  it("of nothing is no number", () => {
    expect(median([])).toBeNaN();
  });
});

describe("slopePerMinute", () => {
  it("is the growth of a straight line, whatever its height", () => {
    const samples = [0, 1, 2, 3].map((i) => ({ atMs: i * 30_000, value: 500 + i * 2 }));
    expect(slopePerMinute(samples)).toBeCloseTo(4);
  });

  it("of a steady value with noise that evens out is 0", () => {
    const samples = [1, -1, -1, 1].map((noise, i) => ({ atMs: i * 1_000, value: 7 + noise }));
    expect(slopePerMinute(samples)).toBeCloseTo(0);
  });
});
