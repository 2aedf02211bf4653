/**
 * A host that many names share. Pods of two namespaces resolve names of it through the DNS proxy and
 * are refused; the answers and the first packets carry the name, and a minute later, when the proxy
 * has forgotten it, the same address comes bare.
 */
import { podEnd, worldEnd } from "@/lib/demo/cluster/ends";
import { podsOf } from "@/lib/demo/cluster/inventory";
import type { Packet } from "@/lib/demo/cluster/packet";
import { byDay } from "@/lib/demo/cluster/rhythm";
import {
  clientPort,
  connect,
  type Moment,
  packet,
  type Scenario,
} from "@/lib/demo/cluster/scenario";

export const NAMES: readonly Scenario[] = [
  { name: "fonts", perMinute: 1.5, rhythm: byDay, play: fetchFonts },
  { name: "beacon", perMinute: 0.4, rhythm: byDay, play: sendBeacon },
];

/** One address of a content network for both names, and one for the fonts alone. */
const SHARED = "192.0.2.203";
const OWN = "192.0.2.204";
const TTL = 30;

function fetchFonts(moment: Moment): Packet[] {
  const pod = moment.random.pick(podsOf("shop", "storefront"));
  const address = moment.random.pick([SHARED, OWN]);
  return call(moment, pod, "fonts.cdn.example.net", [SHARED, OWN], address);
}

function sendBeacon(moment: Moment): Packet[] {
  const [pod] = podsOf("crm", "crm-suite");
  return call(moment, pod, "beacon.ads.example.org", [SHARED], SHARED);
}

/** The name is known in the first of every three minutes. */
function call(
  moment: Moment,
  pod: ReturnType<typeof podsOf>[number],
  name: string,
  answer: readonly string[],
  address: string,
): Packet[] {
  const isKnown = moment.timeMs % 180_000 < 60_000;
  const packets = connect(
    { ...moment, timeMs: moment.timeMs + 4.2 },
    {
      from: podEnd(pod),
      to: worldEnd(address, isKnown ? [name] : []),
      direction: "EGRESS",
      port: 443,
      decision: { kind: "default-deny" },
      syns: 2,
    },
  );
  if (!isKnown) return packets;
  const { random } = moment;
  const answered = packet(moment, {
    // An answer turns the ends round, and keeps the direction of the question.
    direction: "EGRESS",
    node: pod.node,
    source: podEnd(random.pick(podsOf("kube-system", "coredns"))),
    destination: podEnd(pod),
    l4: { protocol: "UDP", sourcePort: 53, destinationPort: clientPort(random) },
    decision: { kind: "dns-answer", name, addresses: answer, ttl: TTL },
  });
  return [answered, ...packets];
}
