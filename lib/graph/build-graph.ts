/**
 * The graph of a range from the counts that Triage is made from: one row for each series and
 * bucket. Every row is in exactly one edge, so its counts add up to Triage's own. Time and memory
 * grow with the number of rows and no faster; ranking the edges sorts them once.
 */
import type { Party, Series } from "@/lib/drops/drop";
import { groupText } from "@/lib/drops/group-by";
import { stateOf } from "@/lib/drops/group-state";
import { hash64 } from "@/lib/drops/hash";
import type { LoadRow } from "@/lib/drops/load-row";
import { plainOutcome } from "@/lib/drops/outcome";
import type { OverTime } from "@/lib/drops/over-time";
import { type GroupState, TREND_BLOCKS } from "@/lib/drops/view";
import type {
  EdgeCause,
  EdgePort,
  GraphContainer,
  GraphData,
  GraphEdge,
  GraphLevel,
  GraphNode,
  GraphTotals,
  StateTallies,
  Tally,
} from "./graph";
import { nodeOf } from "./node-of";
import { createRoutes } from "./routes";
import { addState, addStates, addTally, byBusiest, newTally, worstState } from "./tally";

export type BuildOptions = {
  level: GraphLevel;
  fromMs: number;
  toMs: number;
  /** Edges listed, the busiest; further ones are in `unlisted`. Default 12,000. */
  maxEdges?: number;
};

export type GraphBuilder = {
  add(rows: Iterable<LoadRow>): void;
  /** Rows of the range as one bucket; `addOverTime` then says how they lie over time. */
  addWhole(rows: Iterable<LoadRow>): void;
  /** Of edges as `edgeOf` names them. */
  addOverTime(counts: Iterable<OverTime>): void;
  /** The edge that drops of a series are in. */
  edgeOf(series: Series): string;
  finish(): GraphData;
};

export const MAX_EDGES = 12_000;
const MAX_PORTS = 6;
const MAX_CAUSES = 5;

type Cause = { series: Series; states: StateTallies } & Tally;

/** An edge while it is added up. */
type Growing = Tally & {
  id: string;
  source: string;
  destination: string;
  direction: Series["direction"];
  states: StateTallies;
  ports: Map<string, EdgePort>;
  causes: Map<string, Cause>;
  series: number;
  firstMs: number;
  lastMs: number;
  trend: number[];
};

/** What is looked up once for each series, and then by every row of it. */
type Place = { edge: Growing; port: EdgePort; cause: Cause };

export function buildGraph(rows: Iterable<LoadRow>, options: BuildOptions): GraphData {
  const builder = createGraphBuilder(options);
  builder.add(rows);
  return builder.finish();
}

/** The same in parts, for a caller that gives others their turn in between. */
export function createGraphBuilder(options: BuildOptions): GraphBuilder {
  const { level, fromMs, toMs, maxEdges = MAX_EDGES } = options;
  const nodes = createNodes(level);
  const edges = new Map<string, Growing>();
  const edgeById = new Map<string, Growing>();
  const places = new Map<Series, Place>();
  const totals: GraphTotals = { ...newTally(), states: {} };
  const routes = createRoutes();

  function placeOf(series: Series): Place {
    const known = places.get(series);
    if (known !== undefined) return known;
    const source = nodes.idOf(series.source);
    const destination = nodes.idOf(series.destination);
    const key = `${source}${destination}${series.direction}`;
    let edge = edges.get(key);
    if (edge === undefined) {
      edge = newEdge(key, source, destination, series.direction);
      edges.set(key, edge);
      edgeById.set(edge.id, edge);
    }
    edge.series += 1;
    const place = { edge, port: portOf(edge, series), cause: causeOf(edge, series) };
    places.set(series, place);
    return place;
  }

  function addTrend(edge: Growing, bucketMs: number, attempts: number): void {
    const block = Math.floor(((bucketMs - fromMs) * TREND_BLOCKS) / (toMs - fromMs));
    const place = Math.min(Math.max(block, 0), TREND_BLOCKS - 1);
    edge.trend[place] = (edge.trend[place] ?? 0) + attempts;
  }

  function add(row: LoadRow, isWhole: boolean): void {
    // As the window of Triage does: what ended before the range is not in it.
    if (row.lastMs < fromMs) return;
    const state = stateOf((row.outcome ?? plainOutcome(row.series)).state);
    const { edge, port, cause } = placeOf(row.series);
    for (const sum of [totals, edge, port, cause]) addTally(sum, row);
    for (const sum of [totals, edge, cause]) addState(sum.states, state, row);
    if (row.firstMs < edge.firstMs) edge.firstMs = row.firstMs;
    if (row.lastMs > edge.lastMs) edge.lastMs = row.lastMs;
    if (!isWhole) addTrend(edge, row.bucketMs, row.attempts);
    routes.add(row.series, state, row);
  }

  return {
    add(rows) {
      for (const row of rows) add(row, false);
    },
    addWhole(rows) {
      for (const row of rows) add(row, true);
    },
    addOverTime(counts) {
      for (const { drawn, bucketMs, attempts } of counts) {
        const edge = drawn.group === null ? undefined : edgeById.get(drawn.group);
        if (edge !== undefined) addTrend(edge, bucketMs, attempts);
      }
    },
    edgeOf: (series) => placeOf(series).edge.id,
    finish() {
      const ranked = [...edges.values()].sort(byBusiest);
      const unlisted: GraphTotals = { ...newTally(), states: {} };
      for (const edge of ranked.slice(maxEdges)) {
        addTally(unlisted, edge);
        addStates(unlisted.states, edge.states);
      }
      const listed = ranked.slice(0, maxEdges).map(finishEdge);
      return {
        level,
        fromMs,
        toMs,
        ...nodes.of(listed),
        edges: listed,
        totals,
        nodeCount: nodes.size,
        edgeCount: edges.size,
        unlisted,
        ...routes.finish(),
      };
    },
  };
}

