import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildDrop } from "@/lib/drops/build-drop";
import type { Drop, Party } from "@/lib/drops/drop";
import type { Endpoint, Flow, PolicyRef } from "@/lib/drops/flow";
import { sampleEndpoint, sampleFlow, sampleWorld } from "@/lib/drops/sample-flow";
import { createSeriesIndex } from "@/lib/drops/series";
import { attributionView, partyView, reasonView } from "@/lib/drops/to-view";
import type { Group, SeriesRow } from "@/lib/drops/view";
import { formatQuery } from "@/lib/query/format";
import { compileQuery } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import { chipsOf, widened, withStep } from "./conditions";
import { conditionsOf, conditionsOfQuery, narrowestQuery, type Subject } from "./narrow";

const index = createSeriesIndex();

function dropOf(flow: Flow): Drop {
  return buildDrop(flow, null, { series: index.of(flow, null), attempt: 1, origin: "test" });
}

function endRow(party: Party): SeriesRow["source"] {
  const { labels, names, identity } = party;
  return { ...partyView(party), labels, names, identity };
}

function rowsOf(drops: readonly Drop[]): SeriesRow[] {
  const all = new Map(drops.map(({ series }) => [series.id, series]));
  return [...all.values()].map((series) => ({
    id: series.id,
    source: endRow(series.source),
    destination: endRow(series.destination),
    protocol: series.protocol,
    port: series.port,
    l7: series.l7,
    drops: 1,
    attempts: 1,
    lastSeen: "2026-01-15T10:00:00Z",
  }));
}

/** The row of drops of one group, as the API answers it. */
function subjectOf(drops: readonly Drop[], shown = Number.POSITIVE_INFINITY): Subject {
  const series = drops[0]?.series;
  if (series === undefined) throw new Error("A subject needs a drop.");
  const rows = rowsOf(drops);
  const count = (key: (row: SeriesRow) => unknown) => new Set(rows.map(key)).size;
  const group: Group = {
    id: series.group,
    key: { by: "policy", text: "", query: `group:${series.group}` },
    state: "unexpected",
    attribution: attributionView(series.attribution, series.reason),
    tags: series.tags,
    tagState: series.tagState,
    verdict: series.verdict,
    direction: series.direction,
    cluster: series.cluster,
    reason: reasonView(series.reason),
    drops: drops.length,
    attempts: drops.length,
    expected: 0,
    rules: [],
    firstSeen: "",
    lastSeen: "",
    sources: count((row) => row.source.key),
    destinations: count((row) => row.destination.key),
    ports: count((row) => row.port),
    series: rows.length,
    top: {
      source: partyView(series.source),
      destination: partyView(series.destination),
      protocol: series.protocol,
      port: series.port,
      l7: series.l7,
    },
    trend: [],
  };
  return { of: "group", group, series: rows.slice(0, shown) };
}

function narrowestText(...flows: Partial<Flow>[]): string {
  const drops = flows.map((flow) => dropOf(sampleFlow(flow)));
  return formatQuery(narrowestQuery(conditionsOf(subjectOf(drops))));
}

