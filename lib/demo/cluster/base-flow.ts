/**
 * The part of a flow that every event of a packet shares: addresses, ports, ends and labels. The end
 * that lives on the observing node has an endpoint id and workloads; the other has neither.
 */
import {
  type Endpoint,
  Flow,
  FlowType,
  IPVersion,
  TrafficDirection,
  type Layer4 as WireLayer4,
} from "@/lib/hubble/generated/flow/flow";
import { AGENT_VERSIONS, type CiliumVersion } from "./cilium-version";
import type { End } from "./ends";
import { CLUSTER, type ClusterNode } from "./inventory";
import type { Layer4, Packet } from "./packet";
import type { Random } from "./random";

/** Its arrays are shared by all demo flows and never changed. */
const EMPTY = Flow.fromPartial({});

const SYN = {
  FIN: false,
  SYN: true,
  RST: false,
  PSH: false,
  ACK: false,
  URG: false,
  ECE: false,
  CWR: false,
  NS: false,
};

const DIRECTIONS = {
  INGRESS: TrafficDirection.INGRESS,
  EGRESS: TrafficDirection.EGRESS,
  UNKNOWN: TrafficDirection.TRAFFIC_DIRECTION_UNKNOWN,
} as const;

/** A flow of this packet with a uuid of its own, its verdict and event type still to be set. */
export function baseFlow(packet: Packet, version: CiliumVersion, random: Random): Flow {
  const { timeMs, node, source, destination, l4 } = packet;
  return {
    ...EMPTY,
    time: timestamp(timeMs, random),
    uuid: random.uuid(),
    emitter: version === "1.18" ? undefined : { name: "Hubble", version: AGENT_VERSIONS[version] },
    ethernet: { source: source.mac, destination: destination.mac },
    IP: {
      source: source.ip,
      source_xlated: "",
      destination: destination.ip,
      ipVersion: source.ip.includes(":") ? IPVersion.IPv6 : IPVersion.IPv4,
      encrypted: false,
    },
    l4: wireLayer4(l4),
    source: endpointOf(source, node, version),
    destination: endpointOf(destination, node, version),
    Type: FlowType.L3_L4,
    node_name: node.name,
    node_labels: node.labels,
    source_names: source.names,
    destination_names: destination.names,
    traffic_direction: DIRECTIONS[packet.direction],
    Summary: summaryOf(l4),
  };
}

/** Nanoseconds below the microsecond are chance: a double holds no more of a time since 1970. */
function timestamp(timeMs: number, random: Random) {
  const wholeMs = Math.floor(timeMs);
  const micros = Math.floor((timeMs - wholeMs) * 1000);
  return {
    seconds: String(Math.floor(wholeMs / 1000)),
    nanos: (wholeMs % 1000) * 1_000_000 + micros * 1000 + random.int(0, 999),
  };
}

const endpoints = new WeakMap<readonly string[], Map<string, Endpoint>>();

/** Pods' endpoints are built once for each way to see them; there are few. */
function endpointOf(end: End, node: ClusterNode, version: CiliumVersion): Endpoint {
  const identity = end.identityOn(node);
  const isLocal = end.pod?.node === node;
  const key = `${end.pod?.name ?? ""}|${identity}|${isLocal}|${version}`;
  let known = endpoints.get(end.labels);
  if (!known) {
    known = new Map();
    endpoints.set(end.labels, known);
  }
  const seen = known.get(key);
  if (seen) return seen;
  const { pod } = end;
  const endpoint: Endpoint = {
    ID: pod && isLocal ? pod.endpointId : 0,
    identity,
    cluster_name: pod ? CLUSTER : "",
    namespace: pod?.namespace ?? "",
    labels: labelsOf(end, version),
    pod_name: pod?.name ?? "",
    workloads: pod && isLocal ? [{ name: pod.workload, kind: pod.workloadKind }] : [],
  };
  known.set(key, endpoint);
  return endpoint;
}

/** 1.20 adds generated labels for the named ports of a pod. */
function labelsOf(end: End, version: CiliumVersion): string[] {
  if (version !== "1.20" || end.pod?.workload !== "coredns") return [...end.labels];
  return [
    "gen:io.cilium.k8s.named-ports=dns.UDP.53_dns-tcp.TCP.53_metrics.TCP.9153",
    ...end.labels,
  ];
}

function wireLayer4(l4: Layer4): WireLayer4 {
  switch (l4.protocol) {
    case "TCP":
      return {
        TCP: { source_port: l4.sourcePort, destination_port: l4.destinationPort, flags: SYN },
      };
    case "UDP":
      return { UDP: { source_port: l4.sourcePort, destination_port: l4.destinationPort } };
    case "SCTP":
      return { SCTP: { source_port: l4.sourcePort, destination_port: l4.destinationPort } };
    case "ICMPv4":
      return { ICMPv4: { type: l4.type, code: l4.code } };
    case "ICMPv6":
      return { ICMPv6: { type: l4.type, code: l4.code } };
  }
}

function summaryOf(l4: Layer4): string {
  switch (l4.protocol) {
    case "TCP":
      return "TCP Flags: SYN";
    case "ICMPv4":
      return l4.type === 8 ? "ICMPv4 EchoRequest" : `ICMPv4 ${l4.type}(${l4.code})`;
    case "ICMPv6":
      return l4.type === 133 ? "ICMPv6 RouterSolicitation" : `ICMPv6 ${l4.type}(${l4.code})`;
    default:
      return l4.protocol;
  }
}
