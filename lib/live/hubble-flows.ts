/**
 * For tests: flows as Cilium emits them, in Hubble's own JSON, to be served by the demo relay. The
 * names are those of the published walk-throughs whose figures the tests retell.
 */
import { randomUUID } from "node:crypto";
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { messageFromJson } from "@/lib/hubble/read-json";

type Json = Record<string, unknown>;

export type PacketOptions = {
  /** RFC 3339 with up to nanoseconds. */
  time: string;
  reason: "POLICY_DENIED" | "POLICY_DENY";
  source: Json;
  destination: Json;
  IP: { source: string; destination: string };
  l4: Json;
  /** More fields of the verdict event: policies, tags. */
  verdict?: Json;
  node?: string;
};

const NUMBERS = { POLICY_DENIED: 133, POLICY_DENY: 181 };

/** Both flows of one refused packet on its way out: the verdict event, then the drop event. */
export function refusedPacket(options: PacketOptions): [verdict: Flow, drop: Flow] {
  const { time, reason, source, destination, IP, l4, node = "demo/worker-1" } = options;
  const common = {
    time,
    verdict: "DROPPED",
    drop_reason: NUMBERS[reason],
    drop_reason_desc: reason,
    IP: { ...IP, ipVersion: "IPv4" },
    l4,
    source,
    destination,
    Type: "L3_L4",
    node_name: node,
    traffic_direction: "EGRESS",
  };
  const verdict = { ...common, uuid: randomUUID(), event_type: { type: 5 }, ...options.verdict };
  const drop = {
    ...common,
    uuid: randomUUID(),
    event_type: { type: 1, sub_type: NUMBERS[reason] },
    file: { name: "bpf_lxc.c", line: 1360 },
  };
  return [messageFromJson("flow.Flow", verdict), messageFromJson("flow.Flow", drop)];
}

export const PRODUCTPAGE: Json = {
  ID: 1881,
  identity: 9889,
  namespace: "default",
  labels: ["k8s:app=productpage", "k8s:io.kubernetes.pod.namespace=default", "k8s:version=v1"],
  pod_name: "productpage-v1-675fc69cf-8zzxh",
  workloads: [{ name: "productpage-v1", kind: "Deployment" }],
};

export const COREDNS: Json = {
  identity: 17513,
  namespace: "kube-system",
  labels: ["k8s:io.kubernetes.pod.namespace=kube-system", "k8s:k8s-app=kube-dns"],
  pod_name: "coredns-76f75df574-rw29s",
};

/** A pod that is refused the cloud metadata address, with what its verdict says of the policy. */
export function metadataPacket(time: string, sourcePort: number, verdict: Json): [Flow, Flow] {
  return refusedPacket({
    time,
    reason: "POLICY_DENY",
    source: {
      ID: 7,
      identity: 4711,
      namespace: "payments",
      pod_name: "api-6d5f7c9b8d-x2x4z",
      workloads: [{ name: "api", kind: "Deployment" }],
    },
    destination: { identity: 16777217, labels: ["cidr:169.254.169.254/32", "reserved:world"] },
    IP: { source: "10.0.1.9", destination: "169.254.169.254" },
    l4: { TCP: { source_port: sourcePort, destination_port: 80, flags: { SYN: true } } },
    verdict: { policy_match_type: 1, ...verdict },
  });
}

/** The deny policy of the metadata walk-through, as a flow names it. */
export const METADATA_POLICY: Json = {
  name: "azure-imds-deny",
  labels: [
    "k8s:io.cilium.k8s.policy.derived-from=CiliumClusterwideNetworkPolicy",
    "k8s:io.cilium.k8s.policy.name=azure-imds-deny",
  ],
  revision: "9",
  kind: "CiliumClusterwideNetworkPolicy",
};
