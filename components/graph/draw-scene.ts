/** A scene with a pen: the same picture on the screen, in PNG and in SVG. */
import { drawBundle, drawEdge, drawLabel } from "@/components/graph/draw-edges";
import { drawBox, drawFarTitle, drawNode } from "@/components/graph/draw-nodes";
import { type Look, NAMES_ZOOM } from "@/components/graph/look";
import type { Pen } from "@/components/graph/pen";
import type { Scene, SceneEdge } from "@/components/graph/scene";
import type { DrawnEdge } from "@/lib/graph/choose";
import { NODE_HEIGHT, NODE_WIDTH } from "@/lib/graph/placement";

export function drawScene(pen: Pen, scene: Scene, look: Look): void {
  const active = activeParts(scene, look);
  const isQuiet = active.ids.size > 0;
  for (const box of scene.boxes) {
    if (isSeen(look, box.x, box.y, box.width, box.height)) drawBox(pen, box, look);
  }
  for (const line of scene.curves) {
    if (active.ids.has(line.edge.id) || !isLineSeen(look, line)) continue;
    drawEdge(pen, line, look, isQuiet ? "quiet" : "plain");
  }
  // Among few nodes lines pass between; among many they would be lost below.
  if (!scene.isCrowded) drawActive(pen, scene, look, active.edges);
  for (const node of scene.nodes) {
    if (isSeen(look, node.x, node.y, NODE_WIDTH, NODE_HEIGHT)) {
      drawNode(pen, node, look, isQuiet && !active.ids.has(node.id));
    }
  }
  if (scene.isCrowded) drawActive(pen, scene, look, active.edges);
  for (const bundle of scene.bundles) {
    if (touches(look, bundle.start.x, bundle.start.y, bundle.end.x, bundle.end.y)) {
      drawBundle(pen, bundle, look, isQuiet);
    }
  }
  drawWords(pen, scene, look, active.ids);
}

function drawActive(pen: Pen, scene: Scene, look: Look, edges: Iterable<DrawnEdge>): void {
  for (const edge of edges) {
    const line = scene.curveOf(edge);
    if (line !== null && isLineSeen(look, line)) drawEdge(pen, line, look, "active");
  }
}

function drawWords(pen: Pen, scene: Scene, look: Look, active: ReadonlySet<string>): void {
  if (look.zoom < NAMES_ZOOM) {
    for (const box of scene.boxes) {
      if (isSeen(look, box.x, box.y, box.width, box.height)) drawFarTitle(pen, box, look);
    }
    return;
  }
  for (const label of scene.labels) {
    if (active.size > 0 && !active.has(label.curve.edge.id)) continue;
    if (isSeen(look, label.x - label.width / 2, label.y - 8, label.width, 16)) {
      drawLabel(pen, label, look);
    }
  }
}

/** What is hovered, selected or under the cursor, with its edges and their other ends. */
function activeParts(scene: Scene, { hovered, selected, cursor }: Look) {
  const ids = new Set<string>();
  const edges = new Set<DrawnEdge>();
  const takeEdge = (edge: DrawnEdge) => {
    edges.add(edge);
    for (const id of [edge.id, edge.source, edge.destination]) ids.add(id);
  };
  const wanted = [...selected, hovered, cursor].filter((id) => id !== null);
  const isEdge = new Set(wanted.filter((id) => !scene.nodeById.has(id)));
  for (const id of wanted) {
    if (isEdge.has(id)) continue;
    ids.add(id);
    for (const edge of scene.edgesOf.get(id) ?? []) takeEdge(edge);
  }
  if (isEdge.size > 0) {
    for (const edge of scene.edges) if (isEdge.has(edge.id)) takeEdge(edge);
  }
  return { ids, edges };
}

function isLineSeen(look: Look, { left, top, right, bottom }: SceneEdge): boolean {
  return touches(look, left, top, right, bottom);
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
