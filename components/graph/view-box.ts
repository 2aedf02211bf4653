/** Which part of the layout is on the screen: pan, zoom, fit, and where a pointer points. */
import type { Point } from "@/lib/graph/placement";

/** A layout point (x, y) is drawn at (x * zoom + shiftX, y * zoom + shiftY). */
export type ViewBox = { zoom: number; shiftX: number; shiftY: number };
export type Size = { width: number; height: number };

export const MIN_ZOOM = 0.03;
export const MAX_ZOOM = 3;
const MARGIN = 24;
/** Room for the buttons above. */
const HEAD = 46;
/** A small graph is not blown up beyond its natural size. */
const MAX_FIT = 1;
/** On a screen narrower than this a graph begins at its left, in a size that can be read. */
const NARROW = 600;
const LEAST_NARROW = 0.6;

export function fitTo(scene: Size, screen: Size): ViewBox {
  const zoom = Math.min(
    MAX_FIT,
    (screen.width - 2 * MARGIN) / Math.max(1, scene.width),
    (screen.height - HEAD - MARGIN) / Math.max(1, scene.height),
  );
  if (screen.width < NARROW && zoom < LEAST_NARROW && scene.height < 4_000) {
    return { zoom: LEAST_NARROW, shiftX: 12, shiftY: HEAD };
  }
  const kept = clampZoom(zoom);
  return {
    zoom: kept,
    shiftX: (screen.width - scene.width * kept) / 2,
    shiftY: HEAD + Math.max(0, (screen.height - HEAD - MARGIN - scene.height * kept) / 2),
  };
}

/** Zooms so that what is at `at` on the screen stays there. */
export function zoomAt(view: ViewBox, factor: number, at: Point): ViewBox {
  const zoom = clampZoom(view.zoom * factor);
  const real = zoom / view.zoom;
  return {
    zoom,
    shiftX: at.x - (at.x - view.shiftX) * real,
    shiftY: at.y - (at.y - view.shiftY) * real,
  };
}

export function toLayout(view: ViewBox, at: Point): Point {
  return { x: (at.x - view.shiftX) / view.zoom, y: (at.y - view.shiftY) / view.zoom };
}

/** Brings a point to the middle, near enough to read. */
export function centreOn(view: ViewBox, at: Point, screen: Size, least = 0.8): ViewBox {
  const zoom = Math.max(view.zoom, least);
  return { zoom, shiftX: screen.width / 2 - at.x * zoom, shiftY: screen.height / 2 - at.y * zoom };
}

/** Moves as little as needed for a rectangle of the layout to be seen. */
export function reveal(view: ViewBox, rect: Point & Size, screen: Size): ViewBox {
  const left = rect.x * view.zoom + view.shiftX;
  const top = rect.y * view.zoom + view.shiftY;
  const right = left + rect.width * view.zoom;
  const bottom = top + rect.height * view.zoom;
  const dx = left < MARGIN ? MARGIN - left : Math.min(0, screen.width - MARGIN - right);
  const dy = top < MARGIN ? MARGIN - top : Math.min(0, screen.height - MARGIN - bottom);
  return { ...view, shiftX: view.shiftX + dx, shiftY: view.shiftY + dy };
}

function clampZoom(zoom: number): number {
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
}
