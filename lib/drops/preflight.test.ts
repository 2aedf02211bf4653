import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Flow } from "./flow";
import { createFactsKeeper } from "./flow-facts";
import { preflight } from "./preflight";
import { CHECKS, type CheckName, type PreflightInput } from "./preflight-check";
import { clockSkews } from "./preflight-clock";
import { SAMPLE_TIME_MS, sampleFlow, sampleTwin, sampleWorld } from "./sample-flow";
import type { Certificate, TlsReport } from "./source-report";

const NOW = SAMPLE_TIME_MS + 1_000;
const POLICY = { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny" };

function inputOf(flows: readonly Flow[], more: Partial<PreflightInput> = {}): PreflightInput {
  const keeper = createFactsKeeper(NOW - 180_000);
  for (const flow of flows) keeper.note(flow, NOW, true);
  return {
    kind: "relay",
    state: "connected",
    message: "Connected to hubble-relay v1.19.4.",
    nodesConnected: 2,
    nodesUnavailable: 0,
    unavailableNodes: [],
    refusingNodes: [],
    tls: { mode: "plain" },
    facts: keeper.facts(NOW),
    nowMs: NOW,
    ...more,
  };
}

function checkOf(name: CheckName, input: PreflightInput) {
  const found = preflight(input).find(({ check }) => check === name);
  if (found === undefined) throw new Error(`no check ${name}`);
  return found;
}

const many = (make: () => Flow, count = 20) => Array.from({ length: count }, make);
const twin = () => sampleTwin(sampleFlow());

const SERVER: Certificate = {
  of: "server",
  subject: "CN=relay",
  issuer: "CN=ca",
  names: ["*.hubble-relay.cilium.io"],
  notBefore: "2026-01-01T00:00:00.000Z",
  notAfter: "2027-01-01T00:00:00.000Z",
  file: "",
};
const TLS: TlsReport = {
  mode: "tls",
  serverName: "ui.hubble-relay.cilium.io",
  verified: true,
  nameMatches: true,
  certificates: [SERVER],
  problem: "",
  checked: null,
};

describe("preflight", () => {
  it("asks every question of every source, in one order, with words for each", () => {
    for (const kind of ["relay", "demo", "file", "push"] as const) {
      const checks = preflight(inputOf([], { kind }));
      expect(checks.map(({ check }) => check)).toEqual(CHECKS);
      for (const { title, found, why } of checks) expect([title, found, why]).not.toContain("");
    }
  });

  it("does not know yet what nothing was seen of, and says how much it looked at", () => {
    const check = checkOf("verdict-events", inputOf([twin()]));
    expect(check.state).toBe("unknown");
    expect(check.found).toContain("among 1 flow in 3 min");
  });

  it("fails verdict events when drops by a policy come without any", () => {
    const check = checkOf("verdict-events", inputOf(many(twin)));
    expect(check.state).toBe("failed");
    expect(check.found).toContain("20 drop events with a policy's reason came");
    expect(check.helm).toEqual([{ name: "bpf.events.policyVerdict.enabled", value: "true" }]);
  });

  it("says for an exporter which filter would bring the verdicts", () => {
    const check = checkOf("verdict-events", inputOf(many(twin), { kind: "push" }));
    expect(check.fix).toContain("event type 1");
    expect(check.fix).toContain("hubble.export.dynamic.enabled");
  });

  it("tells the exporter's filter as one line of an entry, never as a value for the whole list", () => {
    for (const name of ["drop-events", "verdict-events"] as const) {
      const { fix, helm } = checkOf(name, inputOf([], { kind: "file" }));
      const [line] = /includeFilters: \[.*?\]\}\]/.exec(fix) ?? [];
      expect(parse(line ?? "")).toEqual({ includeFilters: [{ verdict: ["DROPPED", "AUDIT"] }] });
      expect(helm.every((value) => value.value === "true")).toBe(true);
    }
    expect(checkOf("verdict-events", inputOf([])).fix).toBe("");
  });

  it("does not take drops for other reasons as a sign that verdicts are off", () => {
    const other = () => sampleTwin(sampleFlow({ dropReason: 151 }));
    expect(checkOf("verdict-events", inputOf(many(other))).state).toBe("unknown");
  });

  it("fails drop events when only verdicts come", () => {
    expect(checkOf("drop-events", inputOf(many(sampleFlow))).state).toBe("failed");
    expect(checkOf("drop-events", inputOf([...many(sampleFlow), twin()])).state).toBe("passed");
  });

  it("judges correlation by explicit denies only: default deny never names a policy", () => {
    expect(checkOf("correlation", inputOf(many(sampleFlow, 500))).state).toBe("unknown");
    const silent = () => sampleFlow({ dropReason: 181 });
    expect(checkOf("correlation", inputOf(many(silent))).state).toBe("failed");
    const named = sampleFlow({ dropReason: 181, deniedBy: [POLICY] });
    expect(checkOf("correlation", inputOf([named])).state).toBe("passed");
  });

  it("tells policies without a tag from a Cilium that sends none", () => {
    const named = (policyLog: string[] | null) => () =>
      sampleFlow({ dropReason: 181, deniedBy: [POLICY], policyLog });
    const untagged = checkOf("tags", inputOf(many(named([]))));
    expect(untagged).toMatchObject({ state: "failed", fix: expect.stringContaining("spec.log") });
    const unsent = checkOf("tags", inputOf(many(named(null))));
    expect(unsent).toMatchObject({ state: "failed", fix: expect.stringContaining("1.18") });
    expect(checkOf("tags", inputOf([named(["a"])()])).state).toBe("passed");
  });

  it("fails DNS names when outside addresses come without one", () => {
    const outside = () => sampleFlow({ destination: sampleWorld() });
    expect(checkOf("dns-names", inputOf(many(outside))).state).toBe("failed");
    expect(checkOf("dns-names", inputOf(many(sampleFlow))).state).toBe("unknown");
  });

  it("remembers what was seen long ago, but not against what is seen now", () => {
    const keeper = createFactsKeeper(NOW);
    keeper.note(sampleFlow(), NOW, true);
    const nowMs = NOW + 3 * 3_600_000;
    const quiet = inputOf([], { facts: keeper.facts(nowMs), nowMs });
    expect(checkOf("verdict-events", quiet)).toMatchObject({
      state: "passed",
      found: expect.stringContaining("3 h ago"),
    });
    for (const flow of many(twin)) keeper.note(flow, nowMs, true);
    const changed = inputOf([], { facts: keeper.facts(nowMs), nowMs });
    expect(checkOf("verdict-events", changed).state).toBe("failed");
  });

  it("does not ask files and pushed lines what only a relay can answer", () => {
    for (const kind of ["file", "push"] as const) {
      const states = preflight(inputOf([], { kind })).slice(0, 3);
      expect(states.map(({ state }) => state)).toEqual(["none", "none", "none"]);
    }
  });

  it("names the nodes that are not observed, and how many more there are", () => {
    const unavailableNodes = ["eu/w-1", "eu/w-2", "eu/w-3", "eu/w-4", "eu/w-5", "eu/w-6"];
    const input = inputOf([], { nodesConnected: 33, nodesUnavailable: 7, unavailableNodes });
    expect(checkOf("nodes", input)).toMatchObject({
      state: "failed",
      found: "7 of 40 nodes not observed: eu/w-1, eu/w-2, eu/w-3, eu/w-4, eu/w-5 and 2 more.",
    });
  });

  it("fails for a node that is connected and refused the request", () => {
    const refusingNodes = [{ name: "eu/w-1", message: "unknown field" }];
    expect(checkOf("nodes", inputOf([], { refusingNodes }))).toMatchObject({
      state: "failed",
      found: "eu/w-1 refused the request: unknown field.",
    });
  });

  it("knows nothing of nodes while the relay is away", () => {
    const input = inputOf([], { state: "disconnected", message: "Connection refused." });
    expect(checkOf("nodes", input).state).toBe("unknown");
    expect(checkOf("reachable", input)).toMatchObject({
      state: "failed",
      found: "Connection refused.",
    });
  });

  it("compares the name expected with the certificate's", () => {
    const nameOf = (tls: TlsReport | null) => checkOf("tls-name", inputOf([], { tls }));
    expect(nameOf({ mode: "plain" }).state).toBe("none");
    expect(nameOf(TLS).state).toBe("passed");
    expect(nameOf({ ...TLS, nameMatches: null, certificates: [] }).state).toBe("unknown");
    expect(nameOf({ ...TLS, nameMatches: false, serverName: "localhost" })).toMatchObject({
      state: "failed",
      found: "The certificate is for *.hubble-relay.cilium.io; the name expected is localhost.",
    });
    expect(nameOf({ ...TLS, verified: false }).state).toBe("failed");
  });
});

