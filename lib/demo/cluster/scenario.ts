/**
 * A scenario is one thing that keeps happening in the demo cluster. It is told when it happens and
 * says which packets that makes; how often and what Cilium reports is decided elsewhere.
 */
import { type End, nodeOf } from "./ends";
import type { Decision, Layer4, Packet } from "./packet";
import type { Random } from "./random";
import type { Rhythm } from "./rhythm";

export type Moment = {
  timeMs: number;
  random: Random;
};

export type Scenario = {
  name: string;
  /** Attempts per minute where the rhythm says 1. */
  perMinute: number;
  rhythm: Rhythm;
  /** Packets of one attempt, none later than `LONGEST_ATTEMPT_MS` after it begins. */
  play(moment: Moment): Packet[];
};

export const LONGEST_ATTEMPT_MS = 8_000;

/** When a kernel sends a SYN again: 1, 2 and 4 s after the one before. */
const SYN_RETRIES_MS = [0, 1_000, 3_000, 7_000];

export type Try = {
  from: End;
  to: End;
  direction: "INGRESS" | "EGRESS";
  port: number;
  decision: Decision;
  /** SYNs sent before the client gives up, 1 to 4. */
  syns?: number;
};

/** One try to connect over TCP: every SYN has the same ports and is refused again. */
export function connect({ timeMs, random }: Moment, attempt: Try): Packet[] {
  const { from, to, direction, port, decision } = attempt;
  const l4: Layer4 = { protocol: "TCP", sourcePort: clientPort(random), destinationPort: port };
  const node = nodeOf(direction === "EGRESS" ? from : to);
  const syns = attempt.syns ?? random.pick([1, 2, 3, 4, 4]);
  return SYN_RETRIES_MS.slice(0, syns).map((offset, i) => ({
    // A retry is a few ms late, as timers are.
    timeMs: timeMs + offset + (i === 0 ? 0 : random.next() * 24),
    node,
    direction,
    source: from,
    destination: to,
    l4,
    decision,
  }));
}

/** One packet on its own. */
export function packet(
  { timeMs }: Moment,
  rest: Pick<Packet, "direction" | "source" | "destination" | "l4" | "decision"> & {
    node?: Packet["node"];
  },
): Packet {
  const local = rest.direction === "INGRESS" ? rest.destination : rest.source;
  return { timeMs, node: rest.node ?? nodeOf(local), ...rest };
}

export function clientPort(random: Random): number {
  return random.int(32_768, 60_999);
}
