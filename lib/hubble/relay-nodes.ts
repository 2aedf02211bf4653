/** What is known of Relay and the nodes behind it, from its status answers and its events. */
import type { NodeStatusEvent } from "./event";
import type { ServerStatusResponse } from "./generated/observer/observer";
import { cutText } from "./limits";
import type { StatusEvent } from "./source-event";

export type RelayFacts = Pick<
  StatusEvent,
  "version" | "nodesConnected" | "nodesUnavailable" | "unavailableNodes" | "flowsPerSecond"
>;

export const NOTHING_KNOWN: RelayFacts = {
  version: "",
  nodesConnected: null,
  nodesUnavailable: null,
  unavailableNodes: [],
  flowsPerSecond: null,
};

const MAX_NODES = 10_000;
const MAX_NAMES = 100;

/** What Relay says of itself. */
export function factsOf(status: ServerStatusResponse): RelayFacts {
  return {
    version: cutText(status.version, 100),
    nodesConnected: status.num_connected_nodes ?? null,
    nodesUnavailable: status.num_unavailable_nodes ?? null,
    unavailableNodes: status.unavailable_nodes.slice(0, MAX_NAMES).map((name) => cutText(name)),
    flowsPerSecond: status.flows_rate,
  };
}

/** The nodes of one stream by their last state. */
export type StreamNodes = {
  /** Takes an event in and returns what is known then. */
  apply(event: NodeStatusEvent, facts: RelayFacts): RelayFacts;
  /** The nodes' own words, when every node that answered refused the request. */
  refusal(): string | null;
  /** Like `refusal`, when any did. */
  complaint(): string | null;
};

export function createStreamNodes(): StreamNodes {
  const states = new Map<string, string>();
  let message = "";

  const inState = (...wanted: string[]) =>
    [...states].filter(([, state]) => wanted.includes(state)).map(([name]) => name);

  return {
    apply(event, facts) {
      if (event.state === "NODE_ERROR") message = event.message;
      for (const name of event.nodes) {
        if (event.state === "NODE_GONE") states.delete(name);
        else if (states.size < MAX_NODES) states.set(name, event.state);
      }
      const missing = inState("NODE_UNAVAILABLE", "NODE_ERROR");
      return {
        ...facts,
        nodesConnected: inState("NODE_CONNECTED").length,
        nodesUnavailable: missing.length,
        unavailableNodes: missing.slice(0, MAX_NAMES),
      };
    },
    refusal: () =>
      inState("NODE_ERROR").length > 0 && inState("NODE_CONNECTED").length === 0 ? message : null,
    complaint: () => (inState("NODE_ERROR").length > 0 ? message : null),
  };
}
