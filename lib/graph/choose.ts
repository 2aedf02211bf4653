/**
 * What of a graph is drawn: the edges that need an operator most, with all that is not drawn folded
 * into counted nodes. Nothing is left out without its number.
 */
import { hash64 } from "@/lib/drops/hash";
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";
import type { GraphContainer, GraphData, GraphEdge, GraphNode, StateTallies, Tally } from "./graph";
import { addStates, addTally, newTally, worstState } from "./tally";

export type Choice = {
  /** Edges drawn at most; of further ones only the numbers. */
  top: number;
  /** Nodes of one container drawn at most, so that one scan of many addresses is not the picture. */
  perBox: number;
  hidden: ReadonlySet<GroupState>;
  /** Containers drawn as one node. */
  collapsed: ReadonlySet<string>;
  /** Containers of which every edge is drawn, whatever `top` says. */
  unfolded: ReadonlySet<string>;
  /** Id of a node (or collapsed container) whose neighbourhood is drawn, and how far. */
  focus: string | null;
  depth: number;
  /** Edges that were drawn before: they stay while they have drops, so that nothing jumps. */
  keep: ReadonlySet<string>;
};

/** Ends the place of who only comes from outside. */
const COMING = "-from";

/** The container of a place. */
export function containerAt(place: string): string {
  return place.endsWith(COMING) ? place.slice(0, -COMING.length) : place;
}

export const DRAW_ALL: Choice = {
  top: Number.POSITIVE_INFINITY,
  perBox: Number.POSITIVE_INFINITY,
  hidden: new Set(),
  collapsed: new Set(),
  unfolded: new Set(),
  focus: null,
  depth: 1,
  keep: new Set(),
};

/** `fold`: stands for the nodes of its container that are not drawn. */
export type DrawnNode = {
  id: string;
  container: string;
  /**
   * The box it stands in: its container's, but what is outside has one for who comes and one for
   * whom is called, and at the levels of namespaces and clusters each node has its own.
   */
  place: string;
  kind: "node" | "container" | "fold";
  /** Null for what is folded or collapsed. */
  node: GraphNode | null;
  /** Nodes it stands for. */
  nodes: number;
  /** Of its drawn and, for a fold, not drawn edges. */
  out: Tally;
  in: Tally;
};

export type DrawnEdge = Tally & {
  id: string;
  source: string;
  destination: string;
  direction: GraphEdge["direction"];
  state: GroupState;
  states: StateTallies;
  /** The edges it stands for: one, or several between collapsed containers. */
  edges: readonly GraphEdge[];
};

export type Drawn = {
  nodes: readonly DrawnNode[];
  containers: readonly GraphContainer[];
  edges: readonly DrawnEdge[];
  /** Of the edges that may be drawn, those that are not. */
  folded: Tally & { edges: number; nodes: number };
  /** Folded nodes whose container is not drawn at all. */
  rest: { nodes: number; containers: number };
  /** Edges whose states are all hidden. */
  hidden: Tally & { edges: number };
  /** Edges outside the neighbourhood. */
  unfocused: number;
};

export function chooseDrawn(graph: GraphData, choice: Choice): Drawn {
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  const placeOf = (id: string) => {
    const container = nodeById.get(id)?.container ?? "";
    return choice.collapsed.has(container) ? container : id;
  };
  const { edges: visible, hidden } = visibleEdges(graph, choice.hidden, placeOf);
  const near = choice.focus === null ? visible : neighbourhood(visible, choice.focus, choice.depth);
  const { taken, folded } = takeTop(near, choice, nodeById);
  const nodes = drawnNodes(graph, taken, folded, choice);
  const drawnContainers = new Set(nodes.list.map(({ container }) => container));
  const foldedSum = newTally();
  for (const edge of folded) addTally(foldedSum, edge);
  return {
    nodes: nodes.list,
    containers: graph.containers.filter(({ id }) => drawnContainers.has(id)),
    edges: taken,
    folded: { ...foldedSum, edges: folded.length, nodes: nodes.folded },
    rest: nodes.rest,
    hidden,
    unfocused: visible.length - near.length,
  };
}

