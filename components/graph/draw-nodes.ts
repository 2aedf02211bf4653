/** Nodes and the boxes around them. */
import { type Look, NAMES_ZOOM } from "@/components/graph/look";
import { MARK_BADGES } from "@/components/graph/marks";
import { type Pen, roughWidth } from "@/components/graph/pen";
import type { SceneBox, SceneNode } from "@/components/graph/scene";
import { formatCount } from "@/components/ui/number-text";
import { BOX_HEAD, BOX_PAD, NODE_HEIGHT, NODE_WIDTH } from "@/lib/graph/placement";

export function drawBox(pen: Pen, box: SceneBox, look: Look): void {
  const { palette, zoom } = look;
  pen.rect(box, 7, palette.box, { color: palette.line, width: 1 / Math.min(1, zoom) });
  if (zoom < NAMES_ZOOM) return;
  const y = box.y + BOX_HEAD / 2 + 1;
  const size = 11.5;
  const count = formatCount(box.nodes);
  const aside = box.nodes > 1 ? count.length * 7 + 10 : 0;
  const room = box.width - 2 * BOX_PAD - 4 - aside;
  pen.text(box.title, { x: box.x + BOX_PAD + 2, y }, { size, color: palette.soft, maxWidth: room });
  if (aside === 0) return;
  const right = { x: box.x + box.width - BOX_PAD - 2, y };
  pen.text(count, right, { size, color: palette.dim, align: "right" });
}

/** From afar the title stands over the bars, in a size that can be read, as long as it has room. */
export function drawFarTitle(pen: Pen, box: SceneBox, { palette, zoom }: Look): void {
  const counted = box.nodes > 1 ? `${box.title} ${formatCount(box.nodes)}` : box.title;
  const fits = roughWidth(counted, { size: 9 / zoom, color: "", bold: true }) < box.width - 6;
  const text = fits ? counted : box.title;
  const room = (box.width - 4) / (roughWidth(text, { size: 1, color: "", bold: true }) + 1.1);
  // Rather small than cut, as long as it can be read.
  const size = Math.min(Math.max(Math.min(12.5 / zoom, room), 8 / zoom), box.height * 0.46);
  if (size * zoom < 7) return;
  const width = Math.min(box.width - 4, roughWidth(text, { size, color: "", bold: true }) + size);
  const plate = { x: box.x + 2, y: box.y + 2, width, height: size * 1.45 };
  pen.rect(plate, size * 0.25, palette.box, null, 0.9);
  pen.text(
    text,
    { x: plate.x + size * 0.4, y: plate.y + plate.height / 2 },
    { size, color: palette.text, bold: true, maxWidth: width - size * 0.6 },
  );
}

export function drawNode(pen: Pen, node: SceneNode, look: Look, isQuiet: boolean): void {
  const { palette, selected, hovered, cursor, zoom } = look;
  const rect = { x: node.x, y: node.y, width: NODE_WIDTH, height: NODE_HEIGHT };
  const isFold = node.drawn.kind === "fold";
  const isChosen = selected.has(node.id);
  const alpha = isQuiet ? 0.4 : 1;
  if (zoom < NAMES_ZOOM && !isChosen && hovered !== node.id && cursor !== node.id) {
    drawFar(pen, node, look, alpha);
    return;
  }
  pen.rect(rect, 4, isChosen ? palette.accentWash : palette.node, {
    color: isChosen ? palette.accent : hovered === node.id ? palette.control : palette.line,
    width: (isChosen ? 1.6 : 1) / Math.min(1, zoom),
    ...(isFold ? { dash: [4, 3] } : {}),
    alpha: isQuiet && !isChosen ? 0.5 : 1,
  });
  if (cursor === node.id) {
    const around = {
      x: rect.x - 3,
      y: rect.y - 3,
      width: rect.width + 6,
      height: rect.height + 6,
    };
    pen.rect(around, 6, null, { color: palette.accent, width: 2 / Math.min(1, zoom) });
  }
  drawText(pen, node, look, alpha);
}

/**
 * A bar whose filling says the neediest state (whole, outlined, or only its left edge), the
 * stronger the busier it is.
 */
function drawFar(pen: Pen, node: SceneNode, { palette, zoom }: Look, alpha: number): void {
  const rect = { x: node.x, y: node.y + 3, width: NODE_WIDTH, height: NODE_HEIGHT - 6 };
  const { state, heat } = node;
  if (state === null) {
    pen.rect(rect, 0, palette.nodeDim, null, alpha);
    return;
  }
  const color = palette.states[state];
  const isSolid = state === "unexpected" || state === "surge" || state === "new";
  if (state === "audit") {
    const width = Math.min(5, 1.2 / zoom);
    pen.rect(rect, 0, palette.nodeDim, { color, width, alpha: alpha * 0.8 });
    return;
  }
  pen.rect(rect, 0, palette.nodeDim, null, alpha);
  pen.rect(
    { ...rect, width: isSolid ? rect.width : 26 },
    0,
    color,
    null,
    alpha * (0.16 + 0.7 * heat * heat),
  );
}

function drawText(pen: Pen, node: SceneNode, { palette }: Look, alpha: number): void {
  const y = node.y + NODE_HEIGHT / 2;
  const mark = node.drawn.node?.mark ?? null;
  const badge = mark === null ? "" : MARK_BADGES[mark].badge;
  const aside = badge === "" ? node.note : badge;
  const asideWidth = aside === "" ? 0 : aside.length * 6 + 12;
  const isFold = node.drawn.kind === "fold";
  const isWhole = node.drawn.kind === "container";
  pen.text(
    isWhole ? `▸ ${node.title}` : node.title,
    { x: node.x + 9, y },
    {
      size: node.isAddress ? 11.5 : 12.5,
      color: isFold ? palette.soft : palette.text,
      mono: node.isAddress,
      bold: isWhole,
      maxWidth: NODE_WIDTH - 18 - asideWidth,
      alpha,
    },
  );
  if (aside === "") return;
  const right = node.x + NODE_WIDTH - 8;
  if (badge === "") {
    pen.text(aside, { x: right, y }, { size: 10.5, color: palette.dim, align: "right", alpha });
    return;
  }
  const width = badge.length * 6 + 8;
  pen.rect({ x: right - width + 2, y: y - 8, width, height: 16 }, 3, null, {
    color: palette.control,
    width: 1,
    alpha,
  });
  pen.text(
    badge,
    { x: right - width / 2 + 2, y },
    { size: 9.5, color: palette.soft, align: "center", bold: true, alpha },
  );
}
