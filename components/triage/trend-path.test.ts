import { describe, expect, it } from "vitest";
import { gapBlocks, TREND_HEIGHT, trendPath } from "@/components/triage/trend-path";

describe("trendPath", () => {
  it("draws a bar for each block that is not zero, the tallest over the full height", () => {
    const path = trendPath([0, 5, 10]);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toContain(` 0.00h`);
  });

  it("keeps a single attempt visible beside thousands", () => {
    expect(trendPath([1, 100_000])).toContain(` ${(TREND_HEIGHT - 1.5).toFixed(2)}h`);
  });
});

describe("gapBlocks", () => {
  it("names the blocks a gap touches", () => {
    expect(gapBlocks([{ fromMs: 150, toMs: 301, refilled: false }], 0, 2_400, 24)).toBe("1-3");
  });

  it("leaves out gaps outside the range or filled in later, and cuts those that reach over its edge", () => {
    const gaps = [
      { fromMs: -500, toMs: -100, refilled: false },
      { fromMs: 400, toMs: 800, refilled: true },
      { fromMs: 2_350, toMs: 9_000, refilled: false },
    ];
    expect(gapBlocks(gaps, 0, 2_400, 24)).toBe("23-23");
  });
});
