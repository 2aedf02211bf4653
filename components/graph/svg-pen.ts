/** The pen of an exported picture: SVG as text, with everything from flows escaped. */
import { type Fonts, type Pen, roughWidth, type Stroke } from "@/components/graph/pen";

export type SvgPen = Pen & { finish(width: number, height: number, title: string): string };

export function createSvgPen(fonts: Fonts): SvgPen {
  const parts: string[] = [];
  return {
    rect({ x, y, width, height }, radius, fill, stroke, alpha) {
      const size = `x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"`;
      const round = radius > 0 ? ` rx="${n(radius)}"` : "";
      const fade = alpha === undefined || alpha === 1 ? "" : ` fill-opacity="${n(alpha)}"`;
      parts.push(`<rect ${size}${round} fill="${fill ?? "none"}"${fade}${strokeOf(stroke)}/>`);
    },
    curve(start, pieces, stroke) {
      const path = [`M${n(start.x)} ${n(start.y)}`];
      for (let at = 0; at + 5 < pieces.length; at += 6) {
        path.push(
          `C${pieces
            .slice(at, at + 6)
            .map(n)
            .join(" ")}`,
        );
      }
      parts.push(`<path d="${path.join("")}" fill="none"${strokeOf(stroke)}/>`);
    },
    shape(points, fill, alpha = 1) {
      const fade = alpha === 1 ? "" : ` fill-opacity="${n(alpha)}"`;
      parts.push(`<polygon points="${points.map(n).join(" ")}" fill="${fill}"${fade}/>`);
    },
    line(from, to, stroke) {
      const ends = `x1="${n(from.x)}" y1="${n(from.y)}" x2="${n(to.x)}" y2="${n(to.y)}"`;
      parts.push(`<line ${ends}${strokeOf(stroke)}/>`);
    },
    text(text, { x, y }, style) {
      const { size, color, align = "left", bold, mono, maxWidth, alpha = 1 } = style;
      const room = maxWidth === undefined ? text.length : fitting(text, style, maxWidth);
      const shown = room < text.length ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
      const anchor = align === "left" ? "start" : align === "right" ? "end" : "middle";
      const family = escapeXml(mono === true ? fonts.mono : fonts.sans);
      parts.push(
        `<text x="${n(x)}" y="${n(y + size * 0.35)}" font-family="${family}" font-size="${n(size)}"` +
          `${bold === true ? ' font-weight="600"' : ""} fill="${color}" text-anchor="${anchor}"` +
          `${alpha === 1 ? "" : ` fill-opacity="${n(alpha)}"`}>${escapeXml(shown)}</text>`,
      );
    },
    finish: (width, height, title) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}"` +
      ` viewBox="0 0 ${n(width)} ${n(height)}" role="img"><title>${escapeXml(title)}</title>` +
      `${parts.join("\n")}</svg>\n`,
  };
}

function fitting(text: string, style: Parameters<typeof roughWidth>[1], maxWidth: number): number {
  const width = roughWidth(text, style);
  return width <= maxWidth ? text.length : Math.floor((text.length * maxWidth) / width);
}

function strokeOf(stroke: Stroke | null): string {
  if (stroke === null) return "";
  const { color, width, dash = [], alpha = 1 } = stroke;
  const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.map(n).join(" ")}"`;
  const fade = alpha === 1 ? "" : ` stroke-opacity="${n(alpha)}"`;
  return ` stroke="${color}" stroke-width="${n(width)}"${dashes}${fade}`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Also without what XML cannot hold at all. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}
