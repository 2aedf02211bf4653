import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMoment, isBefore, readMoment } from "./moment";

describe("readMoment", () => {
  it.each([
    ["1970-01-01T00:00:00Z", { timeMs: 0, timeNanos: 0 }],
    ["2026-11-21T07:00:00.123456789Z", { timeMs: 1795244400123, timeNanos: 456789 }],
    ["2026-11-21T08:00:00.5+01:00", { timeMs: 1795244400500, timeNanos: 0 }],
  ])("reads %s", (text, moment) => {
    expect(readMoment(text)).toEqual(moment);
  });

  it.each(["soon", "", "2026-11-21", "2026-11-21T07:00:00", "2026-13-21T07:00:00Z"])(
    "refuses %j",
    (text) => {
      expect(readMoment(text)).toBeNull();
    },
  );

  it("reads back what formatMoment wrote", () => {
    const moment = fc.record({
      timeMs: fc.integer({ min: 0, max: 4e12 }),
      timeNanos: fc.integer({ min: 0, max: 999_999 }),
    });
    fc.assert(
      fc.property(moment, (at) => {
        expect(readMoment(formatMoment(at))).toEqual(at);
      }),
    );
  });
});

describe("isBefore", () => {
  it("tells nanoseconds apart", () => {
    expect(isBefore({ timeMs: 5, timeNanos: 1 }, { timeMs: 5, timeNanos: 2 })).toBe(true);
    expect(isBefore({ timeMs: 5, timeNanos: 2 }, { timeMs: 5, timeNanos: 2 })).toBe(false);
    expect(isBefore({ timeMs: 4, timeNanos: 9 }, { timeMs: 5, timeNanos: 0 })).toBe(true);
  });
});
