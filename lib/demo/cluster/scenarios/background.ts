/** Traffic that passes, so that a filter has something to leave out. */
import { type End, podEnd } from "@/lib/demo/cluster/ends";
import { type Pod, podsOf } from "@/lib/demo/cluster/inventory";
import type { Packet } from "@/lib/demo/cluster/packet";
import { RULES } from "@/lib/demo/cluster/policies";
import { byDay } from "@/lib/demo/cluster/rhythm";
import { clientPort, type Moment, packet, type Scenario } from "@/lib/demo/cluster/scenario";

export const BACKGROUND: readonly Scenario[] = [
  { name: "browse", perMinute: 10, rhythm: byDay, play: browse },
  { name: "resolve", perMinute: 6, rhythm: byDay, play: resolve },
  { name: "scrape-allowed", perMinute: 3, rhythm: byDay, play: scrape },
];

/** A verdict on the sender's node, a trace there and one at the receiver. */
function browse(moment: Moment): Packet[] {
  const from = moment.random.pick(podsOf("shop", "storefront"));
  const to = moment.random.pick(podsOf("shop", "checkout"));
  const ends = pair(moment, from, podEnd(to), 8080);
  return [
    packet(moment, {
      ...ends,
      decision: { kind: "allowed", rules: [RULES.storefrontEgress], redirected: false },
    }),
    packet(later(moment, 0.02), {
      ...ends,
      decision: { kind: "traced", point: "TO_OVERLAY", reply: false },
    }),
    packet(later(moment, 0.4), {
      ...ends,
      node: to.node,
      decision: { kind: "traced", point: "TO_ENDPOINT", reply: false },
    }),
  ];
}

function resolve(moment: Moment): Packet[] {
  const { random } = moment;
  const from = random.pick(podsOf("shop", "storefront"));
  return [
    packet(moment, {
      direction: "EGRESS",
      source: podEnd(from),
      destination: podEnd(random.pick(podsOf("kube-system", "coredns"))),
      l4: { protocol: "UDP", sourcePort: clientPort(random), destinationPort: 53 },
      decision: { kind: "allowed", rules: [RULES.dnsAllow], redirected: true },
    }),
  ];
}

function scrape(moment: Moment): Packet[] {
  const to = moment.random.pick(podsOf("shop", "checkout"));
  const ends = pair(moment, podsOf("monitoring", "prometheus")[0], podEnd(to), 9090);
  return [
    packet(moment, {
      ...ends,
      direction: "INGRESS",
      decision: { kind: "allowed", rules: [RULES.scrape], redirected: false },
    }),
  ];
}

function pair({ random }: Moment, from: Pod, destination: End, port: number) {
  return {
    direction: "EGRESS",
    source: podEnd(from),
    destination,
    l4: { protocol: "TCP", sourcePort: clientPort(random), destinationPort: port },
  } as const;
}

function later(moment: Moment, ms: number): Moment {
  return { ...moment, timeMs: moment.timeMs + ms };
}
