/**
 * Too many lines are no picture: beyond a bound, the edges between two containers are drawn as one
 * ribbon from box to box, and single edges only where somebody looks.
 */
import type { GroupState } from "@/lib/drops/view";
import type { DrawnEdge } from "./choose";
import type { Box, Placement, Point } from "./placement";
import { addTally, newTally, worstState } from "./tally";

/** Edges that are still drawn one by one. */
export const MAX_SINGLE_EDGES = 400;

export type Bundle = {
  from: string;
  to: string;
  start: Point;
  end: Point;
  heading: 1 | -1;
  edges: number;
  attempts: number;
  drops: number;
  state: GroupState;
};

/** The busiest first. Edges within one container have no ribbon. */
export function bundlesOf(
  edges: readonly DrawnEdge[],
  { boxes }: Placement,
  containerOf: (node: string) => string,
): Bundle[] {
  const boxOf = new Map<string, Box>();
  for (const box of boxes) if (!boxOf.has(box.container)) boxOf.set(box.container, box);
  const pairs = new Map<string, { from: Box; to: Box; edges: DrawnEdge[] }>();
  for (const edge of edges) {
    const from = boxOf.get(containerOf(edge.source));
    const to = boxOf.get(containerOf(edge.destination));
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from.container}\n${to.container}`;
    const pair = pairs.get(key) ?? { from, to, edges: [] };
    pairs.set(key, pair);
    pair.edges.push(edge);
  }
  return Array.from(pairs.values(), bundleOf).sort((a, b) => b.attempts - a.attempts);
}

function bundleOf({ from, to, edges }: { from: Box; to: Box; edges: DrawnEdge[] }): Bundle {
  const sum = newTally();
  const states: Partial<Record<GroupState, { drops: number; attempts: number }>> = {};
  for (const edge of edges) {
    addTally(sum, edge);
    states[edge.state] = { drops: 1, attempts: 1 };
  }
  const goesRight = to.x + to.width / 2 >= from.x + from.width / 2;
  return {
    from: from.container,
    to: to.container,
    start: { x: goesRight ? from.x + from.width : from.x, y: from.y + from.height / 2 },
    end: { x: goesRight ? to.x : to.x + to.width, y: to.y + to.height / 2 },
    heading: goesRight ? 1 : -1,
    edges: edges.length,
    ...sum,
    state: worstState(states),
  };
}
