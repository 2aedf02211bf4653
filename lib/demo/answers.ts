/** What the demo relay answers to the calls that are not streams, as Relay sums up its nodes. */
import type {
  GetNamespacesResponse,
  GetNodesResponse,
  ServerStatusResponse,
} from "@/lib/hubble/generated/observer/observer";
import { NodeState } from "@/lib/hubble/generated/relay/relay";
import type { RelayState } from "./relay-state";
import { type Ring, timeOf } from "./ring";

export function serverStatus(state: RelayState, nowMs: number): ServerStatusResponse {
  const uptimeMs = Math.max(1, nowMs - state.startedMs);
  const seen = sum(state.rings, (ring) => ring.next());
  return {
    num_flows: String(sum(state.rings, held)),
    max_flows: String(sum(state.rings, ({ capacity }) => capacity)),
    seen_flows: String(seen),
    uptime_ns: nanoseconds(uptimeMs),
    num_connected_nodes: state.rings.length,
    num_unavailable_nodes: 0,
    unavailable_nodes: [],
    version: `hubble-relay v${state.version}`,
    flows_rate: (seen * 1000) / uptimeMs,
  };
}

export function getNodes(state: RelayState, nowMs: number): GetNodesResponse {
  return {
    nodes: state.rings.map((ring, i) => ({
      name: ring.nodeName,
      version: `cilium v${state.version}`,
      address: `10.60.${i}.10:4244`,
      state: NodeState.NODE_CONNECTED,
      tls: { enabled: false, server_name: "" },
      uptime_ns: nanoseconds(Math.max(1, nowMs - state.startedMs)),
      num_flows: String(held(ring)),
      max_flows: String(ring.capacity),
      seen_flows: String(ring.next()),
    })),
  };
}

/** Pairs seen in the last hour, by cluster and then namespace. */
export function getNamespaces(state: RelayState, nowMs: number): GetNamespacesResponse {
  const sinceSeconds = nowMs / 1000 - 3600;
  const pairs = new Map<string, { cluster: string; namespace: string }>();
  for (const ring of state.rings) {
    for (let position = ring.next() - 1; position >= ring.oldest(); position--) {
      const entry = ring.at(position);
      if (!entry || Number(timeOf(entry).seconds) < sinceSeconds) break;
      if (entry.kind !== "flow") continue;
      for (const end of [entry.flow.source, entry.flow.destination]) {
        if (!end || end.namespace === "") continue;
        const { cluster_name: cluster, namespace } = end;
        pairs.set(`${cluster}/${namespace}`, { cluster, namespace });
      }
    }
  }
  const namespaces = [...pairs.values()].sort(
    (a, b) => order(a.cluster, b.cluster) || order(a.namespace, b.namespace),
  );
  return { namespaces };
}

function held(ring: Ring): number {
  return ring.next() - ring.oldest();
}

function sum(rings: readonly Ring[], of: (ring: Ring) => number): number {
  return rings.reduce((total, ring) => total + of(ring), 0);
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
