import { describe, expect, it } from "vitest";
import { SAMPLE_TIME_MS, sampleFlow } from "@/lib/drops/sample-flow";
import type { LostEvent } from "@/lib/hubble/event";
import { createLossLedger } from "./loss-ledger";
import { createNodeLedger } from "./node-ledger";
import { createSourceWatch } from "./source-watch";

const NOW = SAMPLE_TIME_MS;
const SECOND = 1_000;

function lost(more: Partial<LostEvent> = {}): LostEvent {
  return {
    kind: "lost",
    source: "HUBBLE_RING_BUFFER",
    count: 3n,
    cluster: "eu",
    node: "worker-1",
    firstMs: null,
    lastMs: null,
    ...more,
  };
}

describe("nodes of a source", () => {
  it("have the last state that Relay told, those that are not observed first", () => {
    const nodes = createNodeLedger();
    nodes.apply({ state: "NODE_CONNECTED", nodes: ["eu/a", "eu/b", "eu/c"], message: "" });
    nodes.apply({ state: "NODE_ERROR", nodes: ["eu/c"], message: "unknown field" });
    nodes.apply({ state: "NODE_UNAVAILABLE", nodes: ["eu/b"], message: "" });
    nodes.apply({ state: "NODE_GONE", nodes: ["eu/a"], message: "" });
    expect(nodes.report([], 10).nodes).toMatchObject([
      { name: "eu/b", state: "unavailable", message: "" },
      { name: "eu/c", state: "error", message: "unknown field" },
    ]);
  });

  it("are known by one name, whether Relay or a flow tells it", () => {
    const nodes = createNodeLedger();
    nodes.apply({ state: "NODE_CONNECTED", nodes: ["worker-1"], message: "" });
    const seen = { name: "worker-1", flows: 4, lastMs: NOW, leastLagMs: 20 };
    expect(nodes.report([seen], 10).nodes).toMatchObject([
      { name: "worker-1", state: "connected", flows: 4 },
    ]);
  });

  it("follow what Relay says later, but for those that refused the request", () => {
    const nodes = createNodeLedger();
    nodes.apply({ state: "NODE_CONNECTED", nodes: ["eu/a", "eu/b"], message: "" });
    nodes.apply({ state: "NODE_ERROR", nodes: ["eu/c"], message: "unknown field" });
    nodes.reconcile(1, ["eu/a"]);
    const states = () => nodes.report([], 10).nodes.map(({ name, state }) => `${name} ${state}`);
    expect(states()).toEqual(["eu/a unavailable", "eu/c error", "eu/b connected"]);
    nodes.reconcile(0, []);
    expect(states()).toEqual(["eu/c error", "eu/a connected", "eu/b connected"]);
  });

  it("say how many are not listed", () => {
    const nodes = createNodeLedger();
    const names = Array.from({ length: 12 }, (_, i) => `eu/w-${i}`);
    nodes.apply({ state: "NODE_CONNECTED", nodes: names, message: "" });
    const report = nodes.report([], 5);
    expect(report.nodes).toHaveLength(5);
    expect(report.more).toBe(7);
  });
});

describe("losses that Hubble reports", () => {
  it("are summed by place and node, over the whole span they may lie in", () => {
    const losses = createLossLedger();
    losses.add(lost({ firstMs: NOW, lastMs: NOW + SECOND }), NOW);
    losses.add(lost({ firstMs: NOW - SECOND, lastMs: NOW - SECOND, count: 4n }), NOW);
    losses.add(lost({ source: "OBSERVER_EVENTS_QUEUE", count: 1n }), NOW + 9 * SECOND);
    expect(losses.report()).toEqual([
      {
        place: "OBSERVER_EVENTS_QUEUE",
        node: "eu/worker-1",
        atMost: "1",
        from: new Date(NOW + 9 * SECOND).toISOString(),
        to: new Date(NOW + 9 * SECOND).toISOString(),
      },
      {
        place: "HUBBLE_RING_BUFFER",
        node: "eu/worker-1",
        atMost: "7",
        from: new Date(NOW - SECOND).toISOString(),
        to: new Date(NOW + SECOND).toISOString(),
      },
    ]);
  });

  it("stay a bounded list without losing a count", () => {
    const losses = createLossLedger();
    for (let i = 0; i < 1_000; i += 1) losses.add(lost({ node: `w-${i}`, count: 1n }), NOW);
    const report = losses.report();
    expect(report.length).toBeLessThan(300);
    expect(report.reduce((sum, { atMost }) => sum + Number(atMost), 0)).toBe(1_000);
  });
});

describe("what is watched of a source", () => {
  it("tells what went wrong, the same words again as one line, and what is still wrong", () => {
    const watch = createSourceWatch(NOW);
    watch.stateIs("connecting", "Connecting to relay.", NOW);
    watch.stateIs("disconnected", "Refused.", NOW);
    watch.stateIs("connecting", "Connecting to relay.", NOW + SECOND);
    expect(watch.trouble()).toBe("Refused.");
    watch.stateIs("connected", "Connected.", NOW + 2 * SECOND);
    expect(watch.trouble()).toBe("");
    watch.stateIs("disconnected", "Refused.", NOW + 3 * SECOND);
    watch.stateIs("disconnected", "Certificate expired.", NOW + 4 * SECOND);
    expect(watch.problems()).toMatchObject([
      { words: "Certificate expired.", times: 1 },
      { words: "Refused.", times: 2, first: new Date(NOW).toISOString() },
    ]);
  });

  it("counts a failure that goes on as one, and its tries not", () => {
    const watch = createSourceWatch(NOW);
    for (let i = 0; i < 5; i += 1) {
      watch.stateIs("disconnected", "Refused.", NOW + i * SECOND);
      watch.stateIs("connecting", "Connecting to relay.", NOW + i * SECOND);
    }
    expect(watch.problems()).toMatchObject([{ words: "Refused.", times: 1 }]);
  });

  it("takes no clock from what comes right after connecting, which may be history", () => {
    const watch = createSourceWatch(NOW);
    watch.stateIs("connected", "", NOW);
    watch.flow(sampleFlow({ timeMs: NOW - 600_000 }), NOW + SECOND);
    expect(watch.facts(NOW + SECOND).nodes[0]?.leastLagMs).toBeNull();
    watch.flow(sampleFlow({ timeMs: NOW + 59_000 }), NOW + 60 * SECOND);
    expect(watch.facts(NOW + 60 * SECOND).nodes[0]?.leastLagMs).toBe(SECOND);
  });

  it("forgets the states of nodes when the connection is lost", () => {
    const watch = createSourceWatch(NOW);
    watch.stateIs("connected", "", NOW);
    watch.nodeStatus({ kind: "node-status", state: "NODE_CONNECTED", nodes: ["a"], message: "" });
    expect(watch.nodes(watch.facts(NOW)).nodes).toHaveLength(1);
    watch.stateIs("disconnected", "Ended.", NOW + SECOND);
    expect(watch.nodes(watch.facts(NOW)).nodes).toHaveLength(0);
  });
});
