import { describe, expect, it } from "vitest";
import {
  brushedSpan,
  bucketText,
  gapLabel,
  gapRuns,
  headline,
  niceCeiling,
  spacedRuns,
  timelineSummary,
} from "@/components/triage/timeline-text";
import type { Bucket } from "@/lib/drops/view";

const MINUTE = 60_000;
const at = (minute: number, change: Partial<Bucket> = {}): Bucket => ({
  timeMs: minute * MINUTE,
  dropped: 0,
  audit: 0,
  infrastructure: 0,
  expected: 0,
  gap: false,
  ...change,
});

describe("bucketText", () => {
  it("never reads a gap as zero", () => {
    expect(bucketText(at(5, { gap: true }), MINUTE, "utc")).toBe(
      "00:05:00–00:06:00: no data, no source was connected",
    );
    expect(bucketText(at(5), MINUTE, "utc")).toBe("00:05:00–00:06:00: nothing dropped");
  });

  it("names the day where the range is longer than one", () => {
    expect(bucketText(at(24 * 60), 168 * MINUTE, "utc")).toBe("01-02 00:00–02:48: nothing dropped");
  });

  it("names each kind that occurs", () => {
    expect(bucketText(at(0, { dropped: 61, audit: 12 }), 5 * MINUTE, "utc")).toBe(
      "00:00–00:05: 61 dropped, 12 audit",
    );
  });
});

describe("gapRuns", () => {
  it("joins neighbouring buckets without coverage", () => {
    const timeline = [
      at(0),
      at(1, { gap: true }),
      at(2, { gap: true }),
      at(3),
      at(4, { gap: true }),
    ];
    expect(gapRuns(timeline, MINUTE, [])).toEqual([
      { fromMs: MINUTE, toMs: 2 * MINUTE },
      { fromMs: 4 * MINUTE, toMs: 4 * MINUTE },
    ]);
  });

  it("marks the buckets that a gap touches though flows came in them", () => {
    const gaps = [{ fromMs: MINUTE + 20_000, toMs: MINUTE + 40_000, refilled: true }];
    expect(gapRuns([at(0), at(1), at(2)], MINUTE, gaps)).toEqual([
      { fromMs: MINUTE, toMs: MINUTE },
    ]);
  });

  it("is labelled with the times of the gap itself", () => {
    const gaps = [{ fromMs: 5 * MINUTE + 2_000, toMs: 8 * MINUTE + 1_000, refilled: false }];
    const run = { fromMs: 5 * MINUTE, toMs: 8 * MINUTE };
    expect(gapLabel(run, MINUTE, gaps, "utc")).toBe("no data 00:05–00:08");
    const refilled = gaps.map((gap) => ({ ...gap, refilled: true }));
    expect(gapLabel(run, MINUTE, refilled, "utc")).toBe("away 00:05–00:08, filled in later");
  });
});

describe("spacedRuns", () => {
  it("notes the later of two gaps that lie too close for two notes", () => {
    const [far, near, last] = [0, 50, 55].map((minute) => ({
      fromMs: minute * MINUTE,
      toMs: minute * MINUTE,
    }));
    const runs = [far, near, last].filter((run) => run !== undefined);
    expect([...spacedRuns(runs, 12 * MINUTE)]).toEqual([last, far]);
  });
});

describe("timelineSummary", () => {
  it("says sums, the peak and the gaps", () => {
    const timeline = [at(0, { dropped: 2 }), at(1, { dropped: 9, infrastructure: 1 })];
    const gaps = [{ fromMs: 0, toMs: 3 * MINUTE, refilled: false }];
    const summary = timelineSummary(timeline, MINUTE, gaps, "utc");
    expect(summary).toContain("11 dropped, 1 infrastructure");
    expect(summary).toContain("most in 00:01:00–00:02:00: 9 dropped, 1 infrastructure");
    expect(summary).toContain("no data 00:00–00:03");
  });
});

describe("headline", () => {
  it.each([
    [50, "50 ms"],
    [5_000, "5 s"],
    [800_000, "800 s"],
    [MINUTE, "minute"],
    [24 * MINUTE, "24 min"],
    [60 * MINUTE, "hour"],
    [84 * MINUTE, "84 min"],
    [168 * MINUTE, "2 h 48 min"],
    [720 * MINUTE, "12 h"],
    [9_600 * MINUTE, "160 h"],
  ])("says of bars of %i ms how wide they are: %s", (stepMs, text) => {
    expect(headline(stepMs)).toBe(`Attempts per ${text}`);
  });
});

describe("niceCeiling", () => {
  it("is a round figure at or above the count", () => {
    expect([0, 3, 7, 118, 950, 1_200].map(niceCeiling)).toEqual([4, 4, 8, 150, 1_000, 1_500]);
  });
});

describe("brushedSpan", () => {
  it("covers whole buckets, whichever way it was dragged", () => {
    const timeline = [at(0), at(1), at(2), at(3)];
    expect(brushedSpan(timeline, MINUTE, 0.7, 0.3)).toEqual({ fromMs: MINUTE, toMs: 3 * MINUTE });
  });
});
