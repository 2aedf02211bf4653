import { describe, expect, it } from "vitest";
import { mergeDelta } from "@/components/live/merge";
import { sampleGroup, sampleView } from "@/components/triage/sample-group";
import type { Bucket, View, ViewDelta } from "@/lib/drops/view";

function deltaOf(view: View, change: Partial<ViewDelta>): ViewDelta {
  return { ...view, groups: [], removed: [], timeline: [], ...change };
}

function bucket(timeMs: number, dropped: number): Bucket {
  return { timeMs, dropped, audit: 0, infrastructure: 0, expected: 0, gap: false };
}

describe("mergeDelta", () => {
  const [a, b] = [sampleGroup({ id: "a" }), sampleGroup({ id: "b" })];
  const view = sampleView({ groups: [a, b], timeline: [bucket(0, 1), bucket(60_000, 2)] });

  it("replaces a changed group in its place and keeps the identity of the others", () => {
    const changed = sampleGroup({ id: "b", attempts: 9 });
    const merged = mergeDelta(view, deltaOf(view, { groups: [changed] }));
    expect(merged.groups).toEqual([a, changed]);
    expect(merged.groups[0]).toBe(a);
  });

  it("adds new groups at the end and takes removed ones away", () => {
    const merged = mergeDelta(
      view,
      deltaOf(view, { groups: [sampleGroup({ id: "c" })], removed: ["a"] }),
    );
    expect(merged.groups.map((group) => group.id)).toEqual(["b", "c"]);
  });

  it("keeps the list itself when no group changed", () => {
    expect(mergeDelta(view, deltaOf(view, {})).groups).toBe(view.groups);
  });

  it("replaces buckets of the same time, adds later ones and lets go of those before the range", () => {
    const merged = mergeDelta(
      view,
      deltaOf(view, { fromMs: 60_000, timeline: [bucket(60_000, 5), bucket(120_000, 1)] }),
    );
    expect(merged.timeline.map(({ timeMs, dropped }) => [timeMs, dropped])).toEqual([
      [60_000, 5],
      [120_000, 1],
    ]);
  });

  it("takes totals and coverage from the delta", () => {
    const coverage = { ...view.coverage, complete: false, lostAtMost: 12 };
    expect(mergeDelta(view, deltaOf(view, { coverage })).coverage).toBe(coverage);
  });
});
