/**
 * A drop: one packet (or L7 request) that Cilium dropped or would have dropped. It is the unit
 * that is stored, counted and shown, and is made of one flow or of two that `pair` joined.
 */
import type { Direction, Flow, PolicyRef } from "./flow";
import type { Remembered } from "./remembered";

/** How sure we are of the attribution. `none`: nothing names what blocked it. */
export type Certainty = "reported" | "paired" | "inferred" | "none";

export type Verdict = "DROPPED" | "AUDIT";

/** What blocked a drop. */
export type Attribution = {
  /**
   * `policy`: one or more named policies (or an explicit deny that nothing names: `policies` is
   * then empty and the certainty `none`); `default-deny`: no rule allowed it; `other`: a reason
   * that is no policy's.
   */
  kind: "policy" | "default-deny" | "other";
  certainty: Certainty;
  policies: readonly PolicyRef[];
  /**
   * The end whose policy was enforced: source for egress, destination for ingress. Set for
   * default deny and for a policy that nothing names; null otherwise, or when it cannot be told.
   */
  endpoint: Party | null;
};

/** What kind of thing an end of a series is, in the order of preference when it is named. */
export type PartyKind =
  | "workload"
  | "labels"
  | "reserved"
  | "name"
  | "cidr"
  | "address"
  | "unknown";

/**
 * One end of a series: an endpoint without what changes from pod to pod and node to node.
 * `key` is equal for the same thing seen from different nodes.
 */
export type Party = {
  kind: PartyKind;
  key: string;
  /** What a person calls it: `productpage-v1`, `*.telemetry.example.com`, `world`, `203.0.113.7`. */
  name: string;
  cluster: string;
  namespace: string;
  workload: string;
  workloadKind: string;
  /** Identity labels, sorted. */
  labels: readonly string[];
  /** DNS names known for the address, sorted. */
  names: readonly string[];
  /** Numeric identity when it means the same on every node (reserved or cluster-scoped), else 0. */
  identity: number;
};

/** Whether the tags are known: set, known to be absent, or never exported on this drop. */
export type TagState = "tagged" | "untagged" | "unreported";

/**
 * All drops that agree in everything but time, pod instance, node and client port.
 * Built once and shared by its drops; never changed.
 */
export type Series = {
  /** Stable across restarts: a hash of the dimensions, 16 hex digits. */
  id: string;
  /** Id of its group: attribution, tags, verdict and direction. */
  group: string;
  cluster: string;
  verdict: Verdict;
  direction: Direction;
  /** Cilium's drop reason number, 0 for audit and L7 denials. */
  reason: number;
  attribution: Attribution;
  tags: readonly string[];
  tagState: TagState;
  source: Party;
  destination: Party;
  protocol: string;
  /** Destination port; the ICMP type for ICMP; 0 when there is none. */
  port: number;
  /** `GET /path`, `DNS name`, or empty. */
  l7: string;
};

export type Drop = {
  /** uuid of the policy-verdict flow where there is one, else of the drop flow. */
  uuid: string;
  /** Earlier of the two flows' times; see `Flow`. */
  timeMs: number;
  timeNanos: number;
  series: Series;
  /** Packets: 1, or more for aggregated exporter lines. */
  count: number;
  /** 1 when this drop begins an attempt to connect, 0 when it is a retry of one. */
  attempt: 0 | 1;
  /** Id of the Droplens source it came from. */
  origin: string;
  node: string;
  sourcePod: string;
  destinationPod: string;
  sourceIp: string;
  destinationIp: string;
  sourcePort: number;
  sourceIdentity: number;
  destinationIdentity: number;
  tcpFlags: number;
  /** Names that its addresses had before, where its flows gave none; null where nothing was known. */
  remembered: Remembered | null;
  /** The joined flows; at least one is set. Type 5 (or L7) and type 1. */
  verdictFlow: Flow | null;
  dropFlow: Flow | null;
};
