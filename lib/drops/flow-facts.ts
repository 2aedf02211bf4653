/**
 * What the flows of one source tell of the cluster behind it: which events come, whether they name
 * policies, tags and DNS names, which Cilium sent them, and how the clocks of its nodes stand.
 * Counted for each flow as it comes, so it does little. `preflight.ts` draws the conclusions.
 */
import { EVENT_DROP, EVENT_L7, EVENT_POLICY_VERDICT, type Flow } from "./flow";
import { isPolicyReason, REASON_POLICY_DENY } from "./reason";

/** Numbers of flows whose verdict is DROPPED or AUDIT. */
export type FlowTally = {
  flows: number;
  /** Drop events (type 1), and those of them with a policy's reason. */
  dropEvents: number;
  policyDrops: number;
  /** Policy-verdict events (type 5), and those of an explicit deny rule (181), which name it. */
  verdictEvents: number;
  explicitDenies: number;
  l7Events: number;
  /** By the direction that they were refused in; some have none. */
  egress: number;
  ingress: number;
  /** Verdict events that name a policy; with the field `policy_log`; with a tag in it. */
  named: number;
  logged: number;
  tagged: number;
  /** Flows with an end outside the cluster, and those where that end has a DNS name. */
  outside: number;
  outsideNamed: number;
};

export type NodeFacts = {
  /** `cluster/node`; without its cluster where that is `default`. */
  name: string;
  flows: number;
  /** When the last flow of the node came. */
  lastMs: number;
  /**
   * Arrival less the flow's own time, the least of the last minutes and of live flows only: below
   * zero the node's clock is ahead by at least that. Null before there were any.
   */
  leastLagMs: number | null;
};

export type FlowFacts = {
  sinceMs: number;
  ever: FlowTally;
  /** Of the last half hour to hour, from `recentSinceMs` on. */
  recent: FlowTally;
  recentSinceMs: number;
  /** When the last flow of a kind came; 0 for never. */
  lastMs: { dropEvent: number; verdictEvent: number; named: number; tagged: number; dns: number };
  /** Versions of Cilium by `emitter` (1.19 and newer), the one with the most flows first. */
  emitters: readonly { version: string; flows: number }[];
  nodes: readonly NodeFacts[];
};

export type FactsKeeper = {
  /** `isLive`: it cannot be history that the source hands over after connecting. */
  note(flow: Flow, nowMs: number, isLive: boolean): void;
  facts(nowMs: number): FlowFacts;
};

type NodeEntry = NodeFacts & { lagBeforeMs: number | null };

const WINDOW_MS = 30 * 60_000;
const CLOCK_WINDOW_MS = 5 * 60_000;
/** What is beyond these is not told apart: both come from the network. */
const MAX_NODES = 2_000;
const MAX_VERSIONS = 20;

