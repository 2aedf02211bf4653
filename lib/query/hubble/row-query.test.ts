import { describe, expect, it } from "vitest";
import { buildDrop } from "@/lib/drops/build-drop";
import type { Drop } from "@/lib/drops/drop";
import type { Flow } from "@/lib/drops/flow";
import { createWindow } from "@/lib/drops/live-window";
import { SAMPLE_TIME_MS, sampleEndpoint, sampleFlow, sampleWorld } from "@/lib/drops/sample-flow";
import { createSeriesIndex } from "@/lib/drops/series";
import { partyView } from "@/lib/drops/to-view";
import { GROUP_BYS, type Group } from "@/lib/drops/view";
import { formatQuery } from "@/lib/query/format";
import { groupingBy } from "@/lib/query/grouping";
import { compileQuery } from "@/lib/query/match";
import { groupQuery, type RowSeries, seriesQuery } from "./row-query";
import { toHubble } from "./to-hubble";

const DENY = { kind: "CiliumNetworkPolicy", namespace: "shop", name: "deny-db" };
const CLUSTERWIDE = { kind: "CiliumClusterwideNetworkPolicy", namespace: "", name: "deny-imds" };
const OTHER_POD = sampleEndpoint({ workloads: [{ name: "api", kind: "Deployment" }] });

const FLOWS: readonly Partial<Flow>[] = [
  {},
  { source: OTHER_POD },
  { verdict: "AUDIT", dropReason: 0 },
  { direction: "ingress" },
  { destination: sampleWorld(), destinationIp: "203.0.113.7", destinationPort: 443 },
  { destination: sampleWorld(), destinationIp: "203.0.113.7", destinationNames: ["a.example.com"] },
  { dropReason: 181, matchType: 1, deniedBy: [DENY], policyLog: ["planned"] },
  { dropReason: 181, matchType: 1, deniedBy: [DENY, CLUSTERWIDE] },
  { dropReason: 181, matchType: 1, deniedBy: [CLUSTERWIDE], protocol: "UDP", destinationPort: 53 },
  { dropReason: 181, matchType: 1 },
  { dropReason: 166, direction: "unknown" },
  { dropReason: 181, protocol: "ICMPv4", destinationPort: 0, sourcePort: 0, icmpType: 8 },
];

const index = createSeriesIndex();
const drops: readonly Drop[] = FLOWS.map((change) => {
  const flow = sampleFlow(change);
  const series = index.of(flow, null);
  return buildDrop(flow, null, { series, attempt: 1, origin: "relay" });
});

function groupsBy(by: (typeof GROUP_BYS)[number]): readonly Group[] {
  const grouping = groupingBy(by);
  const range = { fromMs: SAMPLE_TIME_MS - 60_000, toMs: SAMPLE_TIME_MS + 60_000, stepMs: 1_000 };
  const window = createWindow({ ...range, grouping });
  for (const drop of drops) window.add(drop.series, drop.timeMs, drop.count, drop.attempt);
  return window.snapshot().groups;
}

function rowOf({ series }: Drop): RowSeries {
  const end = (party: typeof series.source) => ({
    ...partyView(party),
    labels: party.labels,
    names: party.names,
    identity: party.identity,
  });
  return { ...series, source: end(series.source), destination: end(series.destination) };
}

const found = (query: ReturnType<typeof groupQuery>) => drops.filter(compileQuery(query).drop);

describe("the query of a row", () => {
  it.each(GROUP_BYS)("by %s finds every drop of the group", (by) => {
    const { idOf } = groupingBy(by);
    const groups = groupsBy(by);
    expect(groups).not.toEqual([]);
    for (const group of groups) {
      const own = drops.filter(({ series }) => idOf(series) === group.id);
      const query = groupQuery(group);
      expect(found(query), formatQuery(query)).toEqual(expect.arrayContaining(own));
    }
  });

  it("finds nothing else for default deny and for reasons that are no policy's", () => {
    const groups = groupsBy("policy").filter(({ attribution }) => attribution.kind !== "policy");
    for (const group of groups) {
      const query = groupQuery(group);
      const ids = new Set(found(query).map(({ series }) => series.group));
      expect([...ids], formatQuery(query)).toEqual([group.id]);
    }
  });

  it("finds every drop of a series, and none of another here", () => {
    const groups = new Map(groupsBy("policy").map((group) => [group.id, group]));
    for (const drop of drops) {
      const group = groups.get(drop.series.group);
      if (group === undefined) throw new Error("no group");
      const query = seriesQuery(group, rowOf(drop));
      expect(found(query), formatQuery(query)).toContain(drop);
      expect(formatQuery(query)).not.toMatch(/\b(group|series):/);
    }
  });

  it("leaves nothing out that Hubble could not be told, for a policy's group", () => {
    for (const group of groupsBy("policy")) {
      const { notes } = toHubble(groupQuery(group));
      expect(notes.filter(({ level }) => level === "lost")).toEqual([]);
    }
  });
});
