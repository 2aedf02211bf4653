/** A group, a party and a view for tests; each test names only what it is about. */
import type { Group, PartyView, View } from "@/lib/drops/view";

export function sampleParty(change: Partial<PartyView> = {}): PartyView {
  return {
    kind: "workload",
    key: "workload/shop/web",
    name: "web",
    namespace: "shop",
    cluster: "default",
    ...change,
  };
}

export function sampleGroup(change: Partial<Group> = {}): Group {
  return {
    id: "g1",
    key: { by: "policy", text: "default deny of shop/web", query: "group:g1" },
    state: "unexpected",
    attribution: {
      kind: "default-deny",
      certainty: "paired",
      policies: [],
      endpoint: sampleParty(),
    },
    tags: [],
    tagState: "unreported",
    verdict: "DROPPED",
    direction: "egress",
    cluster: "default",
    reason: { code: 133, name: "POLICY_DENIED", text: "Policy denied" },
    drops: 6,
    attempts: 3,
    expected: 0,
    rules: [],
    firstSeen: "2026-11-21T14:12:04Z",
    lastSeen: "2026-11-21T14:32:07Z",
    sources: 1,
    destinations: 1,
    ports: 1,
    series: 1,
    top: {
      source: sampleParty(),
      destination: sampleParty({ name: "coredns", namespace: "kube-system" }),
      protocol: "UDP",
      port: 53,
      l7: "",
    },
    trend: Array.from({ length: 24 }, () => 0),
    ...change,
  };
}

const NONE = { drops: 0, attempts: 0, groups: 0 };

export function sampleView(change: Partial<View> = {}): View {
  return {
    query: "",
    by: "policy",
    fromMs: 0,
    toMs: 3_600_000,
    stepMs: 60_000,
    totals: {
      drops: 0,
      attempts: 0,
      unexpected: 0,
      expected: 0,
      byExpectation: [],
      byState: {
        surge: NONE,
        new: NONE,
        unexpected: NONE,
        audit: NONE,
        infrastructure: NONE,
        expected: NONE,
      },
    },
    groups: [],
    groupCount: 0,
    timeline: [],
    coverage: { complete: true, gaps: [], lostAtMost: 0, newestDrop: null, sources: [] },
    unfilteredGroups: 0,
    ...change,
  };
}
