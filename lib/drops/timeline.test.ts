import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketStart,
  COARSE_MS,
  chooseStep,
  cutRange,
  drawBars,
  FINE_BUCKETS,
  liveRange,
} from "./timeline";

const HOUR = 3_600_000;

describe("chooseStep", () => {
  it.each([
    [HOUR, 30_000],
    [5 * 60_000, 2500],
    [12 * HOUR, 360_000],
    [24 * HOUR, 720_000],
    [7 * 24 * HOUR, 84 * 60_000],
    [30 * 24 * HOUR, 6 * HOUR],
    [1, 1],
    [0, 1],
  ])("cuts %i ms into 120 buckets of %i ms", (rangeMs, stepMs) => {
    expect(chooseStep(rangeMs)).toBe(stepMs);
  });

  it.each([23, 24, 25])("cuts a day of %i hours into slots of the store", (hours) => {
    expect(chooseStep(hours * HOUR)).toBe(COARSE_MS);
  });

  it("cuts any range of 18 hours and more into whole slots, neither few nor many, as few bars", () => {
    const lengths = fc.integer({ min: 18 * HOUR, max: 400 * 24 * HOUR });
    const property = fc.property(fc.nat(24 * HOUR), lengths, (fromMs, length) => {
      const stepMs = chooseStep(length);
      expect(stepMs % COARSE_MS).toBe(0);
      const cut = cutRange({ fromMs, toMs: fromMs + length, stepMs });
      expect(cut.count).toBeGreaterThanOrEqual(90);
      expect(cut.count).toBeLessThanOrEqual(241);
      const bars = drawBars(cut, () => 0).length;
      expect(bars).toBeGreaterThanOrEqual(45);
      expect(bars).toBeLessThanOrEqual(77);
    });
    fc.assert(property);
  });
});

describe("drawBars", () => {
  it("asks of a bar that lies partly outside of the buckets only what is inside", () => {
    const asked: [number, number][] = [];
    drawBars(
      { first: 3, count: 4, stepMs: 10, barMs: 20 },
      () => 0,
      (fromMs, toMs) => asked.push([fromMs, toMs]) < 0,
    );
    expect(asked).toEqual([
      [30, 40],
      [40, 60],
      [60, 70],
    ]);
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

  it("holds all of a range that is no multiple of its step", () => {
    for (const rangeMs of [36 * HOUR, 47 * HOUR, 100 * HOUR + 1, 61_001]) {
      const { fromMs, toMs } = liveRange(rangeMs, 1_768_471_229_999);
      expect(toMs - fromMs).toBeGreaterThanOrEqual(rangeMs);
    }
  });
});