/** Edges between places, with the counts of the states that are not hidden. */
function visibleEdges(
  graph: GraphData,
  hiddenStates: ReadonlySet<GroupState>,
  placeOf: (id: string) => string,
) {
  const merged = new Map<string, DrawnEdge & { edges: GraphEdge[] }>();
  const hidden = { ...newTally(), edges: 0 };
  for (const edge of graph.edges) {
    const isWhole = !hasAny(edge.states, hiddenStates);
    const states = isWhole ? edge.states : withoutStates(edge.states, hiddenStates);
    const sum = isWhole ? edge : sumOf(states);
    hidden.drops += edge.drops - sum.drops;
    hidden.attempts += edge.attempts - sum.attempts;
    if (sum.drops === 0 && sum.attempts === 0) {
      hidden.edges += 1;
      continue;
    }
    const source = placeOf(edge.source);
    const destination = placeOf(edge.destination);
    const isItself = source === edge.source && destination === edge.destination;
    const id = isItself ? edge.id : hash64(`${source}${destination}${edge.direction}`);
    const known = merged.get(id);
    if (known === undefined) {
      const { direction } = edge;
      const state = worstState(states);
      const { drops, attempts } = sum;
      const tally = { drops, attempts };
      merged.set(id, {
        id,
        source,
        destination,
        direction,
        state,
        states,
        ...tally,
        edges: [edge],
      });
      continue;
    }
    // The first edge's counts are its own until another one is added to them.
    if (known.edges.length === 1) known.states = withoutStates(known.states, hiddenStates);
    addTally(known, sum);
    addStates(known.states, states);
    known.state = worstState(known.states);
    known.edges.push(edge);
  }
  return { edges: [...merged.values()].sort(byNeed), hidden };
}

function hasAny(states: StateTallies, hidden: ReadonlySet<GroupState>): boolean {
  for (const state of hidden) if (states[state] !== undefined) return true;
  return false;
}

/** A copy that may be added to. */
function withoutStates(states: StateTallies, hidden: ReadonlySet<GroupState>): StateTallies {
  const kept: StateTallies = {};
  for (const state of GROUP_STATES) {
    const tally = states[state];
    if (tally !== undefined && !hidden.has(state)) kept[state] = { ...tally };
  }
  return kept;
}

function sumOf(states: StateTallies): Tally {
  const sum = newTally();
  for (const state of GROUP_STATES) addTally(sum, states[state] ?? newTally());
  return sum;
}

/** What a policy does and nobody planned comes before what is no policy's, and what is expected. */
function byNeed(a: DrawnEdge, b: DrawnEdge): number {
  return (
    needOf(a.state) - needOf(b.state) ||
    b.attempts - a.attempts ||
    b.drops - a.drops ||
    (a.id < b.id ? -1 : 1)
  );
}

function needOf(state: GroupState): number {
  if (state === "expected") return 2;
  return state === "infrastructure" ? 1 : 0;
}

/** Edges within `depth` steps of a node, in whichever direction. */
function neighbourhood(edges: readonly DrawnEdge[], focus: string, depth: number): DrawnEdge[] {
  let reached = new Set([focus]);
  for (let step = 1; step < depth; step++) {
    const next = new Set(reached);
    for (const { source, destination } of edges) {
      if (reached.has(source)) next.add(destination);
      if (reached.has(destination)) next.add(source);
    }
    reached = next;
  }
  return edges.filter(({ source, destination }) => reached.has(source) || reached.has(destination));
}

function takeTop(
  edges: readonly DrawnEdge[],
  { top, perBox, keep, unfolded, focus }: Choice,
  nodeById: ReadonlyMap<string, GraphNode>,
) {
  const taken: DrawnEdge[] = [];
  const folded: DrawnEdge[] = [];
  const containerOf = (id: string) => nodeById.get(id)?.container ?? id;
  const boxes = new Map<string, Set<string>>();
  /** Whether a node is drawn already or its box has room for one more. */
  const hasRoom = (id: string) => {
    const box = boxes.get(containerOf(id));
    return box === undefined || box.has(id) || box.size < perBox || id === focus;
  };
  const put = (id: string) => {
    const box = boxes.get(containerOf(id)) ?? new Set();
    boxes.set(containerOf(id), box.add(id));
  };
  for (const edge of edges) {
    // What was drawn stays, but not for ever: at most as many again as are asked for.
    const stays = keep.has(edge.id) && taken.length < 2 * top;
    const isOpen =
      unfolded.size > 0 &&
      (unfolded.has(containerOf(edge.source)) || unfolded.has(containerOf(edge.destination)));
    const fits = taken.length < top && hasRoom(edge.source) && hasRoom(edge.destination);
    if (!fits && !stays && !isOpen) {
      folded.push(edge);
      continue;
    }
    taken.push(edge);
    put(edge.source);
    put(edge.destination);
  }
  return { taken, folded };
}

