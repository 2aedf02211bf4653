import { describe, expect, it } from "vitest";
import type { Series } from "./drop";
import type { Flow } from "./flow";
import { sampleEndpoint, sampleFlow, sampleTwin, sampleWorld } from "./sample-flow";
import { createSeriesIndex } from "./series";

const POLICY = { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-db" };
const CLUSTERWIDE = { kind: "CiliumClusterwideNetworkPolicy", namespace: "", name: "deny-imds" };

/** The series of a verdict flow alone. */
function seriesOf(overrides: Partial<Flow> = {}): Series {
  return createSeriesIndex().of(sampleFlow(overrides), null);
}

/** The series of a verdict flow and its twin. */
function joinedSeries(overrides: Partial<Flow> = {}, twin: Partial<Flow> = {}): Series {
  const verdict = sampleFlow(overrides);
  return createSeriesIndex().of(verdict, sampleTwin(verdict, twin));
}

const explicitDeny = { dropReason: 181, matchType: 1, deniedBy: [POLICY] };

describe("attribution of a series", () => {
  it("is the named policies, reported by a single flow", () => {
    expect(seriesOf(explicitDeny).attribution).toEqual({
      kind: "policy",
      certainty: "reported",
      policies: [POLICY],
      endpoint: null,
    });
  });

  it("is paired when a drop event was joined with the verdict that names the policy", () => {
    expect(joinedSeries(explicitDeny).attribution).toMatchObject({
      certainty: "paired",
      policies: [POLICY],
    });
  });

  it("keeps all named policies, each once, in one order", () => {
    const { policies } = seriesOf({
      ...explicitDeny,
      deniedBy: [POLICY, CLUSTERWIDE, POLICY],
    }).attribution;
    expect(policies).toEqual([CLUSTERWIDE, POLICY]);
  });

  it("does not keep revision or labels of a policy", () => {
    const full = { ...POLICY, revision: "9", labels: ["a"] };
    expect(seriesOf({ ...explicitDeny, deniedBy: [full] }).attribution.policies).toEqual([POLICY]);
  });

  it("does not count implicit rules, which have no name, as policies", () => {
    const implicit = { kind: "", namespace: "", name: "" };
    expect(seriesOf({ ...explicitDeny, deniedBy: [implicit] }).attribution).toMatchObject({
      certainty: "none",
    });
    expect(
      seriesOf({ ...explicitDeny, deniedBy: [implicit, POLICY] }).attribution.policies,
    ).toEqual([POLICY]);
  });

  it.each<[string, Partial<Flow>]>([
    ["a deny rule that nothing names", { dropReason: 181, matchType: 1 }],
    ["an authentication that is required", { dropReason: 189 }],
    ["an audited packet that matched an entry", { verdict: "AUDIT", dropReason: 0, matchType: 1 }],
    ["an L7 denial", { eventType: 129, dropReason: 0 }],
  ])("is a policy without a name, never default deny, for %s", (_name, overrides) => {
    const { attribution } = seriesOf(overrides);
    expect(attribution).toMatchObject({ kind: "policy", certainty: "none", policies: [] });
    expect(attribution.endpoint?.name).toBe("web");
  });

  it("stays without a name when both flows of an unnamed deny are there", () => {
    expect(joinedSeries({ dropReason: 181, matchType: 1 }).attribution).toMatchObject({
      certainty: "none",
    });
  });

  it.each([
    ["egress", "web"],
    ["ingress", "db"],
  ] as const)("is default deny of the end that enforces %s", (direction, name) => {
    const { attribution } = seriesOf({ direction });
    expect(attribution).toMatchObject({ kind: "default-deny", certainty: "reported" });
    expect(attribution.endpoint?.name).toBe(name);
  });

  it("is default deny for an audited packet that matched nothing", () => {
    expect(seriesOf({ verdict: "AUDIT", dropReason: 0 }).attribution.kind).toBe("default-deny");
  });

  it("is paired default deny when both flows came", () => {
    expect(joinedSeries().attribution).toMatchObject({ kind: "default-deny", certainty: "paired" });
  });

  it("without a direction, is default deny of the only end on the node", () => {
    const local = sampleEndpoint({ id: 5, workloads: [{ name: "db", kind: "StatefulSet" }] });
    const remote = sampleEndpoint({ id: 0 });
    const onNode = { direction: "unknown", source: remote, destination: local } as const;
    expect(seriesOf(onNode).attribution.endpoint?.name).toBe("db");
    const neither = { direction: "unknown", source: remote, destination: remote } as const;
    expect(seriesOf(neither).attribution).toMatchObject({ kind: "default-deny", endpoint: null });
  });

  it("is other for a reason that is no policy's, and for a drop without any", () => {
    const other = { kind: "other", certainty: "reported", policies: [], endpoint: null };
    const index = createSeriesIndex();
    expect(index.of(null, sampleFlow({ eventType: 1, dropReason: 151 })).attribution).toEqual(
      other,
    );
    expect(index.of(null, sampleFlow({ eventType: 1, dropReason: 999 })).attribution).toEqual(
      other,
    );
    expect(index.of(null, sampleFlow({ eventType: 1, dropReason: 0 }))).toMatchObject({
      reason: 0,
      attribution: other,
    });
  });
});

describe("tags of a series", () => {
  it("are the log values, each once, in one order", () => {
    expect(seriesOf({ ...explicitDeny, policyLog: ["b", "a", "b"] })).toMatchObject({
      tags: ["a", "b"],
      tagState: "tagged",
    });
  });

  it("come from the verdict when its drop event is joined, which never has any", () => {
    expect(joinedSeries({ ...explicitDeny, policyLog: ["t"] })).toMatchObject({
      tags: ["t"],
      tagState: "tagged",
    });
  });

  it("are known to be absent when the field came empty", () => {
    expect(seriesOf({ ...explicitDeny, policyLog: [] })).toMatchObject({
      tags: [],
      tagState: "untagged",
    });
  });

  it("are known to be absent when a version that has the field names the policy without it", () => {
    expect(seriesOf({ ...explicitDeny, emitter: "1.20.1" }).tagState).toBe("untagged");
  });

  it.each<[string, Partial<Flow>]>([
    ["an old version", explicitDeny],
    ["default deny", { emitter: "1.19.1" }],
    ["audit", { verdict: "AUDIT", dropReason: 0, emitter: "1.20.1" }],
    ["a drop event alone", { eventType: 1 }],
  ])("are unreported, not absent, for %s", (_name, overrides) => {
    expect(seriesOf(overrides).tagState).toBe("unreported");
  });
});

describe("series identity", () => {
  it("is one object for drops that differ in time, pod instance, node and client port", () => {
    const index = createSeriesIndex();
    const source = sampleEndpoint({ id: 99, pod: "web-675fc69cf-2jmrw" });
    const later = { timeMs: 5, node: "worker-9", sourcePort: 1, sourceIp: "10.9.9.9", source };
    expect(index.of(sampleFlow(later), null)).toBe(index.of(sampleFlow(), null));
  });

  it("is the same from the pod's own node and from another", () => {
    const remote = sampleEndpoint({ id: 0, workloads: [] });
    expect(seriesOf({ source: remote }).id).toBe(seriesOf().id);
  });

  it("survives a restart", () => {
    expect(seriesOf()).toMatchObject({ id: seriesOf().id, group: seriesOf().group });
    expect(seriesOf().id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Partial<Flow>]>([
    ["cluster", { cluster: "east" }],
    ["verdict", { verdict: "AUDIT" }],
    ["direction", { direction: "ingress" }],
    ["reason", { dropReason: 181 }],
    ["policies", { deniedBy: [POLICY] }],
    ["tags", { policyLog: ["t"] }],
    ["tag state", { policyLog: [] }],
    ["source", { source: sampleWorld() }],
    ["destination", { destination: sampleWorld() }],
    ["labels", { source: sampleEndpoint({ labels: ["k8s:app=web"] }) }],
    ["names", { destinationNames: ["a.b"] }],
    ["protocol", { protocol: "UDP" }],
    ["port", { destinationPort: 443 }],
    ["ICMP type", { icmpType: 8 }],
    ["L7 line", { l7: { kind: "http", type: "REQUEST", method: "GET", target: "/", code: 0 } }],
  ])("is another one when the %s differs", (_name, overrides) => {
    const index = createSeriesIndex();
    const plain = index.of(sampleFlow(), null);
    const other = index.of(sampleFlow(overrides), null);
    expect(other).not.toBe(plain);
    expect(other.id).not.toBe(plain.id);
  });

  it("writes L7 as method and target, and DNS as its name", () => {
    const l7 = { type: "REQUEST", code: 0 } as const;
    expect(seriesOf({ l7: { ...l7, kind: "http", method: "PUT", target: "/v1" } }).l7).toBe(
      "PUT /v1",
    );
    expect(seriesOf({ l7: { ...l7, kind: "dns", method: "", target: "a.b" } }).l7).toBe("a.b");
  });

  it("takes the reason from the drop event and the direction from the verdict", () => {
    const verdict = sampleFlow({ dropReason: 0, direction: "ingress" });
    const drop = sampleTwin(verdict, { dropReason: 133, direction: "unknown" });
    expect(createSeriesIndex().of(verdict, drop)).toMatchObject({
      reason: 133,
      direction: "ingress",
    });
  });

  it("takes each end from the flow that can name it better", () => {
    const verdict = sampleFlow({
      destination: sampleWorld({ identity: 9, labels: ["reserved:world-ipv4"] }),
    });
    const labels = ["cidr:10.0.0.0/8", "reserved:world"];
    const drop = sampleTwin(verdict, {
      destination: sampleWorld({ identity: 16_777_218, labels }),
    });
    expect(createSeriesIndex().of(verdict, drop).destination.name).toBe("10.0.0.0/8");
  });

  it("keeps ids when a flood of other series has pushed it out", () => {
    const index = createSeriesIndex({ capacity: 16 });
    const before = index.of(sampleFlow(), null);
    const flood = Array.from({ length: 200 }, (_, port) =>
      index.of(sampleFlow({ destinationPort: 10_000 + port }), null),
    );
    const after = index.of(sampleFlow(), null);
    expect(after).toEqual(before);
    expect(new Set(flood.map(({ id }) => id)).size).toBe(200);
  });
});

describe("group of a series", () => {
  const groupOf = (overrides: Partial<Flow>) => seriesOf(overrides).group;

  it("of a named policy spans sources, destinations, ports and certainty", () => {
    const one = groupOf(explicitDeny);
    expect(groupOf({ ...explicitDeny, source: sampleWorld(), destinationPort: 1 })).toBe(one);
    expect(joinedSeries(explicitDeny).group).toBe(one);
  });

  it("of default deny is one for each enforcing end", () => {
    expect(groupOf({ destination: sampleWorld() })).toBe(groupOf({}));
    expect(groupOf({ source: sampleWorld() })).not.toBe(groupOf({}));
  });

  it("of a policy without a name is told apart by end and reason", () => {
    const unnamed = { dropReason: 181, matchType: 1 };
    expect(groupOf({ ...unnamed, destination: sampleWorld() })).toBe(groupOf(unnamed));
    expect(groupOf({ ...unnamed, source: sampleWorld() })).not.toBe(groupOf(unnamed));
    expect(groupOf({ ...unnamed, dropReason: 189 })).not.toBe(groupOf(unnamed));
  });

  it("of other reasons is one for each reason", () => {
    const other = { eventType: 1, dropReason: 151 };
    expect(groupOf({ ...other, source: sampleWorld() })).toBe(groupOf(other));
    expect(groupOf({ ...other, dropReason: 150 })).not.toBe(groupOf(other));
  });

  it.each<[string, Partial<Flow>]>([
    ["cluster", { cluster: "east" }],
    ["verdict", { verdict: "AUDIT", dropReason: 0 }],
    ["direction", { direction: "ingress" }],
    ["tags", { policyLog: ["t"] }],
    ["policies", { deniedBy: [POLICY, CLUSTERWIDE] }],
  ])("of a named policy is another one when the %s differs", (_name, overrides) => {
    expect(groupOf({ ...explicitDeny, ...overrides })).not.toBe(groupOf(explicitDeny));
  });

  it("does not depend on the order in which policies and tags were listed", () => {
    const one = { ...explicitDeny, deniedBy: [POLICY, CLUSTERWIDE], policyLog: ["a", "b"] };
    const other = { ...explicitDeny, deniedBy: [CLUSTERWIDE, POLICY], policyLog: ["b", "a"] };
    expect(groupOf(one)).toBe(groupOf(other));
  });
});
