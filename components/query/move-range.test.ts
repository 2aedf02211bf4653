import { describe, expect, it } from "vitest";
import { rangeProblem, shifted, spanOf, widened } from "@/components/query/move-range";

const NOW = 1_795_000_000_000;
const HOUR = 3_600_000;
const live = { range: "1h", span: null } as const;

describe("moving a range", () => {
  it("goes half its length to the past, and from live too", () => {
    expect(shifted(live, -1, NOW).span).toEqual({ fromMs: NOW - 1.5 * HOUR, toMs: NOW - HOUR / 2 });
  });

  it("is live again where it would pass now", () => {
    const back = shifted(live, -1, NOW);
    expect(shifted(back, 1, NOW)).toEqual(live);
    expect(shifted(back, 1, NOW + HOUR / 20)).toEqual(live);
    expect(shifted(back, 1, NOW + HOUR / 5).span).not.toBeNull();
  });

  it("comes back to where it was between", () => {
    const past = { range: "1h", span: { fromMs: NOW - 9 * HOUR, toMs: NOW - 8 * HOUR } } as const;
    expect(shifted(shifted(past, -1, NOW), 1, NOW)).toEqual(past);
  });

  it("is twice as long around its middle, and never ends after now", () => {
    const past = { range: "1h", span: { fromMs: NOW - 9 * HOUR, toMs: NOW - 8 * HOUR } } as const;
    expect(widened(past, NOW).span).toEqual({ fromMs: NOW - 9.5 * HOUR, toMs: NOW - 7.5 * HOUR });
    const late = { range: "1h", span: { fromMs: NOW - HOUR, toMs: NOW } } as const;
    expect(widened(late, NOW).span).toEqual({ fromMs: NOW - 2 * HOUR, toMs: NOW });
  });

  it("goes to the next longer live range while it is live, up to the longest", () => {
    expect(widened(live, NOW)).toEqual({ range: "3h", span: null });
    expect(widened({ range: "30d", span: null }, NOW)).toEqual({ range: "30d", span: null });
    expect(spanOf({ range: "30d", span: null }, NOW).fromMs).toBe(NOW - 30 * 24 * HOUR);
  });

  it("says why two times are no range", () => {
    expect(rangeProblem({ fromMs: 5_000, toMs: 5_000 }, NOW)).toMatch(/after the begin/);
    expect(rangeProblem({ fromMs: 5_000, toMs: 5_500 }, NOW)).toMatch(/a second/);
    expect(rangeProblem({ fromMs: 0, toMs: NOW }, NOW)).toMatch(/400 days/);
    expect(rangeProblem({ fromMs: NOW + HOUR, toMs: NOW + 2 * HOUR }, NOW)).toMatch(/future/);
    expect(rangeProblem({ fromMs: NOW - HOUR, toMs: NOW + HOUR }, NOW)).toBeNull();
  });
});
