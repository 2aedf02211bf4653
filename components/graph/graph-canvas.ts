/**
 * The canvas outside React: one scene, one view of it, one repaint a frame at most. React says
 * what is drawn and selected; where it is looked at lives here, so that panning renders nothing.
 */
import { createCanvasPen } from "@/components/graph/canvas-pen";
import { drawScene } from "@/components/graph/draw-scene";
import { type Palette, readPalette } from "@/components/graph/palette";
import type { Scene } from "@/components/graph/scene";
import {
  centreOn,
  fitTo,
  reveal,
  type Size,
  toLayout,
  type ViewBox,
  zoomAt,
} from "@/components/graph/view-box";
import { NODE_HEIGHT, NODE_WIDTH, type Point } from "@/lib/graph/placement";

export type Marked = {
  selected: ReadonlySet<string>;
  hovered: string | null;
  cursor: string | null;
};

export type GraphCanvas = {
  readonly view: ViewBox;
  readonly size: Size;
  readonly palette: Palette | null;
  /** Shows a scene; `fit` looks at all of it. */
  setScene(scene: Scene | null, fit: boolean): void;
  setMarked(marked: Marked): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, at?: Point): void;
  showAll(): void;
  /** Brings a node to the middle, or only into sight. */
  show(node: string, how: "centre" | "reveal"): void;
  lookAt(point: Point): void;
  /** Layout point under a point of the element. */
  at(point: Point): Point;
  resize(): void;
  repaint(): void;
  /** Called after each change of what is seen. */
  onLook(listener: (() => void) | null): void;
  stop(): void;
};

export function createGraphCanvas(canvas: HTMLCanvasElement): GraphCanvas {
  const context = canvas.getContext("2d");
  let scene: Scene | null = null;
  let palette: Palette | null = null;
  let marked: Marked = { selected: new Set(), hovered: null, cursor: null };
  let view: ViewBox = { zoom: 1, shiftX: 0, shiftY: 0 };
  let size: Size = { width: 0, height: 0 };
  let frame: number | null = null;
  let looked: (() => void) | null = null;
  /** Fit once the canvas has a size. */
  let wantsFit = false;
  let pen: ReturnType<typeof createCanvasPen> | null = null;

  function paint(): void {
    frame = null;
    if (context === null || size.width === 0) return;
    if (palette === null || pen === null) {
      palette = readPalette(canvas.parentElement ?? document.body);
      pen = createCanvasPen(context, palette.fonts);
    }
    const density = window.devicePixelRatio;
    const { zoom, shiftX, shiftY } = view;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (scene === null) return;
    context.setTransform(zoom * density, 0, 0, zoom * density, shiftX * density, shiftY * density);
    const from = toLayout(view, { x: 0, y: 0 });
    const to = toLayout(view, { x: size.width, y: size.height });
    drawScene(pen, scene, {
      palette,
      zoom,
      left: from.x,
      top: from.y,
      right: to.x,
      bottom: to.y,
      ...marked,
    });
  }

  function schedule(): void {
    frame ??= requestAnimationFrame(paint);
  }

  function look(next: ViewBox): void {
    view = next;
    schedule();
    looked?.();
  }

  function rectOf(id: string) {
    const node = scene?.nodeById.get(id);
    return node === undefined
      ? null
      : { x: node.x, y: node.y, width: NODE_WIDTH, height: NODE_HEIGHT };
  }

  function showAll(): void {
    wantsFit = size.width === 0 || scene === null;
    if (!wantsFit && scene !== null) look(fitTo(scene, size));
  }

  return {
    get view() {
      return view;
    },
    get size() {
      return size;
    },
    get palette() {
      return palette;
    },
    setScene(next, shouldFit) {
      scene = next;
      if (shouldFit || wantsFit) showAll();
      schedule();
      looked?.();
    },
    setMarked(next) {
      marked = next;
      schedule();
    },
    pan: (dx, dy) => look({ ...view, shiftX: view.shiftX + dx, shiftY: view.shiftY + dy }),
    zoom: (factor, at) =>
      look(zoomAt(view, factor, at ?? { x: size.width / 2, y: size.height / 2 })),
    showAll,
    show(node, how) {
      const rect = rectOf(node);
      if (rect === null) return;
      const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
      look(how === "centre" ? centreOn(view, middle, size) : reveal(view, rect, size));
    },
    lookAt: (point) => look(centreOn(view, point, size, view.zoom)),
    at: (point) => toLayout(view, point),
    resize() {
      const { width, height } = canvas.getBoundingClientRect();
      if (width === size.width && height === size.height) return;
      const hadSize = size.width > 0;
      size = { width, height };
      canvas.width = Math.round(width * window.devicePixelRatio);
      canvas.height = Math.round(height * window.devicePixelRatio);
      if (wantsFit) showAll();
      // At once, since a canvas that gets another size is blank until it is painted; but the
      // first picture of all waits for its frame.
      if (hadSize) paint();
      else schedule();
      looked?.();
    },
    repaint() {
      palette = null;
      schedule();
    },
    onLook(listener) {
      looked = listener;
    },
    stop() {
      if (frame !== null) cancelAnimationFrame(frame);
      frame = null;
    },
  };
}
