/**
 * What an exporter writes that is told `type: 1`, `sub_type: 181`, egress, to its standard output: it
 * can be read and shown, and what it lacks is said.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import type { Flow } from "@/lib/drops/flow";
import { createFactsKeeper } from "@/lib/drops/flow-facts";
import { createPipeline } from "@/lib/drops/pipeline";
import { preflight } from "@/lib/drops/preflight";
import { createLineDecoder } from "@/lib/hubble/line-decoder";

const LOG = readFileSync(
  new URL("../hubble/fixtures/exporter-stdout.txt", import.meta.url),
  "utf8",
);
const NOW = Date.UTC(2026, 10, 21, 8);

/** As it lies on the node; as Fluent Bit hands it on; as a shipper that parsed it. */
const WAYS: readonly (readonly [string, (line: string) => string])[] = [
  ["the container's log file", (line) => line],
  ["Fluent Bit", (line) => JSON.stringify({ log: textOf(line), stream: "stdout", kubernetes: {} })],
  ["Azure Monitor", (line) => JSON.stringify({ LogMessage: textOf(line), LogSource: "stdout" })],
  ["kubectl logs", textOf],
];

function textOf(line: string): string {
  return line.replace(/^\S+ std(out|err) F /, "");
}

function eventsOf(way: (line: string) => string) {
  const lines = LOG.trim().split("\n").map(way);
  return createLineDecoder().all(lines.map((text, at) => ({ line: at + 1, text })));
}

function flowsOf(way: (line: string) => string): Flow[] {
  return eventsOf(way).flatMap((event) => (event.kind === "flow" ? [event.flow] : []));
}

describe("an exporter that writes drop events of egress to its standard output", () => {
  it.each(WAYS)("%s: every drop is read, and the agent's own lines are passed over", (_, way) => {
    expect(eventsOf(way).map(({ kind }) => kind)).toEqual([
      ...["skipped", "flow", "flow", "skipped", "flow", "flow"],
    ]);
  });

  it.each(WAYS)("%s: drops of every reason are shown, and none names a policy", (_, way) => {
    const drops: Drop[] = [];
    const pipeline = createPipeline({ origin: "agent-logs", onDrop: (drop) => drops.push(drop) });
    for (const flow of flowsOf(way)) pipeline.push(flow, 0);
    pipeline.end();
    drops.sort((a, b) => a.timeMs - b.timeMs);
    const told = drops.map(({ series, attempt }) => ({
      kind: series.attribution.kind,
      policies: series.attribution.policies.length,
      certainty: series.attribution.certainty,
      tagState: series.tagState,
      reason: series.reason,
      attempt,
    }));
    const nameless = { policies: 0, certainty: "none", tagState: "unreported" };
    expect(told).toEqual([
      { kind: "policy", ...nameless, reason: 181, attempt: 1 },
      { kind: "policy", ...nameless, reason: 181, attempt: 0 },
      { kind: "default-deny", ...nameless, certainty: "reported", reason: 133, attempt: 1 },
      { kind: "other", ...nameless, certainty: "reported", reason: 151, attempt: 1 },
    ]);
    expect(drops.map(({ series }) => series.direction)).toEqual(Array(4).fill("egress"));
  });

  it("its source is told what its filter leaves out, and the filter that does not", () => {
    const keeper = createFactsKeeper(NOW - 60_000);
    for (let round = 0; round < 10; round++) {
      for (const flow of flowsOf((line) => line)) keeper.note(flow, NOW, true);
    }
    const checks = preflight({
      kind: "push",
      state: "connected",
      message: "",
      nodesConnected: 0,
      nodesUnavailable: 0,
      unavailableNodes: [],
      refusingNodes: [],
      tls: null,
      facts: keeper.facts(NOW),
      nowMs: NOW,
    });
    const verdicts = checks.find(({ check }) => check === "verdict-events");
    expect(verdicts?.state).toBe("failed");
    expect(verdicts?.found).toContain("no policy is named and no tag is known");
    expect(verdicts?.why).toContain("audit mode");
    expect(verdicts?.fix).toContain("event type 1");
    expect(verdicts?.fix).toContain("match_sub_type");
    expect(verdicts?.fix).toContain("Only egress came");
    expect(verdicts?.fix).toContain("includeFilters: [{verdict: [DROPPED, AUDIT]}]");
    // The list of entries is never given as a value to copy: setting it would replace the list.
    expect(verdicts?.helm.map(({ name }) => name)).not.toContain(
      "hubble.export.dynamic.config.content",
    );
  });
});
