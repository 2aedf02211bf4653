/** What of a scene lies under a point, and which node comes next in a direction. */
import type { Scene, SceneEdge, SceneNode } from "@/components/graph/scene";
import { distanceTo } from "@/lib/graph/curves";
import { NODE_HEIGHT, NODE_WIDTH, type Point } from "@/lib/graph/placement";

export type Hit =
  | { kind: "node"; node: SceneNode }
  | { kind: "edge"; edge: SceneEdge }
  | { kind: "box"; container: string }
  | null;

/** `reach`: how near to a line is on it, in the layout's pixels. */
export function hitAt(scene: Scene, { x, y }: Point, reach: number): Hit {
  const node = scene.nodes.find(
    (one) => x >= one.x && x <= one.x + NODE_WIDTH && y >= one.y && y <= one.y + NODE_HEIGHT,
  );
  if (node !== undefined) return { kind: "node", node };
  let edge: SceneEdge | null = null;
  let least = reach;
  for (const one of scene.curves) {
    if (x < one.left - reach || x > one.right + reach) continue;
    if (y < one.top - reach || y > one.bottom + reach) continue;
    const distance = distanceTo(one, x, y);
    if (distance >= least) continue;
    least = distance;
    edge = one;
  }
  if (edge !== null) return { kind: "edge", edge };
  const box = scene.boxes.find(
    (one) => x >= one.x && x <= one.x + one.width && y >= one.y && y <= one.y + one.height,
  );
  return box === undefined ? null : { kind: "box", container: box.container };
}

export type Direction = "left" | "right" | "up" | "down";

/** The nearest node in a direction; what lies aside counts as further away. */
export function nextNode(
  scene: Scene,
  from: string | null,
  direction: Direction,
): SceneNode | null {
  const start = from === null ? undefined : scene.nodeById.get(from);
  if (start === undefined) return scene.nodes[0] ?? null;
  let best: SceneNode | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const node of scene.nodes) {
    const dx = node.x - start.x;
    const dy = node.y - start.y;
    const ahead = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    if (ahead <= 1) continue;
    const aside = direction === "left" || direction === "right" ? Math.abs(dy) : Math.abs(dx);
    const distance = ahead + aside * 2.5;
    if (distance >= least) continue;
    least = distance;
    best = node;
  }
  return best;
}