describe("clock skew", () => {
  const at = (name: string, leastLagMs: number | null) => ({
    name,
    leastLagMs,
    flows: 1,
    lastMs: NOW,
  });

  it("takes a flow from the future as proof of a clock that is ahead", () => {
    expect(clockSkews([at("a", -4_000), at("b", 300)], true)).toEqual([
      { name: "a", skewMs: 4_000 },
      { name: "b", skewMs: -300 },
    ]);
  });

  it("tells a clock that is behind from nodes whose flows come sooner, and only where these compare", () => {
    const nodes = [at("a", 200), at("b", 9_200)];
    expect(clockSkews(nodes, true)[0]).toEqual({ name: "b", skewMs: -9_000 });
    expect(clockSkews(nodes, false).every(({ skewMs }) => skewMs === 0)).toBe(true);
  });

  it("says nothing of clocks where all flows are old", () => {
    expect(clockSkews([at("a", 3_600_000), at("b", 7_200_000)], true)).toEqual([]);
    expect(checkOf("clock", inputOf([sampleFlow({ timeMs: NOW - 3_600_000 })])).state).toBe(
      "unknown",
    );
  });

  it("fails with the node's name and by how much", () => {
    const ahead = sampleFlow({ node: "worker-2", timeMs: NOW + 7_000 });
    expect(checkOf("clock", inputOf([sampleFlow(), ahead]))).toMatchObject({
      state: "failed",
      found: "1 of 2 nodes off: worker-2 is at least 7 s ahead.",
    });
    expect(checkOf("clock", inputOf([sampleFlow()])).state).toBe("passed");
  });
});
