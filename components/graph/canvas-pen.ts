/** The pen of a canvas. */
import type { Fonts, Pen, Stroke, TextStyle } from "@/components/graph/pen";

const ELLIPSIS = "…";
/** Cut texts that are remembered; with more, all are forgotten. */
const MAX_CUTS = 8_000;

export function createCanvasPen(context: CanvasRenderingContext2D, fonts: Fonts): Pen {
  const cuts = new Map<string, string>();

  function setStroke({ color, width, dash = [], alpha = 1 }: Stroke): void {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.setLineDash(dash.length === 0 ? [] : [...dash]);
  }

  function cut(text: string, maxWidth: number): string {
    const key = `${context.font}\n${Math.round(maxWidth)}\n${text}`;
    const known = cuts.get(key);
    if (known !== undefined) return known;
    if (cuts.size > MAX_CUTS) cuts.clear();
    let shown = text;
    if (context.measureText(text).width > maxWidth) {
      let [least, most] = [0, text.length];
      while (least < most) {
        const middle = Math.ceil((least + most) / 2);
        const fits = context.measureText(text.slice(0, middle) + ELLIPSIS).width <= maxWidth;
        if (fits) least = middle;
        else most = middle - 1;
      }
      shown = text.slice(0, least) + ELLIPSIS;
    }
    cuts.set(key, shown);
    return shown;
  }

  return {
    rect({ x, y, width, height }, radius, fill, stroke, alpha = 1) {
      context.beginPath();
      if (radius > 0) context.roundRect(x, y, width, height, radius);
      else context.rect(x, y, width, height);
      if (fill !== null) {
        context.globalAlpha = alpha;
        context.fillStyle = fill;
        context.fill();
      }
      if (stroke !== null) {
        setStroke(stroke);
        context.stroke();
      }
      context.globalAlpha = 1;
    },
    curve(start, pieces, stroke) {
      setStroke(stroke);
      context.beginPath();
      context.moveTo(start.x, start.y);
      for (let at = 0; at + 5 < pieces.length; at += 6) {
        context.bezierCurveTo(
          pieces[at] ?? 0,
          pieces[at + 1] ?? 0,
          pieces[at + 2] ?? 0,
          pieces[at + 3] ?? 0,
          pieces[at + 4] ?? 0,
          pieces[at + 5] ?? 0,
        );
      }
      context.stroke();
      context.globalAlpha = 1;
    },
    shape(points, fill, alpha = 1) {
      context.globalAlpha = alpha;
      context.fillStyle = fill;
      context.beginPath();
      for (let at = 0; at + 1 < points.length; at += 2) {
        context.lineTo(points[at] ?? 0, points[at + 1] ?? 0);
      }
      context.closePath();
      context.fill();
      context.globalAlpha = 1;
    },
    line(from, to, stroke) {
      setStroke(stroke);
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
      context.globalAlpha = 1;
    },
    text(text, { x, y }, style: TextStyle) {
      const { size, color, align = "left", bold, mono, maxWidth, alpha = 1 } = style;
      context.font = `${bold === true ? "600 " : ""}${size}px ${mono === true ? fonts.mono : fonts.sans}`;
      context.textAlign = align;
      context.textBaseline = "middle";
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillText(maxWidth === undefined ? text : cut(text, maxWidth), x, y + size * 0.06);
      context.globalAlpha = 1;
    },
  };
}
