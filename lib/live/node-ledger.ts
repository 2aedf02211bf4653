/** The nodes of one source: what Relay says of each, and what came of it. */
import { type NodeFacts, nodeName } from "@/lib/drops/flow-facts";
import type { NodeReport } from "@/lib/drops/source-report";
import type { NodeStatusEvent } from "@/lib/hubble/event";
import { observerOf } from "@/lib/hubble/observer-node";

export type NodeLedger = {
  /** A new connection: Relay tells the state of every node anew. */
  reset(): void;
  apply(event: Pick<NodeStatusEvent, "state" | "nodes" | "message">): void;
  /**
   * Relay's later word, from its status: so many nodes are not reached, and these are some of them.
   * A node that refused the request stays so: its status does not know of requests.
   */
  reconcile(unavailable: number, names: readonly string[]): void;
  /** By name, those that are not observed first; at most `limit`. */
  report(facts: readonly NodeFacts[], limit: number): { nodes: NodeReport[]; more: number };
};

const MAX_NODES = 10_000;
const STATES: Readonly<Record<string, NodeReport["state"]>> = {
  NODE_CONNECTED: "connected",
  NODE_UNAVAILABLE: "unavailable",
  NODE_ERROR: "error",
};
const ORDER: Readonly<Record<NodeReport["state"], number>> = {
  unavailable: 0,
  error: 0,
  connected: 1,
  seen: 1,
};

export function createNodeLedger(): NodeLedger {
  const states = new Map<string, { state: NodeReport["state"]; message: string }>();

  return {
    reset: () => states.clear(),
    apply({ state, nodes, message }) {
      const known = STATES[state];
      for (const text of nodes) {
        const name = nameOf(text);
        if (known === undefined) states.delete(name);
        else if (states.size < MAX_NODES || states.has(name)) {
          states.set(name, { state: known, message: known === "error" ? message : "" });
        }
      }
    },
    reconcile(unavailable, names) {
      const missing = new Set(names.map(nameOf));
      for (const name of missing) {
        // A node that refused the request is not observed either, and has said why.
        if (states.get(name)?.state === "error") continue;
        if (states.size < MAX_NODES) states.set(name, { state: "unavailable", message: "" });
      }
      // Relay names ten at most: beyond that, one that it does not name may still be missing.
      if (unavailable > missing.size) return;
      for (const [name, { state }] of states) {
        if (state === "unavailable" && !missing.has(name)) {
          states.set(name, { state: "connected", message: "" });
        }
      }
    },
    report(facts, limit) {
      const byName = new Map(facts.map((one) => [one.name, one]));
      const names = new Set([...states.keys(), ...byName.keys()]);
      const nodes = [...names].map((name): NodeReport => {
        const { state, message } = states.get(name) ?? { state: "seen", message: "" };
        const seen = byName.get(name);
        return {
          name,
          state,
          message,
          flows: seen?.flows ?? 0,
          lastFlow: seen === undefined ? null : new Date(seen.lastMs).toISOString(),
          leastLagMs: seen?.leastLagMs ?? null,
        };
      });
      nodes.sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.name.localeCompare(b.name));
      return { nodes: nodes.slice(0, limit), more: Math.max(0, nodes.length - limit) };
    },
  };
}

function nameOf(text: string): string {
  const { cluster, node } = observerOf(text);
  return nodeName(cluster, node);
}
