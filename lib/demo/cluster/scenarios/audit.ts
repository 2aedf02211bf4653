/**
 * The namespace `staging` runs in audit mode: its packets are reported as AUDIT and pass. A trace
 * follows each, and never a drop.
 */
import { podEnd, prefixEnd, worldEnd } from "@/lib/demo/cluster/ends";
import { podsOf } from "@/lib/demo/cluster/inventory";
import type { Packet } from "@/lib/demo/cluster/packet";
import { RULES } from "@/lib/demo/cluster/policies";
import { byDay, byNight } from "@/lib/demo/cluster/rhythm";
import { connect, type Moment, type Scenario, type Try } from "@/lib/demo/cluster/scenario";

export const AUDIT: readonly Scenario[] = [
  { name: "staging-outside", perMinute: 5, rhythm: byDay, play: callOutside },
  { name: "staging-production", perMinute: 3, rhythm: byDay, play: callProduction },
  { name: "staging-cache", perMinute: 4, rhythm: byDay, play: callCache },
  { name: "staging-backup", perMinute: 2, rhythm: byNight, play: backUp },
];

function callOutside(moment: Moment): Packet[] {
  const last = moment.random.int(80, 84);
  return audited(moment, {
    from: podEnd(podsOf("staging", "api")[0]),
    to: worldEnd(`192.0.2.${last}`, ["api.partner.example.org"]),
    direction: "EGRESS",
    port: 443,
    decision: { kind: "audited", rules: [] },
  });
}

/** An explicit deny in audit mode: 1.20 names it, earlier versions do not. */
function callProduction(moment: Moment): Packet[] {
  return audited(moment, {
    from: podEnd(podsOf("staging", "worker")[0]),
    to: podEnd(podsOf("shop", "orders-db")[0]),
    direction: "EGRESS",
    port: 5432,
    decision: { kind: "audited", rules: [RULES.stagingDeny] },
  });
}

function callCache(moment: Moment): Packet[] {
  return audited(moment, {
    from: podEnd(moment.random.pick([podsOf("staging", "api")[0], podsOf("staging", "worker")[0]])),
    to: podEnd(podsOf("staging", "cache")[0]),
    direction: "INGRESS",
    port: 6379,
    decision: { kind: "audited", rules: [] },
  });
}

function backUp(moment: Moment): Packet[] {
  return audited(moment, {
    from: podEnd(podsOf("staging", "cache")[0]),
    to: prefixEnd("fqdn:*.updates.example.net", "192.0.2.140", ["bucket.updates.example.net"]),
    direction: "EGRESS",
    port: 443,
    decision: { kind: "audited", rules: [] },
  });
}

/** It passes, so one SYN is enough; its trace follows within 20 µs. */
function audited(moment: Moment, attempt: Try): Packet[] {
  return connect(moment, { ...attempt, syns: 1 }).flatMap((one) => [
    one,
    {
      ...one,
      timeMs: one.timeMs + 0.018,
      decision: {
        kind: "traced",
        point: attempt.direction === "INGRESS" ? "TO_ENDPOINT" : "TO_STACK",
        reply: false,
      },
    },
  ]);
}
