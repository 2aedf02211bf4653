/**
 * Tells a retry from a new attempt to connect. A client whose SYN is dropped sends it again after
 * 1, 2, 4 … 64 s from the same port, so a TCP drop of the same addresses and ports within 70 s of
 * the one before is a retry. The node is no part of it: a packet may be seen on either side. Every
 * other drop (UDP, ICMP, L7 requests) is an attempt of its own.
 */

import type { Flow } from "./flow";
import { lane, mix32 } from "./hash";
import { createRecent } from "./recent";

export type Attempts = {
  /** 1 when the flow's drop begins an attempt, 0 when it is a retry of one. */
  count(flow: Flow): 0 | 1;
};

/** Just over Linux's sixth and longest wait between two SYNs of one connection (64 s). */
const RETRY_WINDOW_MS = 70_000;

/** Remembers at least the last `capacity` connections and at most twice as many. */
export function createAttempts(capacity = 262_144): Attempts {
  const recent = createRecent(capacity);
  return {
    count(flow) {
      if (flow.protocol !== "TCP" || flow.l7 !== null || flow.sourcePort === 0) return 1;
      const ports = (flow.sourcePort << 16) | flow.destinationPort;
      const a = lane(flow.destinationIp, lane(flow.sourceIp, 0x13198a2e) ^ 0x2f);
      const b = lane(flow.sourceIp, lane(flow.destinationIp, 0x03707344) ^ 0x2f);
      const before = recent.touch(mix32(a), mix32(b), ports, 1, flow.timeMs);
      return Math.abs(flow.timeMs - before) <= RETRY_WINDOW_MS ? 0 : 1;
    },
  };
}
