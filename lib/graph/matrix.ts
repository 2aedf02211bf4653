/**
 * The graph as a matrix: sources down, destinations across, for pairs too dense to draw. What does
 * not fit is in a last row and a last column, so that the matrix adds up to the graph's totals.
 */
import type { GraphData, GraphEdge, GraphNode, StateTallies, Tally } from "./graph";
import { addStates, addTally, newTally } from "./tally";

/** Null stands for all nodes without a line of their own. */
export type MatrixLine = Tally & { node: GraphNode | null; nodes: number };
export type MatrixCell = Tally & { states: StateTallies; edges: readonly string[] };

export type Matrix = {
  rows: readonly MatrixLine[];
  columns: readonly MatrixLine[];
  /** By place in `rows`, then in `columns`; null without drops. */
  cells: readonly (readonly (MatrixCell | null)[])[];
  total: Tally;
};

export type MatrixOptions = {
  /** Lines of nodes in each direction. */
  limit: number;
  /** By name, or the most attempts first. */
  sort: "attempts" | "name";
};

type Cell = Tally & { states: StateTallies; edges: string[] };
type Line = { node: GraphNode | null; nodes: number } & Tally;

export function buildMatrix(
  graph: Pick<GraphData, "nodes" | "edges" | "unlisted">,
  { limit, sort }: MatrixOptions,
): Matrix {
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  const hasUnlisted = graph.unlisted.drops > 0 || graph.unlisted.attempts > 0;
  const rows = linesOf(graph.edges, (edge) => edge.source, nodeById, limit, sort, hasUnlisted);
  const columns = linesOf(
    graph.edges,
    (edge) => edge.destination,
    nodeById,
    limit,
    sort,
    hasUnlisted,
  );
  const cells = rows.lines.map(() => columns.lines.map((): Cell | null => null));
  const total = newTally();

  function put(row: number, column: number, states: StateTallies, tally: Tally, id: string | null) {
    const line = cells[row];
    if (line === undefined) return;
    const cell = line[column] ?? { ...newTally(), states: {}, edges: [] };
    line[column] = cell;
    addTally(cell, tally);
    addStates(cell.states, states);
    if (id !== null) cell.edges.push(id);
    addTally(total, tally);
    for (const sum of [rows.lines[row], columns.lines[column]]) {
      if (sum !== undefined) addTally(sum, tally);
    }
  }

  for (const edge of graph.edges) {
    const row = rows.placeOf.get(edge.source) ?? rows.lines.length - 1;
    const column = columns.placeOf.get(edge.destination) ?? columns.lines.length - 1;
    put(row, column, edge.states, edge, edge.id);
  }
  if (hasUnlisted) {
    const { states } = graph.unlisted;
    put(rows.lines.length - 1, columns.lines.length - 1, states, graph.unlisted, null);
  }
  return { rows: rows.lines, columns: columns.lines, cells, total };
}

function linesOf(
  edges: readonly GraphEdge[],
  endOf: (edge: GraphEdge) => string,
  nodeById: ReadonlyMap<string, GraphNode>,
  limit: number,
  sort: MatrixOptions["sort"],
  withRest: boolean,
): { lines: Line[]; placeOf: Map<string, number> } {
  const sums = new Map<string, Tally>();
  for (const edge of edges) {
    const sum = sums.get(endOf(edge)) ?? newTally();
    addTally(sum, edge);
    sums.set(endOf(edge), sum);
  }
  const ranked = [...sums].sort(
    ([a, one], [b, other]) =>
      other.attempts - one.attempts || other.drops - one.drops || (a < b ? -1 : 1),
  );
  const kept = ranked.slice(0, limit).map(([id]) => id);
  if (sort === "name") kept.sort((a, b) => compareNodes(nodeById.get(a), nodeById.get(b)));
  const lines: Line[] = kept.map((id) => ({
    node: nodeById.get(id) ?? null,
    nodes: 1,
    ...newTally(),
  }));
  const rest = ranked.length - kept.length;
  if (rest > 0 || withRest) lines.push({ node: null, nodes: rest, ...newTally() });
  return { lines, placeOf: new Map(kept.map((id, place) => [id, place])) };
}

/** By namespace, then by name; what has no namespace last. */
export function compareNodes(a: GraphNode | undefined, b: GraphNode | undefined): number {
  const keyOf = (node: GraphNode | undefined) =>
    node === undefined ? "" : `${node.namespace === "" ? "\uFFFF" : node.namespace}/${node.name}`;
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
