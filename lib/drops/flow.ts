/**
 * One record from Hubble as the rest of Droplens sees it: the same shape whether it came over gRPC
 * or from a JSON line. `lib/hubble` builds it; nothing else needs to know the wire.
 */

/** Hubble's direction of the enforced policy map. `unknown` is what Cilium leaves unset. */
export type Direction = "ingress" | "egress" | "unknown";

/** Cilium's monitor event types that matter here (`flow.event_type.type`). */
export const EVENT_DROP = 1;
export const EVENT_POLICY_VERDICT = 5;
export const EVENT_L7 = 129;

export type Workload = { name: string; kind: string };

/**
 * One end of a flow. Values are shared between flows (the decoder interns them), so they are
 * never changed after they are built, and identity (`===`) may be used as a cache key.
 */
export type Endpoint = {
  /** Cilium endpoint id, only on the node-local end; 0 when absent. */
  id: number;
  /** Numeric security identity; 0 when absent. Not comparable across nodes above 0x01000000. */
  identity: number;
  cluster: string;
  namespace: string;
  pod: string;
  workloads: readonly Workload[];
  /** Cilium labels such as `k8s:app=web`, as received. */
  labels: readonly string[];
};

export type PolicyRef = {
  /** `CiliumNetworkPolicy`, `CiliumClusterwideNetworkPolicy`, `NetworkPolicy`, …; an open set. */
  kind: string;
  /** Empty for cluster-wide policies. */
  namespace: string;
  name: string;
};

export type L7 = {
  kind: "http" | "dns" | "kafka" | "other";
  type: "REQUEST" | "RESPONSE" | "SAMPLE" | "UNKNOWN";
  /** HTTP method, empty for others. */
  method: string;
  /** HTTP path without query, DNS name without its trailing dot, or Kafka topic. */
  target: string;
  /** HTTP status or DNS rcode; 0 when absent. */
  code: number;
  /** Of a DNS response that was no failure and came from Cilium's proxy: what it answered. */
  answer?: DnsAnswer;
};

/** `ttl` is in seconds, 0 when the answer has none. */
export type DnsAnswer = { addresses: readonly string[]; ttl: number };

/** Bit of each TCP flag in `Flow.tcpFlags`, in the order Hubble declares them. */
export const TCP_FLAGS = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
  NS: 256,
} as const;

export type Flow = {
  /** Hubble's uuid, or a hash of the record where the agent sent none (before 1.14, masked). */
  uuid: string;
  /** Whole milliseconds since the epoch. */
  timeMs: number;
  /** Nanoseconds within that millisecond, 0 to 999,999. */
  timeNanos: number;
  /** `DROPPED`, `AUDIT`, `FORWARDED`, …; a bare number when this build has no name for it. */
  verdict: string;
  /** Cilium's drop reason number; 0 when absent. See `reason.ts`. */
  dropReason: number;
  eventType: number;
  eventSubType: number;
  direction: Direction;
  /** `policy_match_type` of a policy verdict: 0 is "no entry matched". */
  matchType: number;
  /** Cluster of the observing node; `default` when the node name carries none. */
  cluster: string;
  /** Observing node, without its cluster. */
  node: string;
  source: Endpoint;
  destination: Endpoint;
  sourceIp: string;
  destinationIp: string;
  sourceNames: readonly string[];
  destinationNames: readonly string[];
  /** `TCP`, `UDP`, `SCTP`, `ICMPv4`, `ICMPv6`, `VRRP`, `IGMP`, or empty. */
  protocol: string;
  /** 0 when the protocol has no ports or the record lacks them. */
  sourcePort: number;
  destinationPort: number;
  /** ICMP type and code; -1 for other protocols. */
  icmpType: number;
  icmpCode: number;
  /** Sum of `TCP_FLAGS` bits. */
  tcpFlags: number;
  l7: L7 | null;
  /** Policies that denied it, from the list of the flow's own direction. */
  deniedBy: readonly PolicyRef[];
  /** `policy_log` with empty strings removed, or null when the field was not on the record at all. */
  policyLog: readonly string[] | null;
  /** Datapath code place such as `bpf_lxc.c:1360`; empty when absent. */
  file: string;
  /** Version of the emitting Cilium (1.19 and later), else empty. */
  emitter: string;
  /** How many packets this record stands for: 1, or more for an aggregated exporter line. */
  count: number;
  /** The record as it came, kept as evidence: protobuf bytes of `flow.Flow`, or a JSON line. */
  raw: Uint8Array | string;
};
