/** What a scene is drawn with: a canvas, or a picture in SVG. Coordinates are the layout's. */
import type { Point } from "@/lib/graph/placement";

export type Stroke = { color: string; width: number; dash?: readonly number[]; alpha?: number };

export type TextStyle = {
  size: number;
  color: string;
  align?: "left" | "right" | "center";
  bold?: boolean;
  mono?: boolean;
  /** Longer text is cut with an ellipsis. */
  maxWidth?: number;
  alpha?: number;
};

export type Pen = {
  rect(
    at: Point & { width: number; height: number },
    radius: number,
    fill: string | null,
    stroke: Stroke | null,
    alpha?: number,
  ): void;
  /** Cubics: two control points and the end, six numbers a piece. */
  curve(start: Point, pieces: readonly number[], stroke: Stroke): void;
  /** A filled polygon: x, y, x, y, … */
  shape(points: readonly number[], fill: string, alpha?: number): void;
  line(from: Point, to: Point, stroke: Stroke): void;
  /** `y` is the middle of the line of text. */
  text(text: string, at: Point, style: TextStyle): void;
};

export type Fonts = { sans: string; mono: string };

/** Rough width of a text, for pictures that nothing can measure. */
export function roughWidth(text: string, { size, mono, bold }: TextStyle): number {
  return text.length * size * (mono === true ? 0.6 : bold === true ? 0.56 : 0.53);
}
