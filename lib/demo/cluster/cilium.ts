/**
 * What Cilium reports about a packet: a refused one gives a policy verdict (event type 5) and then
 * a drop (type 1), an audited or allowed one a verdict alone. Only verdicts name policies, and only
 * where the Cilium version fills them in.
 */
import {
  AuthType,
  DropReason,
  type Flow,
  FlowType,
  L7FlowType,
  TraceObservationPoint,
  TraceReason,
  Verdict,
} from "@/lib/hubble/generated/flow/flow";
import { baseFlow } from "./base-flow";
import type { CiliumVersion } from "./cilium-version";
import { correlation } from "./correlation";
import { type End, worldEnd } from "./ends";
import type { Packet } from "./packet";
import type { Rule } from "./policies";
import type { Random } from "./random";

const POLICY_DENIED = DropReason.POLICY_DENIED;
const POLICY_DENY = DropReason.POLICY_DENY;

/** Numbers of `policy_match_type`. */
const MATCH = { none: 0, l3: 1, l3l4: 2, all: 4 } as const;

const TRACE_SUB_TYPE = { TO_ENDPOINT: 0, TO_STACK: 3, TO_OVERLAY: 4, TO_NETWORK: 11 } as const;

/** The flows of one packet, in the order they happen. */
export function reportFlows(packet: Packet, version: CiliumVersion, random: Random): Flow[] {
  const { decision } = packet;
  switch (decision.kind) {
    case "denied":
      return refused(packet, version, random, POLICY_DENY, decision.rules);
    case "default-deny":
      return refused(packet, version, random, POLICY_DENIED, []);
    case "auth-required":
      return refused(packet, version, random, DropReason.AUTH_REQUIRED, []);
    case "audited":
      return [audited(packet, version, random, decision.rules)];
    case "infrastructure":
      return [dropEvent(packet, version, random, decision)];
    case "http-denied":
      return [httpDenied(packet, version, random, decision)];
    case "dns-answer":
      return [dnsAnswer(packet, version, random, decision)];
    case "allowed":
      return [allowed(packet, version, random, decision)];
    case "traced":
      return [traced(packet, version, random, decision)];
  }
}

function refused(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  reason: DropReason,
  rules: readonly Rule[],
): Flow[] {
  const verdict: Flow = {
    ...baseFlow(random.chance(0.1) ? asVerdictSees(packet, reason) : packet, version, random),
    verdict: Verdict.DROPPED,
    drop_reason: reason,
    drop_reason_desc: reason,
    event_type: { type: 5, sub_type: 0 },
    policy_match_type: refusedMatchType(reason, packet),
    auth_type: reason === DropReason.AUTH_REQUIRED ? AuthType.SPIRE : AuthType.DISABLED,
    ...correlation(packet, version, "denied", rules),
  };
  const laterMs = 0.05 + random.next() * 0.45;
  const drop = dropEvent({ ...packet, timeMs: packet.timeMs + laterMs }, version, random, {
    reason,
    ...placeOf(packet),
  });
  return [verdict, drop];
}

/**
 * The datapath's identity and the agent's cache may disagree: a default-deny verdict then says only
 * "world" of an end for which the drop event has the prefix.
 */
function asVerdictSees(packet: Packet, reason: DropReason): Packet {
  if (reason !== POLICY_DENIED) return packet;
  const vague = (end: End) =>
    end.labels[0]?.startsWith("cidr:") ? worldEnd(end.ip, end.names) : end;
  return { ...packet, source: vague(packet.source), destination: vague(packet.destination) };
}

function dropEvent(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  { reason, file, line }: { reason: number; file: string; line: number },
): Flow {
  return {
    ...baseFlow(packet, version, random),
    verdict: Verdict.DROPPED,
    drop_reason: reason,
    drop_reason_desc: reason as DropReason,
    event_type: { type: 1, sub_type: reason },
    file: { name: file, line },
  };
}

