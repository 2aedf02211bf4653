import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drop, Party, Series } from "@/lib/drops/drop";
import { arbitraryDrop, arbitraryQuery } from "./arbitraries";
import { compileQuery, matchesQuery, memoisedBySeries } from "./match";
import { parseQuery } from "./parse";
import type { Query } from "./query";

const WEB: Party = {
  kind: "workload",
  key: "workload:west/shop/web",
  name: "web",
  cluster: "west",
  namespace: "shop",
  workload: "web",
  workloadKind: "Deployment",
  labels: ["k8s:app=web", "k8s:tier"],
  names: [],
  identity: 1234,
};

const TELEMETRY: Party = {
  kind: "name",
  key: "name:eu.telemetry.example.com",
  name: "eu.telemetry.example.com",
  cluster: "",
  namespace: "",
  workload: "",
  workloadKind: "",
  labels: ["cidr:203.0.113.7/32", "reserved:world"],
  names: ["EU.telemetry.example.com"],
  identity: 0,
};

const SERIES: Series = {
  id: "0123456789abcdef",
  group: "fedcba9876543210",
  cluster: "west",
  verdict: "DROPPED",
  direction: "egress",
  reason: 181,
  attribution: {
    kind: "policy",
    certainty: "paired",
    policies: [
      { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-telemetry" },
      { kind: "CiliumClusterwideNetworkPolicy", namespace: "", name: "lockdown" },
    ],
    endpoint: WEB,
  },
  tags: ["app-explicit-deny"],
  tagState: "tagged",
  source: WEB,
  destination: TELEMETRY,
  protocol: "TCP",
  port: 443,
  l7: "",
};

const DROP: Drop = {
  uuid: "one",
  timeMs: 1_790_000_000_000,
  timeNanos: 0,
  series: SERIES,
  count: 1,
  attempt: 1,
  origin: "relay-a",
  node: "worker-1",
  sourcePod: "web-7d4b9-x2x",
  destinationPod: "",
  sourceIp: "10.1.2.3",
  destinationIp: "203.0.113.7",
  sourcePort: 40_000,
  sourceIdentity: 1234,
  destinationIdentity: 16_777_217,
  tcpFlags: 2,
  remembered: null,
  verdictFlow: null,
  dropFlow: null,
};

/** The sample drop with something of its series changed. */
function dropOf(change: Partial<Series>): Drop {
  return { ...DROP, series: { ...SERIES, ...change } };
}

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}

function matches(text: string, drop: Drop = DROP): boolean {
  return matchesQuery(queryOf(text), drop);
}

