/**
 * What happens in the demo cluster before Cilium reports it: one packet (or L7 request) at one
 * node, and what the datapath decided about it.
 */
import type { End } from "./ends";
import type { ClusterNode } from "./inventory";
import type { Rule } from "./policies";

export type Layer4 =
  | { protocol: "TCP" | "UDP" | "SCTP"; sourcePort: number; destinationPort: number }
  | { protocol: "ICMPv4" | "ICMPv6"; type: number; code: number };

export type Decision =
  /** An explicit deny entry matched: reason 181. */
  | { kind: "denied"; rules: readonly Rule[] }
  /** No allow entry matched: reason 133. */
  | { kind: "default-deny" }
  /** As either of the two above, in audit mode. No rules: default deny. */
  | { kind: "audited"; rules: readonly Rule[] }
  /** Allowed, but mutual authentication is not complete: reason 189. */
  | { kind: "auth-required" }
  /** A reason that is no policy's; only a drop event exists. */
  | { kind: "infrastructure"; reason: number; file: string; line: number }
  /** The proxy refused the request. */
  | { kind: "http-denied"; method: string; url: string }
  /** The DNS proxy let an answer through. */
  | { kind: "dns-answer"; name: string; addresses: readonly string[]; ttl: number }
  | { kind: "allowed"; rules: readonly Rule[]; redirected: boolean }
  /** A trace event of a packet that passed. */
  | {
      kind: "traced";
      point: "TO_ENDPOINT" | "TO_STACK" | "TO_OVERLAY" | "TO_NETWORK";
      reply: boolean;
    };

export type Packet = {
  /** Milliseconds since the epoch, with fractions: flows are placed by nanosecond. */
  timeMs: number;
  node: ClusterNode;
  /** Of the policy map that decided. `unknown` for programs that belong to no endpoint. */
  direction: "INGRESS" | "EGRESS" | "UNKNOWN";
  source: End;
  destination: End;
  l4: Layer4;
  decision: Decision;
};