/** Audit mode names an explicit deny from 1.20 on, and never a default deny. */
function audited(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  rules: readonly Rule[],
): Flow {
  return {
    ...baseFlow(packet, version, random),
    verdict: Verdict.AUDIT,
    event_type: { type: 5, sub_type: 0 },
    is_reply: false,
    policy_match_type: rules.length > 0 ? MATCH.l3l4 : MATCH.none,
    ...(version === "1.20" ? correlation(packet, version, "denied", rules) : {}),
  };
}

function allowed(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  { rules, redirected }: { rules: readonly Rule[]; redirected: boolean },
): Flow {
  return {
    ...baseFlow(packet, version, random),
    verdict: redirected ? Verdict.REDIRECTED : Verdict.FORWARDED,
    event_type: { type: 5, sub_type: 0 },
    is_reply: false,
    policy_match_type: rules.length > 0 ? MATCH.l3l4 : MATCH.all,
    ...correlation(packet, version, "allowed", rules),
  };
}

function traced(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  { point, reply }: { point: keyof typeof TRACE_SUB_TYPE; reply: boolean },
): Flow {
  return {
    ...baseFlow(packet, version, random),
    verdict: Verdict.FORWARDED,
    event_type: { type: 4, sub_type: TRACE_SUB_TYPE[point] },
    trace_observation_point: TraceObservationPoint[point],
    trace_reason: reply ? TraceReason.REPLY : TraceReason.ESTABLISHED,
    is_reply: reply,
    reply,
    interface: { index: 10 + (packet.source.pod?.endpointId ?? 3), name: "lxc_demo" },
  };
}

/** L7 records have no link layer, no TCP flags, no reason and never a policy. */
function httpDenied(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  { method, url }: { method: string; url: string },
): Flow {
  const base = baseFlow(packet, version, random);
  const tcp = base.l4?.TCP;
  return {
    ...base,
    verdict: Verdict.DROPPED,
    Type: 2,
    ethernet: undefined,
    l4: { TCP: tcp ? { ...tcp, flags: undefined } : undefined },
    event_type: { type: 129, sub_type: 0 },
    is_reply: false,
    l7: {
      type: L7FlowType.REQUEST,
      latency_ns: "0",
      http: {
        code: 0,
        method,
        url,
        protocol: "HTTP/1.1",
        headers: [{ key: ":scheme", value: "http" }],
      },
    },
    Summary: `HTTP/1.1 ${method} ${url}`,
  };
}

function dnsAnswer(
  packet: Packet,
  version: CiliumVersion,
  random: Random,
  { name, addresses, ttl }: { name: string; addresses: readonly string[]; ttl: number },
): Flow {
  return {
    ...baseFlow(packet, version, random),
    verdict: Verdict.FORWARDED,
    Type: FlowType.L7,
    ethernet: undefined,
    event_type: { type: 129, sub_type: 0 },
    is_reply: true,
    reply: true,
    l7: {
      type: L7FlowType.RESPONSE,
      latency_ns: "812000",
      dns: {
        query: `${name}.`,
        ips: [...addresses],
        ttl,
        cnames: [],
        observation_source: "proxy",
        rcode: 0,
        qtypes: ["A"],
        rrtypes: addresses.map(() => "A"),
      },
    },
    Summary: `DNS Answer "${addresses.join(",")}" TTL: ${ttl} (Proxy ${name}. A)`,
  };
}

function refusedMatchType(reason: DropReason, packet: Packet): number {
  if (reason === POLICY_DENIED) return MATCH.none;
  return packet.destination.pod || packet.source.pod === null ? MATCH.l3l4 : MATCH.l3;
}

function placeOf({ direction, destination, source }: Packet): { file: string; line: number } {
  const local = direction === "EGRESS" ? source : destination;
  if (!local.pod) return { file: "bpf_host.c", line: 1203 };
  return { file: "bpf_lxc.c", line: direction === "EGRESS" ? 1360 : 2114 };
}