describe("a query matches", () => {
  it.each([
    "",
    "verdict:DROPPED",
    "verdict:AUDIT,DROPPED",
    "-verdict:AUDIT",
    "reason:POLICY_DENY",
    "reason:POLICY_*",
    "direction:egress",
    "policy:deny-telemetry",
    "policy:shop/deny-*",
    "policy:*/deny-telemetry",
    "policy:/lockdown",
    "policy:*/lockdown",
    "policy.kind:CiliumNetworkPolicy",
    "policy.ns:shop",
    "policy.ns:none",
    "attribution:policy certainty:paired",
    "tag:app-explicit-* tag.state:tagged",
    "cluster:west",
    "node:worker-*",
    "node:west/worker-1",
    "source:relay-a",
    "proto:tcp",
    "port:443",
    "port:>=443",
    "port:22..9200",
    "port:80,>400",
    "l7:none",
    "expected:false",
    "group:fedcba9876543210 series:0123*",
    "ns:shop",
    "src.ns:shop",
    "dst.ns:none",
    "pod:web-*",
    "src.pod:shop/web-*",
    "dst.pod:none",
    "workload:web",
    "workload:shop/*",
    "label:k8s:app=web",
    "label:app=web",
    "label:app",
    "label:k8s:tier",
    "label:reserved:*",
    "dst.fqdn:*.telemetry.example.com",
    "dst.fqdn:eu.telemetry.example.com.",
    "src.fqdn:none",
    "src.ip:10.0.0.0/8",
    "ip:203.0.113.7",
    "identity:1234",
    "dst.identity:world",
    "src.identity:>=256",
    "TELEMETRY",
    "worker-1",
    "203.0.113",
    "web*x2x",
    "shop/deny",
    "policy_deny",
    '"Policy denied by denylist"',
  ])("the sample drop: %s", (text) => {
    expect(matches(text)).toBe(true);
    if (text !== "") expect(matches(`${text} verdict:AUDIT`)).toBe(false);
  });

  it.each([
    "verdict:AUDIT",
    "-verdict:DROPPED",
    "reason:none",
    "reason:CT_*",
    "policy:telemetry",
    "policy:none",
    "policy:/deny-telemetry",
    "policy:Deny-telemetry",
    "policy.ns:web",
    "tag:none",
    "-tag:*",
    "node:east/worker-1",
    "port:<443",
    "port:none",
    "l7:*",
    "expected:true",
    "dst.ns:shop",
    "-ns:shop",
    "dst.ns:*",
    "src.pod:web",
    "dst.pod:*",
    "src.label:reserved:*",
    "label:web",
    "dst.fqdn:telemetry.example.com",
    "dst.ip:10.0.0.0/8",
    "src.identity:world",
    "identity:none",
    "dropped",
    "worker-2",
    "verdict:DROPPED port:80",
  ])("not the sample drop: %s", (text) => {
    expect(matches(text)).toBe(false);
  });

  it("tells known to be without tags from tags never exported", () => {
    const untagged = dropOf({ tags: [], tagState: "untagged" });
    const unreported = dropOf({ tags: [], tagState: "unreported" });
    expect(matches("tag:none", untagged)).toBe(true);
    expect(matches("tag:none", unreported)).toBe(false);
    expect(matches("tag.state:unreported", unreported)).toBe(true);
    expect(matches("-tag:*", untagged) && matches("-tag:*", unreported)).toBe(true);
  });

  it("never takes a missing number for a small one", () => {
    const noPort = dropOf({ port: 0 });
    expect(matches("port:<1024", noPort)).toBe(false);
    expect(matches("port:0..1024", noPort)).toBe(false);
    expect(matches("port:none", noPort)).toBe(true);
    expect(matches("port:0", noPort)).toBe(true);
  });

  it("takes ICMP for both of its versions", () => {
    expect(matches("proto:icmp", dropOf({ protocol: "ICMPv6" }))).toBe(true);
    expect(matches("proto:icmpv4", dropOf({ protocol: "ICMPv6" }))).toBe(false);
  });

  it("knows a reason without a name by its number", () => {
    const newer = dropOf({ reason: 999 });
    expect(matches("reason:999", newer)).toBe(true);
    expect(matches("reason:UNKNOWN(999)", newer)).toBe(true);
    expect(matches("reason:*", newer)).toBe(true);
    expect(matches("reason:*", dropOf({ reason: 0 }))).toBe(false);
  });

  it("compares layer 7 requests as wholes and in any case", () => {
    const request = dropOf({ l7: "GET /Admin/login" });
    expect(matches('l7:"get /admin/"*', request)).toBe(true);
    expect(matches("l7:*LOGIN", request)).toBe(true);
    expect(matches("l7:login", request)).toBe(false);
  });

  it("asks the caller what is expected", () => {
    const query = queryOf("expected:true");
    expect(matchesQuery(query, DROP, (drop) => drop.uuid === "one")).toBe(true);
    expect(matchesQuery(query, DROP, () => false)).toBe(false);
  });
});

describe("a series", () => {
  it.each([
    ["", "all"],
    ["verdict:DROPPED ns:shop", "all"],
    ["verdict:AUDIT pod:web-*", "none"],
    ["pod:web-*", "depends"],
    ["-node:worker-1", "depends"],
    ["telemetry", "all"],
    ["-telemetry", "none"],
    ["worker-1", "depends"],
    ["dst.identity:world", "all"],
    ["src.identity:1234", "depends"],
    ["expected:true", "depends"],
  ] as const)("asked for “%s” answers %s", (text, decision) => {
    expect(compileQuery(queryOf(text)).series(SERIES)).toBe(decision);
  });

  it("decides only what holds for each of its drops", () => {
    fc.assert(
      fc.property(arbitraryQuery, arbitraryDrop, (query, drop) => {
        const matcher = compileQuery(query);
        const decision = matcher.series(drop.series);
        if (decision !== "depends") expect(matcher.drop(drop)).toBe(decision === "all");
      }),
      { numRuns: 5_000 },
    );
  });

  it("is asked once by a memoised matcher, which answers as the matcher does", () => {
    fc.assert(
      fc.property(arbitraryQuery, arbitraryDrop, arbitraryDrop, (query, one, other) => {
        const matcher = compileQuery(query);
        let asked = 0;
        const rest = (series: Series) => {
          asked += 1;
          return matcher.rest(series);
        };
        const test = memoisedBySeries({ ...matcher, rest });
        const sibling = { ...other, series: one.series };
        expect([test(one), test(sibling)]).toEqual([matcher.drop(one), matcher.drop(sibling)]);
        expect(asked).toBe(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("of a negated term is the opposite for each drop", () => {
    fc.assert(
      fc.property(arbitraryQuery, arbitraryDrop, ({ terms }, drop) => {
        for (const term of terms) {
          const opposite = { ...term, negated: !term.negated };
          const answers = [term, opposite].map((one) => matchesQuery({ terms: [one] }, drop));
          expect(answers[0]).toBe(!answers[1]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
