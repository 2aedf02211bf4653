/** Drops that no policy ordered: only a drop event, with a reason and a place in the datapath. */

import { podEnd, unknownEnd, worldEnd } from "@/lib/demo/cluster/ends";
import { NODES, podsOf } from "@/lib/demo/cluster/inventory";
import type { Packet } from "@/lib/demo/cluster/packet";
import { byDay, inBursts, steady } from "@/lib/demo/cluster/rhythm";
import { clientPort, type Moment, packet, type Scenario } from "@/lib/demo/cluster/scenario";
import { DropReason } from "@/lib/hubble/generated/flow/flow";

export const INFRASTRUCTURE: readonly Scenario[] = [
  { name: "stale-address", perMinute: 0.9, rhythm: byDay, play: sendToGonePod },
  { name: "router-solicitation", perMinute: 1.5, rhythm: steady, play: solicitRouter },
  { name: "truncated", perMinute: 0.25, rhythm: steady, play: sendTruncated },
  { name: "host-not-ready", perMinute: 6, rhythm: inBursts, play: sendWhileRestarting },
];

function sendToGonePod(moment: Moment): Packet[] {
  const { random } = moment;
  const pod = random.pick(podsOf("shop", "storefront"));
  return [
    packet(moment, {
      direction: "EGRESS",
      source: podEnd(pod),
      destination: unknownEnd(`10.244.${random.int(0, 2)}.${random.int(200, 203)}`),
      l4: { protocol: "TCP", sourcePort: clientPort(random), destinationPort: 8080 },
      decision: {
        kind: "infrastructure",
        reason: DropReason.STALE_OR_UNROUTABLE_IP,
        file: "bpf_lxc.c",
        line: 1287,
      },
    }),
  ];
}

/** A new interface asks for a router from a link-local address that Cilium does not know. */
function solicitRouter(moment: Moment): Packet[] {
  const node = moment.random.pick(NODES);
  const tail = moment.random.int(0x1000, 0x1004).toString(16);
  return [
    packet(moment, {
      node,
      direction: "UNKNOWN",
      source: unknownEnd(`fe80::64d8:8aff:fe72:${tail}`),
      destination: unknownEnd("ff02::2"),
      l4: { protocol: "ICMPv6", type: 133, code: 0 },
      decision: {
        kind: "infrastructure",
        reason: DropReason.INVALID_SOURCE_IP,
        file: "bpf_lxc.c",
        line: 998,
      },
    }),
  ];
}

function sendTruncated(moment: Moment): Packet[] {
  const pod = moment.random.pick(podsOf("edge", "edge-proxy"));
  return [
    packet(moment, {
      node: pod.node,
      direction: "UNKNOWN",
      source: worldEnd(`198.51.100.${moment.random.int(60, 70)}`),
      destination: podEnd(pod),
      l4: { protocol: "UDP", sourcePort: clientPort(moment.random), destinationPort: 443 },
      decision: {
        kind: "infrastructure",
        reason: DropReason.CT_TRUNCATED_OR_INVALID_HEADER,
        file: "conntrack.h",
        line: 642,
      },
    }),
  ];
}

function sendWhileRestarting(moment: Moment): Packet[] {
  const pod = moment.random.pick(podsOf("monitoring", "node-agent"));
  return [
    packet(moment, {
      node: pod.node,
      direction: "UNKNOWN",
      source: podEnd(pod),
      destination: worldEnd("192.0.2.9"),
      l4: { protocol: "TCP", sourcePort: clientPort(moment.random), destinationPort: 4317 },
      decision: {
        kind: "infrastructure",
        reason: DropReason.DROP_HOST_NOT_READY,
        file: "bpf_host.c",
        line: 1713,
      },
    }),
  ];
}