function drawnNodes(
  graph: GraphData,
  taken: readonly DrawnEdge[],
  folded: readonly DrawnEdge[],
  { collapsed, focus }: Choice,
) {
  const drawn = new Map<string, DrawnNode>();
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  const containers = new Set(graph.containers.map(({ id }) => id));
  const sizes = new Map<string, number>();
  for (const { container } of graph.nodes) sizes.set(container, (sizes.get(container) ?? 0) + 1);

  function at(id: string): DrawnNode {
    const known = drawn.get(id);
    if (known !== undefined) return known;
    const node = nodeById.get(id) ?? null;
    const made: DrawnNode = {
      id,
      container: node?.container ?? id,
      place: node?.container ?? id,
      kind: node === null ? "container" : "node",
      node,
      nodes: node === null ? (sizes.get(id) ?? 1) : 1,
      out: newTally(),
      in: newTally(),
    };
    drawn.set(id, made);
    return made;
  }

  for (const edge of taken) {
    addTally(at(edge.source).out, edge);
    addTally(at(edge.destination).in, edge);
  }
  if (focus !== null && (nodeById.has(focus) || containers.has(focus))) at(focus);

  if (graph.level === "namespace" || graph.level === "cluster") {
    // A namespace is no longer in a box but stands where its own drops put it.
    for (const node of drawn.values()) node.place = node.id;
  } else splitOutside(drawn.values(), graph.containers);
  const { folds, rest, count } = foldNodes(folded, drawn, nodeById, collapsed);
  return { list: [...drawn.values(), ...folds], folded: count, rest };
}

/** Who only comes from outside stands apart from whom is called there. */
function splitOutside(drawn: Iterable<DrawnNode>, containers: readonly GraphContainer[]): void {
  const outside = new Set(containers.filter(({ kind }) => kind === "outside").map(({ id }) => id));
  for (const node of drawn) {
    const onlySends = node.in.attempts === 0 && node.in.drops === 0;
    if (onlySends && outside.has(node.container)) node.place = `${node.container}${COMING}`;
  }
}

/** One fold for each drawn container that has nodes which are not drawn; the rest is counted. */
function foldNodes(
  folded: readonly DrawnEdge[],
  drawn: ReadonlyMap<string, DrawnNode>,
  nodeById: ReadonlyMap<string, GraphNode>,
  collapsed: ReadonlySet<string>,
) {
  const drawnContainers = new Set(Array.from(drawn.values(), ({ container }) => container));
  const folds = new Map<string, DrawnNode>();
  const seen = new Set<string>();
  const restContainers = new Set<string>();
  let restNodes = 0;
  for (const edge of folded) {
    for (const [id, side] of [
      [edge.source, "out"],
      [edge.destination, "in"],
    ] as const) {
      if (drawn.has(id)) continue;
      const container = nodeById.get(id)?.container ?? id;
      const isNew = !seen.has(id);
      seen.add(id);
      if (!drawnContainers.has(container) || collapsed.has(container)) {
        if (isNew) restNodes += 1;
        restContainers.add(container);
        continue;
      }
      const fold = folds.get(container) ?? newFold(container);
      folds.set(container, fold);
      if (isNew) fold.nodes += 1;
      addTally(fold[side], edge);
    }
  }
  const places = new Set(Array.from(drawn.values(), ({ place }) => place));
  for (const fold of folds.values()) {
    if (!places.has(fold.place)) fold.place = `${fold.container}${COMING}`;
  }
  const rest = { nodes: restNodes, containers: restContainers.size };
  return { folds: folds.values(), rest, count: seen.size };
}

function newFold(container: string): DrawnNode {
  return {
    id: `fold-${container}`,
    container,
    place: container,
    kind: "fold",
    node: null,
    nodes: 0,
    out: newTally(),
    in: newTally(),
  };
}
