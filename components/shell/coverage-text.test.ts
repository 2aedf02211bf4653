import { describe, expect, it } from "vitest";
import { describeCoverage, describeLag } from "@/components/shell/coverage-text";
import type { Coverage, SourceSummary } from "@/lib/drops/view";

function source(change: Partial<SourceSummary> = {}): SourceSummary {
  return {
    id: "relay",
    kind: "relay",
    address: "localhost:4245",
    state: "connected",
    message: "",
    since: "2026-11-21T14:00:00Z",
    lagMs: 2_000,
    catchingUp: false,
    progress: null,
    nodesConnected: 3,
    nodesUnavailable: 0,
    ...change,
  };
}

function coverage(change: Partial<Coverage> = {}): Coverage {
  return {
    complete: true,
    gaps: [],
    lostAtMost: 0,
    newestDrop: null,
    sources: [source()],
    ...change,
  };
}

const words = (of: Coverage) =>
  describeCoverage(of)
    .parts.map((part) => part.strong + part.rest)
    .join(" | ");

describe("describeCoverage", () => {
  it("says nodes, losses and gaps in words", () => {
    const gaps = [false, true].map((refilled) => ({ fromMs: 0, toMs: 1, refilled }));
    expect(words(coverage({ complete: false, lostAtMost: 12, gaps }))).toBe(
      "3 of 3 nodes | 12 lost at most | 1 gap",
    );
  });

  it("is complete only when every node and source delivers", () => {
    expect(describeCoverage(coverage()).complete).toBe(true);
    const missing = coverage({ sources: [source({ nodesUnavailable: 1 })] });
    expect(describeCoverage(missing).complete).toBe(false);
    const down = coverage({ sources: [source({ state: "disconnected" })] });
    expect(describeCoverage(down).complete).toBe(false);
    expect(words(down)).toBe("3 of 3 nodes | 1 of 1 source down");
  });

  it("counts sources where nodes are not known", () => {
    const file = source({ kind: "file", nodesConnected: 0 });
    expect(words(coverage({ sources: [file, { ...file, state: "failed" }] }))).toBe(
      "1 of 2 sources",
    );
  });
});

describe("describeLag", () => {
  it("takes the source that is furthest behind, and says when there is none", () => {
    expect(describeLag(coverage({ sources: [source(), source({ lagMs: 9_000 })] }))).toBe(
      "9 s behind",
    );
    expect(describeLag(coverage({ sources: [source({ state: "failed" })] }))).toBe("no source");
  });
});
