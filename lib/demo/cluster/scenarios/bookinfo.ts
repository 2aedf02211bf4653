/**
 * Bookinfo after `productpage-deny-all`: the product page may send nothing, so its first packet,
 * the DNS query, meets default deny. The resolver asks for A and AAAA at once and again after 5 s.
 */
import { podEnd } from "@/lib/demo/cluster/ends";
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

export const BOOKINFO: readonly Scenario[] = [
  { name: "productpage-dns", perMinute: 3.2, rhythm: byDay, play: queryDns },
  { name: "ratings-database", perMinute: 1.2, rhythm: byDay, play: askDatabase },
];

function queryDns(moment: Moment): Packet[] {
  const [productpage] = podsOf("bookinfo", "productpage-v1");
  const to = podEnd(moment.random.pick(podsOf("kube-system", "coredns")));
  const sourcePort = clientPort(moment.random);
  const offsets = moment.random.chance(0.5) ? [0, 0.08, 5005.2, 5005.3] : [0, 0.08, 5005.2];
  return offsets.map((offset) =>
    packet(
      { ...moment, timeMs: moment.timeMs + offset },
      {
        direction: "EGRESS",
        source: podEnd(productpage),
        destination: to,
        l4: { protocol: "UDP", sourcePort, destinationPort: 53 },
        decision: { kind: "default-deny" },
      },
    ),
  );
}

/** Ratings v1 has no database to ask; someone set the variable of v2 on it. */
function askDatabase(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(podsOf("bookinfo", "ratings-v1")[0]),
    to: podEnd(podsOf("shop", "orders-db")[0]),
    direction: "INGRESS",
    port: 27017,
    decision: { kind: "default-deny" },
  });
}