const deniedBy: PolicyRef[] = [
  { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-web" },
];

describe("narrowestQuery", () => {
  it("says what a series by a policy and a tag is, and nothing about pods", () => {
    const flow = { deniedBy, policyLog: ["ccnp_egress_denied_imds"], destinationPort: 443 };
    expect(narrowestText(flow)).toBe(
      "verdict:DROPPED direction:egress policy:shop/deny-web tag:ccnp_egress_denied_imds " +
        "src.workload:shop/web dst.workload:shop/db proto:TCP port:443",
    );
  });

  it("names rotating addresses by the names they were asked for under", () => {
    const to = (name: string, ip: string) => ({
      destination: sampleWorld(),
      destinationIp: ip,
      destinationNames: [name],
      destinationPort: 443,
    });
    expect(
      narrowestText(
        to("eu1.telemetry.example.com", "203.0.113.7"),
        to("eu2.telemetry.example.com", "203.0.113.8"),
      ),
    ).toContain("dst.fqdn:eu1.telemetry.example.com,eu2.telemetry.example.com proto:TCP port:443");
  });

  it("offers the name that a bare address had, where it had no other", () => {
    const bare = dropOf(sampleFlow({ destination: sampleWorld(), destinationIp: "203.0.113.7" }));
    const stepsWith = (...names: string[]) => {
      const subject = subjectOf([bare]);
      const where = { kind: "dns", asker: "", node: "", lastSeen: "", ttl: 0 } as const;
      const served = {
        ...{ address: "203.0.113.7", reported: false, more: 0 },
        names: names.map((name) => ({ name, ...where })),
      };
      const series = subject.series.map((row) => ({
        ...row,
        destination: { ...row.destination, served },
      }));
      const found = conditionsOf({ ...subject, series }).find(
        ({ title }) => title === "destination",
      );
      return found?.steps.map(({ label }) => label);
    };

    expect(stepsWith("cdn.example.com")).toEqual(["address", "/24", "/16", "name", "world", "any"]);
    expect(stepsWith("cdn.example.com", "cnn.com")).toEqual([
      "address",
      "/24",
      "/16",
      "world",
      "any",
    ]);
  });

  it("leaves an end open where not all of its values are known", () => {
    const drops = ["a", "b", "c"].map((name) =>
      dropOf(sampleFlow({ source: sampleEndpoint({ workloads: [{ name, kind: "Deployment" }] }) })),
    );
    const conditions = conditionsOf(subjectOf(drops, 2));
    expect(formatQuery(narrowestQuery(conditions))).not.toContain("src.");
  });
});

const endpoint: fc.Arbitrary<{ endpoint: Endpoint; ip: string; names: string[] }> = fc.oneof(
  fc
    .record({ name: fc.constantFrom("web", "api", "db"), ns: fc.constantFrom("shop", "web", "") })
    .map(({ name, ns }) => ({
      endpoint: sampleEndpoint({ namespace: ns, workloads: [{ name, kind: "Deployment" }] }),
      ip: "10.0.0.1",
      names: [],
    })),
  fc.constantFrom("cart", "auth").map((name) => ({
    endpoint: sampleEndpoint({ pod: "", workloads: [], labels: [`k8s:app=${name}`] }),
    ip: "10.0.0.2",
    names: [],
  })),
  fc.constantFrom("host", "kube-apiserver").map((name) => ({
    endpoint: sampleEndpoint({
      namespace: "",
      pod: "",
      workloads: [],
      identity: name === "host" ? 1 : 7,
      labels: [`reserved:${name}`],
    }),
    ip: "10.0.0.3",
    names: [],
  })),
  fc
    .record({
      ip: fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::1", "2001:db8:0:1::9")),
      names: fc.subarray(["a.cdn.example.com", "b.cdn.example.com", "example.org", "x.*.y.z"]),
      cidr: fc.boolean(),
    })
    .map(({ ip, names, cidr }) => ({
      endpoint: sampleWorld({
        identity: 0x0100_0007,
        labels: cidr ? ["cidr:198.51.100.0/24", "reserved:world"] : ["reserved:world"],
      }),
      // An address that a CIDR label covers lies in it.
      ip: cidr ? "198.51.100.9" : ip,
      names,
    })),
);

const flows = fc.array(
  fc.record({
    source: endpoint,
    destination: endpoint,
    port: fc.integer({ min: 0, max: 65_535 }),
    protocol: fc.constantFrom("TCP", "UDP"),
  }),
  { minLength: 1, maxLength: 14 },
);

const LOCKDOWN: PolicyRef[] = [
  { kind: "CiliumClusterwideNetworkPolicy", namespace: "", name: "lock*down" },
];

const kind = fc.record({
  verdict: fc.constantFrom("DROPPED", "AUDIT"),
  deniedBy: fc.constantFrom<PolicyRef[]>([], deniedBy, LOCKDOWN),
  policyLog: fc.constantFrom(null, [], ["team:x-1_y"], ["a,b", 'c"d']),
});

const row = fc.record({ flows, kind }).map(({ flows, kind }) =>
  flows.map((flow) =>
    dropOf(
      sampleFlow({
        ...kind,
        source: flow.source.endpoint,
        sourceIp: flow.source.ip,
        sourceNames: flow.source.names,
        destination: flow.destination.endpoint,
        destinationIp: flow.destination.ip,
        destinationNames: flow.destination.names,
        destinationPort: flow.port,
        protocol: flow.protocol,
      }),
    ),
  ),
);

/** Drops of the first one's group: a row never holds others. */
function oneGroup(drops: readonly Drop[]): Drop[] {
  return drops.filter(({ series }) => series.group === drops[0]?.series.group);
}

describe("the conditions of a row", () => {
  it("cover every drop of it at their narrowest, in a query that can be read", () => {
    fc.assert(
      fc.property(row, fc.integer({ min: 1, max: 14 }), (all, shown) => {
        const drops = oneGroup(all);
        const query = narrowestQuery(conditionsOf(subjectOf(drops, shown)));
        const parsed = parseQuery(formatQuery(query));
        expect(parsed).toEqual({ ok: true, query });
        const { drop: matches } = compileQuery(query);
        for (const drop of drops) expect(matches(drop)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it("match no less with each wider step", () => {
    fc.assert(
      fc.property(row, row, (own, others) => {
        const drops = [...own, ...others];
        for (const { steps, narrowest } of conditionsOf(subjectOf(oneGroup(own)))) {
          let before: boolean[] = [];
          for (const step of steps.slice(narrowest)) {
            const { drop: matches } = compileQuery({ terms: step.terms });
            const now = drops.map(matches);
            for (const [at, was] of before.entries()) if (was) expect(now[at]).toBe(true);
            before = now;
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are found again in the query, whatever step is taken", () => {
    fc.assert(
      fc.property(row, fc.nat(), fc.nat(), (all, which, step) => {
        const conditions = conditionsOf(subjectOf(oneGroup(all)));
        const query = narrowestQuery(conditions);
        const chips = chipsOf(conditions, query);
        expect(chips.map(({ at }) => at)).toEqual(conditions.map(({ narrowest }) => narrowest));
        expect(widened(chips)).toBe(0);
        const chip = chips[which % chips.length];
        if (chip === undefined) return;
        const at = step % chip.condition.steps.length;
        const next = chipsOf(conditions, withStep(query, chip, at));
        expect(next.find(({ condition }) => condition.key === chip.condition.key)?.at).toBe(at);
        expect(next).toHaveLength(conditions.length);
      }),
      { numRuns: 300 },
    );
  });
});

function stepTexts(query: string): string[][] {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return conditionsOfQuery(parsed.query).map(({ steps }) =>
    steps.map((step) => formatQuery({ terms: step.terms })),
  );
}

describe("the conditions of a query", () => {
  it.each([
    [
      "dst.ip:203.0.113.7",
      ["dst.ip:203.0.113.7", "dst.ip:203.0.113.0/24", "dst.ip:203.0.0.0/16", ""],
    ],
    ["dst.ip:10.1.2.0/24", ["dst.ip:10.1.2.0/24", "dst.ip:10.1.0.0/16", ""]],
    [
      "src.ip:2001:db8::7",
      ["src.ip:2001:db8::7", "src.ip:2001:db8::/64", "src.ip:2001:db8::/48", ""],
    ],
    [
      "dst.fqdn:eu1.telemetry.example.com",
      [
        "dst.fqdn:eu1.telemetry.example.com",
        "dst.fqdn:*.telemetry.example.com",
        "dst.fqdn:*.example.com",
        "",
      ],
    ],
    [
      "dst.fqdn:*.telemetry.example.com",
      ["dst.fqdn:*.telemetry.example.com", "dst.fqdn:*.example.com", ""],
    ],
    ["src.pod:shop/web-0", ["src.pod:shop/web-0", "src.ns:shop", ""]],
    ["tag:ccnp_egress_denied", ["tag:ccnp_egress_denied", "tag:ccnp_egress_*", "tag:ccnp_*", ""]],
    ["policy:shop/deny-web", ["policy:shop/deny-web", "policy:shop/*", ""]],
    ["port:443", ["port:443", ""]],
    ["-ns:shop", ["-ns:shop", ""]],
  ])("of %s widen step by step", (query, steps) => {
    expect(stepTexts(query)).toEqual([steps]);
  });
});
