/**
 * Counts of drops for a graph of any size, seeded: workloads in namespaces, names and addresses
 * outside, and edges of which few are busy and many are rare, as in a cluster.
 */
import type { LoadRow } from "@/lib/drops/load-row";
import { sampleParty, sampleSeries } from "@/lib/graph/sample-series";

export const GRAPH_SPAN = { fromMs: 1_790_000_000_000, toMs: 1_790_003_600_000 };

const WORKLOADS_IN_NAMESPACE = 14;
const PORTS = [443, 80, 5432, 8443, 53, 9090];

/** `series` rows of one bucket each, between about `nodes` nodes, in about `edges` pairs. */
export function graphRows(nodes: number, edges: number, series = edges): LoadRow[] {
  const random = seeded(nodes * 31 + edges);
  const parties = Array.from({ length: nodes }, (_, at) => partyOf(at, nodes));
  const inside = Math.floor(nodes * 0.75);
  const pick = (count: number) => Math.floor(random() ** 1.6 * count);
  const pairs: [number, number][] = [];
  // Every node has at least one edge; the rest fall on the busy ones.
  for (let at = 0; at < nodes; at++) {
    pairs.push(at < inside ? [at, pick(nodes)] : [pick(inside), at]);
  }
  while (pairs.length < edges) pairs.push([pick(inside), Math.floor(random() * nodes)]);
  return Array.from({ length: series }, (_, at): LoadRow => {
    const [from = 0, to = 0] = pairs[at % pairs.length] ?? [];
    const source = parties[from] ?? sampleParty();
    const destination = parties[to === from ? (to + 1) % nodes : to] ?? sampleParty();
    const isAudit = at % 9 === 4;
    const made = sampleSeries({
      id: at.toString(16).padStart(16, "0"),
      group: (at % 97).toString(16).padStart(16, "0"),
      source,
      destination,
      direction: at % 5 === 0 ? "ingress" : "egress",
      verdict: isAudit ? "AUDIT" : "DROPPED",
      port: PORTS[at % PORTS.length] ?? 443,
    });
    const attempts = 1 + Math.floor(400 * random() ** 8);
    const bucketMs = GRAPH_SPAN.fromMs + Math.floor(random() * 3_600_000);
    return {
      series: made,
      bucketMs,
      drops: attempts,
      attempts,
      firstMs: bucketMs,
      lastMs: bucketMs,
    };
  });
}

function partyOf(at: number, nodes: number) {
  const share = at / nodes;
  if (share < 0.75) {
    const namespace = `team-${String(Math.floor(at / WORKLOADS_IN_NAMESPACE)).padStart(2, "0")}`;
    return sampleParty({ namespace, name: `service-${at % WORKLOADS_IN_NAMESPACE}` });
  }
  const isName = share < 0.85;
  const name = isName
    ? `api-${at}.partner-${at % 40}.example.com`
    : `203.0.${at % 256}.${Math.floor(at / 256)}`;
  const kind = isName ? "name" : "address";
  return sampleParty({
    kind,
    name,
    key: `${kind}:${name}`,
    namespace: "",
    cluster: "",
    workload: "",
  });
}

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
