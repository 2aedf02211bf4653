/**
 * The shape of the graph: who is dropped talking to whom. Built from counts of series by
 * `build-graph`; what `/api/graph` answers and every drawing, matrix and table starts from.
 */
import type { Certainty, PartyKind } from "@/lib/drops/drop";
import type { Direction } from "@/lib/drops/flow";
import type { Coverage, GroupState, Served } from "@/lib/drops/view";

/** What a node stands for, the finest first. */
export const GRAPH_LEVELS = ["identity", "workload", "namespace", "cluster"] as const;
export type GraphLevel = (typeof GRAPH_LEVELS)[number];

/** `drops` are packets; `attempts` are tries to connect. */
export type Tally = { drops: number; attempts: number };

/** Only the states that have drops. */
export type StateTallies = Partial<Record<GroupState, Tally>>;

/** Things that stand for themselves at every level, and are drawn with a mark of their own. */
export const NODE_MARKS = [
  "world",
  "host",
  "remote-node",
  "kube-apiserver",
  "dns",
  "metadata",
  "ingress",
  "health",
] as const;
export type NodeMark = (typeof NODE_MARKS)[number];

/** A party's kind, or what several parties were folded into at a coarser level. */
export type NodeKind = PartyKind | "domain" | "network" | "namespace" | "cluster" | "outside";

export type GraphNode = {
  /** 16 hex digits, the same in every answer of the same level. */
  id: string;
  kind: NodeKind;
  name: string;
  namespace: string;
  cluster: string;
  mark: NodeMark | null;
  /** Id of the container it lies in. */
  container: string;
  /** Distinct parties it stands for. */
  parties: number;
  /** Of one of them: identity labels without Cilium's own, DNS names, number (0: none that lasts). */
  labels: readonly string[];
  names: readonly string[];
  identity: number;
  /** What is remembered of an address without a name. */
  served?: Served;
};

export type ContainerKind = "namespace" | "cluster" | "outside" | "nodes" | "unknown";

export type GraphContainer = {
  id: string;
  kind: ContainerKind;
  title: string;
  /** Empty for what is outside. */
  cluster: string;
};

export type EdgePort = Tally & { protocol: string; port: number };

/** What blocked drops of an edge: one group of Triage. */
export type EdgeCause = Tally & {
  /** Id of the policy group in Triage. */
  group: string;
  text: string;
  certainty: Certainty;
  state: GroupState;
};

/** Drops from one node to another that were enforced in one direction. */
export type GraphEdge = Tally & {
  /** 16 hex digits, of its ends and its direction. */
  id: string;
  source: string;
  destination: string;
  /** Egress: refused on leaving the source; ingress: on entering the destination. */
  direction: Direction;
  /** The neediest state that has drops. */
  state: GroupState;
  states: StateTallies;
  /** The busiest first; `morePorts` are not listed. */
  ports: readonly EdgePort[];
  morePorts: number;
  causes: readonly EdgeCause[];
  moreCauses: number;
  series: number;
  firstMs: number;
  lastMs: number;
  /** Attempts in `TREND_BLOCKS` equal parts of the range, oldest first. */
  trend: readonly number[];
};

/** From a namespace by what blocked it to where it went: one ribbon of the Sankey. */
export type GraphRoute = Tally & { from: string; cause: string; to: string; state: GroupState };

export type GraphTotals = Tally & { states: StateTallies };

export type GraphData = {
  level: GraphLevel;
  fromMs: number;
  toMs: number;
  nodes: readonly GraphNode[];
  containers: readonly GraphContainer[];
  /** The most attempts first. */
  edges: readonly GraphEdge[];
  /** Of all drops of the query and range: the sum over `edges` and `unlisted`. */
  totals: GraphTotals;
  /** All there are; `nodes` and `edges` may hold only the busiest. */
  nodeCount: number;
  edgeCount: number;
  /** What the edges that are not listed count. */
  unlisted: GraphTotals;
  routes: readonly GraphRoute[];
  /** What the routes that are not listed count. */
  otherRoutes: Tally & { routes: number };
};

/** What `/api/graph` answers. */
export type GraphAnswer = GraphData & { query: string; coverage: Coverage };
