/** Flows as a cluster has them, a few hundred a second: pairs, single drops, other verdicts, odd text. */
import { type FreshFlow, freshFlow } from "@/lib/faults/fresh";
import type { LedgerRelay } from "@/lib/faults/ledger-relay";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import type { Dice } from "./dice";

export type Traffic = {
  fresh(): FreshFlow;
  /** Lets traffic go on for so long. */
  pass(ms: number): Promise<void>;
  stop(): void;
};

const TICK_MS = 50;
const ODD = [
  "nul\u0000",
  "\u202eright to left",
  "\u{1f9e8}\u{1f9e8}",
  "\u2028",
  "a\r\nb",
  "</script>",
];

export function startTraffic(relay: LedgerRelay, dice: Dice): Traffic {
  const timer = setInterval(() => {
    for (let left = dice.below(25); left > 0; left -= 1) relay.emit(...some(dice));
  }, TICK_MS);
  return {
    fresh: () => freshFlow(),
    pass: (ms) => new Promise((later) => setTimeout(later, ms)),
    stop: () => clearInterval(timer),
  };
}

/** One packet, as the one flow or the two that are told of it. */
function some(dice: Dice): readonly object[] {
  const time = new Date().toISOString();
  const node = `c1/n${1 + dice.below(4)}`;
  const kind = dice.below(20);
  if (kind < 8) return packet(dice, time, node);
  if (kind < 10)
    return [freshFlow({ time, node_name: node, verdict: "FORWARDED", drop_reason: 0 })];
  if (kind < 12) {
    const text = dice.pick(ODD);
    return [
      freshFlow({
        time,
        node_name: node,
        Summary: text,
        source: { namespace: text, pod_name: text },
      }),
    ];
  }
  const address = { source: `10.0.${dice.below(8)}.${dice.below(250)}`, destination: "10.9.0.1" };
  return [freshFlow({ time, node_name: node, IP: { ...address, ipVersion: "IPv4" } })];
}

function packet(dice: Dice, time: string, node: string): readonly object[] {
  const pair = refusedPacket({
    ...{ time, node, reason: "POLICY_DENIED", source: PRODUCTPAGE, destination: COREDNS },
    IP: { source: `10.244.2.${dice.below(250)}`, destination: "10.244.0.10" },
    l4: { UDP: { source_port: 30_000 + dice.below(30_000), destination_port: 53 } },
  });
  return dice.below(10) === 0 ? [pair[dice.below(2)] ?? pair[0]] : pair;
}
