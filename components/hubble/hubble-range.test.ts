import { describe, expect, it } from "vitest";
import { hubbleRange, shownRange } from "@/components/hubble/hubble-range";

const NOW = Date.parse("2026-11-21T15:00:00Z");

describe("hubbleRange", () => {
  it("writes a live range as a duration that Go can read, which has no days", () => {
    expect(hubbleRange({ range: "15m", span: null }, false)).toEqual({ since: "15m" });
    expect(hubbleRange({ range: "7d", span: null }, true)).toEqual({ since: "168h", follow: true });
  });

  it("writes a range of the past as two times, and follows nothing", () => {
    const span = { fromMs: NOW - 60_000, toMs: NOW };
    expect(hubbleRange({ range: "1h", span }, true)).toEqual({
      since: "2026-11-21T14:59:00Z",
      until: "2026-11-21T15:00:00Z",
    });
  });
});

describe("shownRange", () => {
  it("takes the next longer live range for a duration, and the longest for more", () => {
    expect(shownRange({ since: "10m" }, NOW)).toEqual({ range: "15m", span: null });
    expect(shownRange({ since: "1h30m" }, NOW)).toEqual({ range: "3h", span: null });
    expect(shownRange({ since: "9999h" }, NOW)?.span).toBeNull();
  });

  it("takes two times as a range of the past", () => {
    const range = { since: "2026-11-21T14:00:00Z", until: "30m" };
    expect(shownRange(range, NOW)?.span).toEqual({
      fromMs: NOW - 3_600_000,
      toMs: NOW - 1_800_000,
    });
  });

  it("takes a time alone as from then to now", () => {
    const range = { since: "2026-11-21T14:00:00Z" };
    expect(shownRange(range, NOW)?.span).toEqual({ fromMs: NOW - 3_600_000, toMs: NOW });
  });

  it("has none where the command names none that can be shown", () => {
    for (const range of [{}, { follow: true }, { since: "yesterday" }, { until: "1h" }]) {
      expect(shownRange(range, NOW)).toBeNull();
    }
    expect(shownRange({ since: "1h", until: "2h" }, NOW)).toBeNull();
  });
});
