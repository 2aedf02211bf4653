import { describe, expect, it } from "vitest";
import { createMinuteRate } from "./minute-rate";

describe("a rate of the last minute", () => {
  it("is the mean of whole seconds, without the one that still runs", () => {
    const rate = createMinuteRate(0);
    for (let second = 0; second < 60; second += 1) rate.add(second * 1_000, 30);
    rate.add(60_000, 5_000);
    expect(rate.perSecond(60_500)).toBe(30);
  });

  it("is spread over what has passed, before the first minute is over", () => {
    const rate = createMinuteRate(10_000);
    rate.add(10_200, 40);
    expect(rate.perSecond(14_000)).toBe(10);
  });

  it("forgets what is older than a minute, also after a long silence", () => {
    const rate = createMinuteRate(0);
    rate.add(1_000, 600);
    expect(rate.perSecond(61_000)).toBe(10);
    expect(rate.perSecond(62_000)).toBe(0);
    rate.add(3_600_000, 60);
    expect(rate.perSecond(3_601_000)).toBe(1);
  });

  it("tells the seconds one by one, the oldest first", () => {
    const rate = createMinuteRate(0);
    rate.add(57_000, 7);
    rate.add(59_999, 9);
    const seconds = rate.lastMinute(60_000);
    expect(seconds).toHaveLength(60);
    expect(seconds.slice(-3)).toEqual([7, 0, 9]);
  });

  it("takes a clock that went back as the same second", () => {
    const rate = createMinuteRate(0);
    rate.add(5_000, 1);
    rate.add(2_000, 1);
    expect(rate.lastMinute(6_000).at(-1)).toBe(2);
  });
});
