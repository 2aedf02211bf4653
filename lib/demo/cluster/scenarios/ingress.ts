/** What is refused where it arrives: scans from outside, a broken release, a forbidden caller. */
import { hostEnd, podEnd, prefixEnd, remoteNodeEnd, worldEnd } from "@/lib/demo/cluster/ends";
import { NODES, podsOf } from "@/lib/demo/cluster/inventory";
import type { Packet } from "@/lib/demo/cluster/packet";
import { RULES } from "@/lib/demo/cluster/policies";
import { byDay, inBursts, risingFrom, steady } from "@/lib/demo/cluster/rhythm";
import {
  clientPort,
  connect,
  type Moment,
  packet,
  type Scenario,
} from "@/lib/demo/cluster/scenario";

/** `deployedMs`: local time when the broken release of checkout went out. */
export function ingressScenarios(deployedMs: number): readonly Scenario[] {
  return [
    { name: "port-scan", perMinute: 420, rhythm: inBursts, play: scan },
    { name: "broken-release", perMinute: 24, rhythm: risingFrom(deployedMs), play: useNewPort },
    { name: "payments", perMinute: 3, rhythm: byDay, play: callPayments },
    { name: "refund", perMinute: 2.5, rhythm: byDay, play: requestRefund },
    { name: "scrape", perMinute: 3, rhythm: steady, play: scrape },
    { name: "host-ssh", perMinute: 1.2, rhythm: steady, play: knockAtHost },
    { name: "authentication", perMinute: 0.5, rhythm: byDay, play: callBeforeAuthentication },
  ];
}

const SCANNERS = ["198.51.100.77", "203.0.113.250"] as const;
const PORTS_OF_INTEREST = [
  22, 23, 80, 110, 135, 139, 445, 1433, 3306, 3389, 5432, 5900, 6379, 8080, 8443, 9200,
] as const;

/** One SYN a port and no retry, as scanners do. */
function scan(moment: Moment): Packet[] {
  const { random } = moment;
  const port = random.chance(0.4) ? random.pick(PORTS_OF_INTEREST) : random.int(22, 9200);
  const scanner = SCANNERS[Math.floor(moment.timeMs / 540_000) % 2] ?? SCANNERS[0];
  const from =
    scanner === SCANNERS[0] ? prefixEnd("cidr:198.51.100.0/24", scanner) : worldEnd(scanner);
  return connect(moment, {
    from,
    to: podEnd(random.pick(podsOf("edge", "edge-proxy"))),
    direction: "INGRESS",
    port,
    decision: { kind: "default-deny" },
    syns: 1,
  });
}

/** The release reads its database over a port that no policy of the database allows. */
function useNewPort(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(moment.random.pick(podsOf("shop", "checkout"))),
    to: podEnd(podsOf("shop", "orders-db")[0]),
    direction: "INGRESS",
    port: 6432,
    decision: { kind: "default-deny" },
  });
}

/** The sender's own policy allows the call and is named; the receiver's denies it and is named. */
function callPayments(moment: Moment): Packet[] {
  const from = podEnd(moment.random.pick(podsOf("shop", "storefront")));
  const to = podEnd(podsOf("shop", "payments")[0]);
  const denied = connect(moment, {
    from,
    to,
    direction: "INGRESS",
    port: 8443,
    decision: { kind: "denied", rules: [RULES.paymentsIngressDeny] },
  });
  const [first] = denied;
  if (!first) return [];
  const allowed = packet(
    { ...moment, timeMs: moment.timeMs - 0.3 },
    {
      direction: "EGRESS",
      source: from,
      destination: to,
      l4: first.l4,
      decision: { kind: "allowed", rules: [RULES.storefrontEgress], redirected: false },
    },
  );
  return [allowed, ...denied];
}

/** The connection is allowed up to the proxy; the proxy refuses the request. */
function requestRefund(moment: Moment): Packet[] {
  const source = podEnd(moment.random.pick(podsOf("shop", "storefront")));
  const destination = podEnd(podsOf("shop", "payments")[0]);
  const l4 = {
    protocol: "TCP",
    sourcePort: clientPort(moment.random),
    destinationPort: 8080,
  } as const;
  const order = moment.random.int(1, 4);
  const url = `http://payments.shop.svc.cluster.local:8080/v1/orders/${order}/refund?notify=true`;
  const ends = { direction: "INGRESS", source, destination, l4 } as const;
  return [
    packet(moment, {
      ...ends,
      decision: { kind: "allowed", rules: [RULES.paymentsApi], redirected: true },
    }),
    packet(
      { ...moment, timeMs: moment.timeMs + 2.4 },
      { ...ends, decision: { kind: "http-denied", method: "POST", url } },
    ),
  ];
}

/** A Kubernetes NetworkPolicy selects the pods; it has no deny rules, so it can only default-deny. */
function scrape(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(podsOf("monitoring", "prometheus")[0]),
    to: podEnd(moment.random.pick(podsOf("crm", "crm-suite"))),
    direction: "INGRESS",
    port: 9113,
    decision: { kind: "default-deny" },
    syns: 2,
  });
}

/** Host firewall: never names a policy in these versions. */
function knockAtHost(moment: Moment): Packet[] {
  const node = moment.random.pick(NODES);
  return connect(moment, {
    from: worldEnd(`198.51.100.${moment.random.int(190, 193)}`),
    to: hostEnd(node),
    direction: "INGRESS",
    port: 22,
    decision: { kind: "default-deny" },
    syns: moment.random.pick([1, 3]),
  }).map((one) => ({ ...one, node }));
}

function callBeforeAuthentication(moment: Moment): Packet[] {
  const to = podEnd(podsOf("shop", "payments")[0]);
  const isNode = moment.random.chance(0.1);
  return connect(moment, {
    from: isNode ? remoteNodeEnd(NODES[0]) : podEnd(podsOf("edge", "edge-proxy")[0]),
    to,
    direction: "INGRESS",
    port: 8443,
    decision: { kind: "auth-required" },
    syns: 1,
  });
}
