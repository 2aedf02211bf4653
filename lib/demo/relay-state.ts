/** What the demo relay's calls share. */
import type { NodeState } from "@/lib/hubble/generated/relay/relay";
import { encodeResponse } from "./get-flows";
import { createRing, type Ring } from "./ring";

/** One open stream, as the relay sees it. */
export type Subscriber = {
  /** The rings have something new. */
  wake(): void;
  /** Sends an encoded message out of turn. */
  push(bytes: Buffer): void;
};

/** What was handed to the transport, over all calls since the relay was made. */
export type SentLedger = {
  /** uuid of each flow in the order of sending; only where the relay keeps a ledger. */
  uuids: string[];
  /** Every response of any kind; what is sent twice counts twice. */
  messages: number;
};

export type RelayState = {
  rings: Ring[];
  subscribers: Set<Subscriber>;
  sent: SentLedger;
  keepsLedger: boolean;
  /** Such as `1.19.4`. */
  version: string;
  startedMs: number;
  /** Resolved unless the relay hangs. */
  answering: Promise<void>;
};

/** The ring of a node, made at its first event. */
export function ringOf(state: RelayState, nodeName: string, capacity: number): Ring {
  const known = state.rings.find((ring) => ring.nodeName === nodeName);
  if (known) return known;
  const ring = createRing(nodeName, capacity);
  state.rings.push(ring);
  return ring;
}

export function encodeNodeStatus(
  stateChange: NodeState,
  nodeNames: readonly string[],
  message = "",
): Buffer {
  return encodeResponse({
    node_status: { state_change: stateChange, node_names: [...nodeNames], message },
    node_name: "",
    time: undefined,
  });
}
