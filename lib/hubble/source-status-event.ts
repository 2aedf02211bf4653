/** A status of a source that has no nodes, no version and no probes of its own. */
import type { StatusEvent } from "./source-event";

export function sourceStatus(
  state: StatusEvent["state"],
  words: string,
  atMs: number,
): StatusEvent {
  return {
    kind: "status",
    state,
    words,
    atMs,
    attempt: 1,
    nextTryMs: null,
    lastProofMs: state === "connected" ? atMs : null,
    version: "",
    nodesConnected: null,
    nodesUnavailable: null,
    unavailableNodes: [],
    flowsPerSecond: null,
    steppedOver: null,
  };
}