export function createFactsKeeper(startMs: number): FactsKeeper {
  let older = emptyTally();
  let previous = emptyTally();
  let current = emptyTally();
  let windowMs = startMs;
  let previousMs = startMs;
  let clockMs = startMs;
  const lastMs = { dropEvent: 0, verdictEvent: 0, named: 0, tagged: 0, dns: 0 };
  const emitters = new Map<string, number>();
  const nodes = new Map<string, NodeEntry>();
  let lastNode: NodeEntry | null = null;
  let lastKey = { cluster: "", node: "" };

  function rotate(nowMs: number): void {
    if (nowMs - windowMs >= WINDOW_MS) {
      older = addTallies(older, previous);
      const quiet = nowMs - windowMs >= 2 * WINDOW_MS;
      if (quiet) older = addTallies(older, current);
      previous = quiet ? emptyTally() : current;
      previousMs = quiet ? nowMs : windowMs;
      current = emptyTally();
      windowMs = nowMs;
    }
    if (nowMs - clockMs >= CLOCK_WINDOW_MS) {
      clockMs = nowMs;
      for (const node of nodes.values()) {
        node.lagBeforeMs = node.leastLagMs;
        node.leastLagMs = null;
      }
    }
  }

  function nodeOf(flow: Flow): NodeEntry | null {
    if (lastNode !== null && lastKey.node === flow.node && lastKey.cluster === flow.cluster) {
      return lastNode;
    }
    const name = nodeName(flow.cluster, flow.node);
    let node = nodes.get(name);
    if (node === undefined) {
      if (nodes.size >= MAX_NODES || flow.node === "") return null;
      node = { name, flows: 0, lastMs: 0, leastLagMs: null, lagBeforeMs: null };
      nodes.set(name, node);
    }
    lastNode = node;
    lastKey = { cluster: flow.cluster, node: flow.node };
    return node;
  }

  function noteNode(flow: Flow, nowMs: number, isLive: boolean): void {
    const node = nodeOf(flow);
    if (node === null) return;
    node.flows += 1;
    node.lastMs = nowMs;
    const lagMs = nowMs - flow.timeMs;
    // A flow without a time says nothing of a clock.
    if (isLive && flow.timeMs > 0 && (node.leastLagMs === null || lagMs < node.leastLagMs)) {
      node.leastLagMs = lagMs;
    }
  }

  function noteEvent(flow: Flow, nowMs: number): void {
    if (flow.eventType === EVENT_DROP) {
      current.dropEvents += 1;
      lastMs.dropEvent = nowMs;
      if (isPolicyReason(flow.dropReason)) current.policyDrops += 1;
    } else if (flow.eventType === EVENT_POLICY_VERDICT) {
      current.verdictEvents += 1;
      lastMs.verdictEvent = nowMs;
      if (flow.dropReason === REASON_POLICY_DENY) current.explicitDenies += 1;
      noteNames(flow, nowMs);
    } else if (flow.eventType === EVENT_L7) current.l7Events += 1;
  }

  function noteNames(flow: Flow, nowMs: number): void {
    if (flow.deniedBy.length > 0) {
      current.named += 1;
      lastMs.named = nowMs;
    }
    if (flow.policyLog === null) return;
    current.logged += 1;
    if (flow.policyLog.length === 0) return;
    current.tagged += 1;
    lastMs.tagged = nowMs;
  }

  return {
    note(flow, nowMs, isLive) {
      rotate(nowMs);
      noteNode(flow, nowMs, isLive);
      if (flow.verdict !== "DROPPED" && flow.verdict !== "AUDIT") return;
      current.flows += 1;
      if (flow.direction === "egress") current.egress += 1;
      else if (flow.direction === "ingress") current.ingress += 1;
      noteEvent(flow, nowMs);
      const isFrom = isOutside(flow.source.identity);
      const isTo = isOutside(flow.destination.identity);
      if (isFrom || isTo) {
        current.outside += 1;
        const names =
          (isFrom ? flow.sourceNames.length : 0) + (isTo ? flow.destinationNames.length : 0);
        if (names > 0) {
          current.outsideNamed += 1;
          lastMs.dns = nowMs;
        }
      }
      if (flow.emitter !== "") count(emitters, flow.emitter);
    },
    facts(nowMs) {
      rotate(nowMs);
      const recent = addTallies(previous, current);
      return {
        sinceMs: startMs,
        ever: addTallies(older, recent),
        recent,
        recentSinceMs: previousMs,
        lastMs: { ...lastMs },
        emitters: [...emitters]
          .map(([version, flows]) => ({ version, flows }))
          .sort((a, b) => b.flows - a.flows),
        nodes: [...nodes.values()].map(({ lagBeforeMs, ...node }) => ({
          ...node,
          leastLagMs: least(node.leastLagMs, lagBeforeMs),
        })),
      };
    },
  };
}

/** As Hubble writes a node of a cluster, and without the cluster where it has no name. */
export function nodeName(cluster: string, node: string): string {
  return cluster === "" || cluster === "default" ? node : `${cluster}/${node}`;
}

/** The worlds (2, 9, 10), and identities of CIDRs and names, which are local to a node. */
function isOutside(identity: number): boolean {
  return identity === 2 || identity === 9 || identity === 10 || identity >>> 24 === 1;
}

function count(counts: Map<string, number>, key: string): void {
  const before = counts.get(key);
  if (before !== undefined || counts.size < MAX_VERSIONS) counts.set(key, (before ?? 0) + 1);
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function emptyTally(): FlowTally {
  return {
    flows: 0,
    dropEvents: 0,
    policyDrops: 0,
    verdictEvents: 0,
    explicitDenies: 0,
    l7Events: 0,
    egress: 0,
    ingress: 0,
    named: 0,
    logged: 0,
    tagged: 0,
    outside: 0,
    outsideNamed: 0,
  };
}

function addTallies(a: FlowTally, b: FlowTally): FlowTally {
  const sum = { ...a };
  for (const key of Object.keys(b) as (keyof FlowTally)[]) sum[key] += b[key];
  return sum;
}
