/** A scene with a pen: the same picture on the screen, in PNG and in SVG. */
import { drawBundle, drawEdge, drawLabel } from "@/components/graph/draw-edges";
import { drawBox, drawFarTitle, drawNode } from "@/components/graph/draw-nodes";
import { type Look, NAMES_ZOOM } from "@/components/graph/look";
import type { Pen } from "@/components/graph/pen";
import type { Scene, SceneEdge } from "@/components/graph/scene";
import { NODE_HEIGHT, NODE_WIDTH } from "@/lib/graph/placement";

/** From here single edges are drawn even where there are too many for all. */
const CLOSE_ZOOM = 0.72;
/** Single edges in one picture of a crowded graph. */
const MAX_CLOSE_EDGES = 350;

export function drawScene(pen: Pen, scene: Scene, look: Look): void {
  const active = activeIds(scene, look);
  for (const box of scene.boxes) {
    if (isSeen(look, box.x, box.y, box.width, box.height)) drawBox(pen, box, look);
  }
  const edges = edgesToDraw(scene, look, active);
  const isQuiet = active.size > 0;
  for (const bundle of scene.bundles) {
    if (touches(look, bundle.start.x, bundle.start.y, bundle.end.x, bundle.end.y)) {
      drawBundle(pen, bundle, look, isQuiet);
    }
  }
  for (const edge of edges) {
    if (!active.has(edge.edge.id)) drawEdge(pen, edge, look, isQuiet ? "quiet" : "plain");
  }
  for (const edge of edges) if (active.has(edge.edge.id)) drawEdge(pen, edge, look, "active");
  for (const node of scene.nodes) {
    if (isSeen(look, node.x, node.y, NODE_WIDTH, NODE_HEIGHT)) {
      drawNode(pen, node, look, isQuiet && !active.has(node.id));
    }
  }
  if (look.zoom < NAMES_ZOOM) {
    for (const box of scene.boxes) {
      if (isSeen(look, box.x, box.y, box.width, box.height)) drawFarTitle(pen, box, look);
    }
    return;
  }
  for (const label of scene.labels) {
    const isActive = active.has(label.curve.edge.id);
    if (isQuiet && !isActive) continue;
    if (isSeen(look, label.x - label.width / 2, label.y - 8, label.width, 16)) {
      drawLabel(pen, label, look);
    }
  }
}

function edgesToDraw(scene: Scene, look: Look, active: ReadonlySet<string>): SceneEdge[] {
  const isCrowded = scene.bundles.length > 0;
  const seen: SceneEdge[] = [];
  let close = 0;
  for (const edge of scene.edges) {
    if (!touches(look, edge.left, edge.top, edge.right, edge.bottom)) continue;
    if (isCrowded && !active.has(edge.edge.id)) {
      if (look.zoom < CLOSE_ZOOM || close >= MAX_CLOSE_EDGES || !hasEndIn(edge, look)) continue;
      close += 1;
    }
    seen.push(edge);
  }
  return seen;
}

function hasEndIn({ start, end }: SceneEdge, look: Look): boolean {
  return isSeen(look, start.x, start.y, 0, 0) || isSeen(look, end.x, end.y, 0, 0);
}

/** What is hovered, selected or under the cursor, with its edges and their other ends. */
function activeIds(scene: Scene, { hovered, selected, cursor }: Look): Set<string> {
  const active = new Set<string>();
  const take = (id: string) => {
    active.add(id);
    for (const { edge } of scene.edgesOf.get(id) ?? []) {
      active.add(edge.id);
      active.add(edge.source);
      active.add(edge.destination);
    }
  };
  for (const id of selected) {
    if (scene.nodeById.has(id)) take(id);
    else active.add(id);
  }
  if (hovered !== null) {
    if (scene.nodeById.has(hovered)) take(hovered);
    else active.add(hovered);
  }
  if (cursor !== null && scene.nodeById.has(cursor)) take(cursor);
  for (const { edge } of scene.edges) {
    if (!active.has(edge.id)) continue;
    active.add(edge.source);
    active.add(edge.destination);
  }
  return active;
}

function isSeen(look: Look, x: number, y: number, width: number, height: number): boolean {
  return x <= look.right && x + width >= look.left && y <= look.bottom && y + height >= look.top;
}

function touches(look: Look, x1: number, y1: number, x2: number, y2: number): boolean {
  return (
    Math.min(x1, x2) <= look.right &&
    Math.max(x1, x2) >= look.left &&
    Math.min(y1, y2) <= look.bottom &&
    Math.max(y1, y2) >= look.top
  );
}