function createNodes(level: GraphLevel) {
  const nodeByParty = new Map<string, { node: GraphNode; container: GraphContainer }>();
  const nodeById = new Map<string, GraphNode>();
  return {
    get size() {
      return nodeById.size;
    },
    idOf(party: Party): string {
      const known = nodeByParty.get(party.key);
      if (known !== undefined) return known.node.id;
      const placed = nodeOf(party, level);
      const same = nodeById.get(placed.node.id);
      if (same === undefined) nodeById.set(placed.node.id, placed.node);
      else same.parties += 1;
      nodeByParty.set(party.key, { node: same ?? placed.node, container: placed.container });
      return placed.node.id;
    },
    /** The nodes of these edges with their containers, in the order of the edges. */
    of(edges: readonly GraphEdge[]): { nodes: GraphNode[]; containers: GraphContainer[] } {
      const used = new Map<string, GraphNode>();
      for (const { source, destination } of edges) {
        for (const id of [source, destination]) {
          const node = nodeById.get(id);
          if (node !== undefined) used.set(id, node);
        }
      }
      const kept = new Set(Array.from(used.values(), ({ container }) => container));
      const containers = new Map<string, GraphContainer>();
      for (const { container } of nodeByParty.values()) {
        if (kept.has(container.id)) containers.set(container.id, container);
      }
      return { nodes: [...used.values()], containers: withClusters([...containers.values()]) };
    },
  };
}

/** Namespaces are told apart by their cluster where there are several clusters. */
function withClusters(containers: readonly GraphContainer[]): GraphContainer[] {
  const namespaces = containers.filter(({ kind }) => kind === "namespace");
  if (new Set(namespaces.map(({ cluster }) => cluster)).size < 2) return [...containers];
  return containers.map((container) =>
    container.kind === "namespace"
      ? { ...container, title: `${container.cluster}/${container.title}` }
      : container,
  );
}

function newEdge(
  key: string,
  source: string,
  destination: string,
  direction: Series["direction"],
): Growing {
  return {
    id: hash64(key),
    source,
    destination,
    direction,
    ...newTally(),
    states: {},
    ports: new Map(),
    causes: new Map(),
    series: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    trend: new Array<number>(TREND_BLOCKS).fill(0),
  };
}

function portOf(edge: Growing, { protocol, port }: Series): EdgePort {
  const key = `${protocol} ${port}`;
  const known = edge.ports.get(key) ?? { protocol, port, ...newTally() };
  edge.ports.set(key, known);
  return known;
}

function causeOf(edge: Growing, series: Series): Cause {
  const known = edge.causes.get(series.group) ?? { series, states: {}, ...newTally() };
  edge.causes.set(series.group, known);
  return known;
}

function finishEdge({ ports, causes, ...edge }: Growing): GraphEdge {
  return {
    ...edge,
    state: worstState(edge.states),
    ports: busiest([...ports.values()], MAX_PORTS),
    morePorts: Math.max(0, ports.size - MAX_PORTS),
    causes: busiest([...causes.values()], MAX_CAUSES).map(finishCause),
    moreCauses: Math.max(0, causes.size - MAX_CAUSES),
  };
}

function finishCause({ series, states, drops, attempts }: Cause): EdgeCause {
  const state: GroupState = worstState(states);
  return {
    group: series.group,
    text: groupText("policy", series),
    certainty: series.attribution.certainty,
    state,
    drops,
    attempts,
  };
}

function busiest<T extends Tally>(tallies: T[], limit: number): T[] {
  return tallies.sort((a, b) => b.attempts - a.attempts || b.drops - a.drops).slice(0, limit);
}
