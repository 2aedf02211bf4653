import { describe, expect, it } from "vitest";
import { EVENT_L7 } from "./flow";
import { createFactsKeeper } from "./flow-facts";
import { SAMPLE_TIME_MS, sampleFlow, sampleTwin, sampleWorld } from "./sample-flow";

const NOW = SAMPLE_TIME_MS + 500;
const MINUTE = 60_000;
const POLICY = { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny" };

describe("what the flows of a source tell", () => {
  it("counts events by their type, and drops by a policy among drop events", () => {
    const keeper = createFactsKeeper(NOW);
    const verdict = sampleFlow();
    keeper.note(verdict, NOW, true);
    keeper.note(sampleTwin(verdict), NOW, true);
    keeper.note(sampleTwin(sampleFlow({ dropReason: 151 })), NOW, true);
    keeper.note(sampleFlow({ eventType: EVENT_L7 }), NOW, true);
    expect(keeper.facts(NOW).ever).toMatchObject({
      flows: 4,
      verdictEvents: 1,
      dropEvents: 2,
      policyDrops: 1,
      l7Events: 1,
    });
  });

  it("tells a verdict without policy_log from one whose policy has no tag", () => {
    const keeper = createFactsKeeper(NOW);
    const named = { dropReason: 181, deniedBy: [POLICY] };
    keeper.note(sampleFlow({ ...named, policyLog: null }), NOW, true);
    keeper.note(sampleFlow({ ...named, policyLog: [] }), NOW, true);
    keeper.note(sampleFlow({ ...named, policyLog: ["a-tag"] }), NOW, true);
    expect(keeper.facts(NOW).ever).toMatchObject({
      explicitDenies: 3,
      named: 3,
      logged: 2,
      tagged: 1,
    });
  });

  it("takes a name only for the end that is outside the cluster", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow({ destinationNames: ["db.shop.svc"] }), NOW, true);
    keeper.note(sampleFlow({ destination: sampleWorld(), sourceNames: ["web.shop"] }), NOW, true);
    const cidr = sampleWorld({ identity: 0x0100_0001 });
    keeper.note(sampleFlow({ destination: cidr, destinationNames: ["example.com"] }), NOW, true);
    expect(keeper.facts(NOW).ever).toMatchObject({ outside: 2, outsideNamed: 1 });
  });

  it("leaves out what is no drop, but takes its node's clock", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow({ verdict: "FORWARDED" }), NOW, true);
    const facts = keeper.facts(NOW);
    expect(facts.ever.flows).toBe(0);
    expect(facts.nodes).toMatchObject([{ name: "worker-1", flows: 1, leastLagMs: 500 }]);
  });

  it("keeps the least lag of each node, and takes none from history", () => {
    const keeper = createFactsKeeper(NOW);
    const from = (node: string, timeMs: number) => sampleFlow({ cluster: "eu", node, timeMs });
    keeper.note(from("a", NOW - 900), NOW, true);
    keeper.note(from("a", NOW + 3_000), NOW, true);
    keeper.note(from("b", NOW - 5_000), NOW, false);
    keeper.note(from("b", 0), NOW, true);
    expect(keeper.facts(NOW).nodes).toMatchObject([
      { name: "eu/a", flows: 2, leastLagMs: -3_000 },
      { name: "eu/b", flows: 2, leastLagMs: null },
    ]);
  });

  it("forgets a clock that was put right", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow({ timeMs: NOW + 60_000 }), NOW, true);
    for (let minute = 1; minute <= 11; minute += 1) {
      const nowMs = NOW + minute * MINUTE;
      keeper.note(sampleFlow({ timeMs: nowMs - 100 }), nowMs, true);
    }
    expect(keeper.facts(NOW + 11 * MINUTE).nodes[0]?.leastLagMs).toBe(100);
  });

  it("tells lately from ever", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow(), NOW, true);
    const later = NOW + 61 * MINUTE;
    keeper.note(sampleTwin(sampleFlow()), later, true);
    const facts = keeper.facts(later);
    expect(facts.recent).toMatchObject({ flows: 1, verdictEvents: 0, dropEvents: 1 });
    expect(facts.ever).toMatchObject({ flows: 2, verdictEvents: 1, dropEvents: 1 });
    expect(facts.lastMs.verdictEvent).toBe(NOW);
    expect(facts.recentSinceMs).toBeGreaterThan(NOW);
  });

  it("keeps lately for half an hour at least", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow(), NOW + 29 * MINUTE, true);
    keeper.note(sampleFlow(), NOW + 31 * MINUTE, true);
    expect(keeper.facts(NOW + 55 * MINUTE).recent.flows).toBe(2);
  });

  it("knows the versions of Cilium by their share", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow({ emitter: "1.19.4" }), NOW, true);
    keeper.note(sampleFlow({ emitter: "1.20.1" }), NOW, true);
    keeper.note(sampleFlow({ emitter: "1.20.1" }), NOW, true);
    expect(keeper.facts(NOW).emitters).toEqual([
      { version: "1.20.1", flows: 2 },
      { version: "1.19.4", flows: 1 },
    ]);
  });
});
