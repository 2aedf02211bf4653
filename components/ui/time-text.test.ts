import { describe, expect, it, vi } from "vitest";
import {
  formatAge,
  formatLength,
  formatMoment,
  formatSpan,
  formatStamp,
} from "@/components/ui/time-text";

const T = Date.parse("2026-11-21T14:05:07.118Z");

describe("times", () => {
  it("says an age in its largest unit, and never a negative one", () => {
    const ages = [-5_000, 40_000, 20 * 60_000, 5 * 3_600_000, 26 * 3_600_000, 6 * 86_400_000];
    expect(ages.map(formatAge)).toEqual(["0s", "40s", "20m", "5h", "26h", "6d"]);
  });

  it("says a length in words", () => {
    const lengths = [2_000, 60_000, 1_800_000, 3_600_000, 86_400_000, 604_800_000];
    expect(lengths.map(formatLength)).toEqual(["2 s", "1 min", "30 min", "1 h", "24 h", "7 days"]);
  });

  it("gives the exact time with its zone", () => {
    expect(formatStamp(T, "utc")).toBe("2026-11-21 14:05:07.118 UTC");
  });

  it("F59 clocks that are changed: an hour that is there twice has two names", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const once = Date.parse("2027-10-31T00:30:00Z");
    expect([once, once + 3_600_000].map((timeMs) => formatStamp(timeMs, "local"))).toEqual([
      "2027-10-31 02:30:00.000 UTC+02:00",
      "2027-10-31 02:30:00.000 UTC+01:00",
    ]);
    expect(formatSpan(once, once + 3_600_000, "local")).toBe("02:30 +02:00–02:30 +01:00");
    const spring = Date.parse("2027-03-28T00:45:00Z");
    expect(formatSpan(spring, spring + 1_800_000, "local")).toBe("01:45 +01:00–03:15 +02:00");
    expect(formatSpan(spring - 3_600_000, spring, "local")).toBe("00:45–01:45");
  });

  it("names the day only when it is another", () => {
    expect(formatMoment(T, T + 3_600_000, "utc")).toBe("14:05");
    expect(formatMoment(T, T + 86_400_000, "utc")).toBe("2026-11-21 14:05");
  });

  it("names the days of a span that is longer than one", () => {
    expect(formatSpan(T, T + 6 * 86_400_000, "utc")).toBe("11-21 14:05 – 11-27 14:05");
    expect(formatSpan(T, T + 3_600_000, "utc", true)).toBe("11-21 14:05–15:05");
    expect(formatSpan(T, T + 12 * 3_600_000, "utc")).toBe("14:05–02:05");
  });

  it("shows seconds where minutes would read as nothing", () => {
    expect(formatSpan(T, T + 29_000, "utc")).toBe("14:05:07–14:05:36");
    expect(formatSpan(T, T + 180_000, "utc")).toBe("14:05–14:08");
  });
});
