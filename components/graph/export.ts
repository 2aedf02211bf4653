/** The graph as a picture or as text, to be taken elsewhere: SVG, PNG, DOT and JSON. */
import { createCanvasPen } from "@/components/graph/canvas-pen";
import { drawScene } from "@/components/graph/draw-scene";
import { EDGE_FORMS, widthOf } from "@/components/graph/forms";
import type { Look } from "@/components/graph/look";
import type { Palette } from "@/components/graph/palette";
import type { Pen } from "@/components/graph/pen";
import type { Scene } from "@/components/graph/scene";
import { createSvgPen } from "@/components/graph/svg-pen";
import { GROUP_STATES } from "@/lib/drops/view";

/** What a picture says of itself: query, range, and what is not in it. */
export type Caption = { title: string; lines: readonly string[] };

const MARGIN = 32;
const LINE = 18;
/** A PNG of more pixels than this is drawn smaller. */
const MAX_PIXELS = 36_000_000;

export function toSvg(scene: Scene, palette: Palette, caption: Caption): string {
  const pen = createSvgPen(palette.fonts);
  const size = sizeOf(scene, caption);
  pen.rect({ x: 0, y: 0, ...size }, 0, palette.ground, null);
  drawPicture(shifted(pen, MARGIN, headHeight(caption)), pen, scene, palette, caption);
  return pen.finish(size.width, size.height, caption.title);
}

/** Null where the browser cannot make a picture of this size. */
export function toPng(scene: Scene, palette: Palette, caption: Caption): Promise<Blob | null> {
  const size = sizeOf(scene, caption);
  const scale = Math.min(2, Math.sqrt(MAX_PIXELS / (size.width * size.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const context = canvas.getContext("2d");
  if (context === null) return Promise.resolve(null);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const pen = createCanvasPen(context, palette.fonts);
  pen.rect({ x: 0, y: 0, ...size }, 0, palette.ground, null);
  drawPicture(shifted(pen, MARGIN, headHeight(caption)), pen, scene, palette, caption);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Graphviz: containers as clusters, states as styles. */
export function toDot(scene: Scene, caption: Caption): string {
  const lines = ["digraph drops {", "  rankdir=LR;", `  label=${quote(caption.lines.join("\n"))};`];
  const containers = new Map<string, string[]>();
  for (const node of scene.nodes) {
    const list = containers.get(node.drawn.container) ?? [];
    containers.set(node.drawn.container, list);
    list.push(`    ${quote(node.id)} [label=${quote(node.title)}, shape=box];`);
  }
  for (const [container, nodes] of containers) {
    const title = scene.boxes.find((box) => box.container === container)?.title ?? "";
    lines.push(`  subgraph ${quote(`cluster_${container}`)} {`, `    label=${quote(title)};`);
    lines.push(...nodes, "  }");
  }
  for (const edge of scene.edges) {
    const width = widthOf(edge.attempts, edge.state).toFixed(1);
    const style = EDGE_FORMS[edge.state].dash.length === 0 ? "solid" : "dashed";
    const label = `${edge.attempts} ${edge.direction} ${edge.state}`;
    lines.push(
      `  ${quote(edge.source)} -> ${quote(edge.destination)} [label=${quote(label)}, penwidth=${width}, style=${style}];`,
    );
  }
  return `${[...lines, "}"].join("\n")}\n`;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

export function saveFile(name: string, content: Blob | string, type = ""): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken the address with the click; a moment later nobody needs it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function headHeight({ lines }: Caption): number {
  return MARGIN + 24 + lines.length * LINE + 14;
}

const LEGEND_WIDTH = 200;
const LEGEND_ROW = 22;

function sizeOf(scene: Scene, caption: Caption): { width: number; height: number } {
  const width = Math.max(scene.width, LEGEND_WIDTH * 4) + 2 * MARGIN;
  return { width, height: headHeight(caption) + scene.height + 3 * LEGEND_ROW + 2 * MARGIN };
}

function drawPicture(
  pen: Pen,
  page: Pen,
  scene: Scene,
  palette: Palette,
  { title, lines }: Caption,
): void {
  page.text(title, { x: MARGIN, y: MARGIN }, { size: 17, color: palette.text, bold: true });
  for (const [at, line] of lines.entries()) {
    page.text(line, { x: MARGIN, y: MARGIN + 26 + at * LINE }, { size: 12, color: palette.soft });
  }
  const look: Look = {
    palette,
    zoom: 1,
    left: Number.NEGATIVE_INFINITY,
    top: Number.NEGATIVE_INFINITY,
    right: Number.POSITIVE_INFINITY,
    bottom: Number.POSITIVE_INFINITY,
    selected: new Set(),
    hovered: null,
    cursor: null,
  };
  drawScene(pen, scene, look);
  drawLegend(pen, scene, palette);
}

function drawLegend(pen: Pen, scene: Scene, palette: Palette): void {
  const states = GROUP_STATES.filter((state) => scene.edges.some((edge) => edge.state === state));
  const top = scene.height + MARGIN;
  for (const [at, state] of states.entries()) {
    const x = (at % 4) * LEGEND_WIDTH;
    const y = top + Math.floor(at / 4) * LEGEND_ROW;
    const { dash, words } = EDGE_FORMS[state];
    const stroke = {
      color: palette.states[state],
      width: 2.6,
      dash: dash.map((part) => part * 2.6),
    };
    pen.line({ x, y }, { x: x + 36, y }, stroke);
    pen.text(words, { x: x + 44, y }, { size: 12, color: palette.soft });
  }
  const note = "Width: attempts, by their logarithm. Bar: the end whose policy refused.";
  const y = top + Math.ceil(states.length / 4) * LEGEND_ROW;
  pen.text(note, { x: 0, y }, { size: 12, color: palette.dim });
}

/** The same pen with its origin elsewhere. */
function shifted(pen: Pen, dx: number, dy: number): Pen {
  const move = <T extends { x: number; y: number }>(at: T): T => ({
    ...at,
    x: at.x + dx,
    y: at.y + dy,
  });
  const moveAll = (numbers: readonly number[]) =>
    numbers.map((number, at) => number + (at % 2 === 0 ? dx : dy));
  return {
    rect: (at, ...rest) => pen.rect(move(at), ...rest),
    curve: (start, pieces, stroke) => pen.curve(move(start), moveAll(pieces), stroke),
    shape: (points, ...rest) => pen.shape(moveAll(points), ...rest),
    line: (from, to, stroke) => pen.line(move(from), move(to), stroke),
    text: (text, at, style) => pen.text(text, move(at), style),
  };
}
