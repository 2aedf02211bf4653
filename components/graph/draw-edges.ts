/** Edges, ribbons and the numbers on them. */

import { EDGE_FORMS, widthOf } from "@/components/graph/forms";
import type { Look } from "@/components/graph/look";
import type { Pen } from "@/components/graph/pen";
import type { SceneEdge } from "@/components/graph/scene";
import type { Bundle } from "@/lib/graph/bundle";
import type { EdgeLabel } from "@/lib/graph/labels";

/** `quiet`: something else is looked at. */
export type EdgeTone = "plain" | "active" | "quiet";

export function drawEdge(pen: Pen, edge: SceneEdge, look: Look, tone: EdgeTone): void {
  const { palette, selected, zoom } = look;
  const { state, direction, id } = edge.edge;
  const color = palette.states[state];
  // A thin line stays visible from afar.
  const width = Math.max(widthOf(edge.count, state), 0.8 / zoom);
  // Into a box of several columns a line crosses nodes: it steps back until somebody looks.
  const rest = edge.crosses ? 0.32 : 1;
  const alpha = edge.count === 0 ? 0.16 : tone === "quiet" ? 0.14 : tone === "active" ? 1 : rest;
  const dash = EDGE_FORMS[state].dash.map((part) => part * Math.max(width, 1.6));
  if (selected.has(id)) {
    pen.curve(edge.start, edge.pieces, { color: palette.accent, width: width + 7, alpha: 0.28 });
  }
  pen.curve(edge.start, edge.pieces, { color, width, dash, alpha });
  drawHead(pen, edge, color, width, alpha);
  if (direction !== "unknown" && zoom > 0.3) drawBar(pen, edge, color, width, alpha);
}

function drawHead(pen: Pen, edge: SceneEdge, color: string, width: number, alpha: number): void {
  const size = 5 + width * 1.1;
  const { x, y } = edge.end;
  const back = x - edge.heading * size;
  const half = size * 0.52;
  pen.shape([x, y, back, y - half, back, y + half], color, alpha);
}

/** Across the line at the end whose policy refused: egress at the source, ingress before the head. */
function drawBar(pen: Pen, edge: SceneEdge, color: string, width: number, alpha: number): void {
  const isEgress = edge.edge.direction === "egress";
  const half = 4 + width * 0.7;
  // A loop leaves to the right although it ends heading left.
  const leaves = (edge.pieces[0] ?? 0) >= edge.start.x ? 1 : -1;
  const x = isEgress
    ? edge.start.x + leaves * 7
    : edge.end.x - edge.heading * (5 + width * 1.1 + 5);
  const y = isEgress ? edge.start.y : edge.end.y;
  pen.line({ x, y: y - half }, { x, y: y + half }, { color, width: 2.2, alpha });
}

export function drawLabel(pen: Pen, label: EdgeLabel, { palette }: Look): void {
  const { x, y, width, countWidth, count, port } = label;
  const left = x - width / 2;
  pen.rect({ x: left + 1, y: y - 7.5, width: width - 2, height: 15 }, 4, palette.ground, null, 1);
  pen.text(count, { x: left + 4, y }, { size: 11, color: palette.text, bold: true });
  if (port === "") return;
  pen.text(port, { x: left + 4 + countWidth, y }, { size: 10.5, color: palette.dim });
}

/** One ribbon for all edges between two boxes. */
export function drawBundle(pen: Pen, bundle: Bundle, look: Look, isQuiet: boolean): void {
  const { palette, zoom } = look;
  const { start, end, heading, state } = bundle;
  const width = (0.8 + Math.log10(1 + bundle.attempts) * 0.7) / Math.max(zoom, 0.25);
  const bend = Math.max(40, Math.abs(end.x - start.x) * 0.45) * heading;
  const pieces = [start.x + bend, start.y, end.x - bend, end.y, end.x, end.y];
  const color = palette.states[state];
  const dash = EDGE_FORMS[state].dash.map((part) => part * width);
  pen.curve(start, pieces, { color, width, dash, alpha: isQuiet ? 0.07 : 0.5 });
}
