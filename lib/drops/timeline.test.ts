import { describe, expect, it } from "vitest";
import { bucketStart, chooseStep, FINE_BUCKETS, liveRange } from "./timeline";

const HOUR = 3_600_000;

describe("chooseStep", () => {
  it.each([
    [HOUR, 30_000],
    [5 * 60_000, 2500],
    [24 * HOUR, 720_000],
    [1, 1],
    [0, 1],
  ])("cuts %i ms into 120 buckets of %i ms", (rangeMs, stepMs) => {
    expect(chooseStep(rangeMs)).toBe(stepMs);
  });
});

describe("liveRange", () => {
  it("has whole buckets, the last of which holds now", () => {
    for (const nowMs of [1_768_471_200_000, 1_768_471_229_999, 1_768_471_230_000]) {
      const { fromMs, toMs, stepMs } = liveRange(HOUR, nowMs);
      expect(fromMs).toBe(bucketStart(fromMs, stepMs));
      expect((toMs - fromMs) / stepMs).toBe(FINE_BUCKETS);
      expect(bucketStart(nowMs, stepMs)).toBe(toMs - stepMs);
    }
  });
});
