/** Drops for the tests of this room: believable ones by number, and single ones by what matters. */
import type { Drop, Party, Series } from "@/lib/drops/drop";

export function sampleParty(name: string): Party {
  return {
    kind: "workload",
    key: `default/shop/Deployment/${name}`,
    name,
    cluster: "default",
    namespace: "shop",
    workload: name,
    workloadKind: "Deployment",
    labels: [`k8s:app=${name}`, "k8s:io.kubernetes.pod.namespace=shop"],
    names: [],
    identity: 0,
  };
}

/** The `number`-th series; ten series make a group. */
export function sampleSeries(number: number, change: Partial<Series> = {}): Series {
  const policies = [{ kind: "CiliumNetworkPolicy", namespace: "shop", name: `deny-${number % 7}` }];
  const destination = sampleParty(`db-${number % 11}`);
  return {
    id: (number + 1).toString(16).padStart(16, "f"),
    group: `group-${Math.floor(number / 10)}`,
    cluster: "default",
    verdict: number % 3 === 0 ? "AUDIT" : "DROPPED",
    direction: "ingress",
    reason: 133,
    attribution: { kind: "policy", certainty: "paired", policies, endpoint: destination },
    tags: ["tier=db"],
    tagState: "tagged",
    source: sampleParty(`web-${number % 13}`),
    destination,
    protocol: "TCP",
    port: 5432,
    l7: "",
    ...change,
  };
}

export function sampleDrop(change: Partial<Drop> = {}): Drop {
  return {
    uuid: "drop",
    timeMs: 1_790_000_000_000,
    timeNanos: 0,
    series: sampleSeries(0),
    count: 1,
    attempt: 1,
    origin: "relay",
    node: "node-1",
    sourcePod: "web-0",
    destinationPod: "db-0",
    sourceIp: "10.0.0.1",
    destinationIp: "10.0.0.2",
    sourcePort: 40_000,
    sourceIdentity: 1234,
    destinationIdentity: 5678,
    tcpFlags: 2,
    remembered: null,
    verdictFlow: null,
    dropFlow: null,
    ...change,
  };
}

export const BATCH_SIZE = 200;

/** The `number`-th batch of a run: no two batches share a uuid. */
export function numberedBatch(number: number): Drop[] {
  return Array.from({ length: BATCH_SIZE }, (_, index) =>
    sampleDrop({ uuid: `${number}-${index}`, series: sampleSeries(index % 20) }),
  );
}
