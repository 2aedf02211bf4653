"use client";
/** The whole graph, small, with the part that is seen; a click or a drag goes there. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { GraphCanvas } from "@/components/graph/graph-canvas";
import { onThemeChange, readPalette } from "@/components/graph/palette";
import type { Scene } from "@/components/graph/scene";
import { toLayout } from "@/components/graph/view-box";

const WIDTH = 168;
const HEIGHT = 104;

type Props = { scene: Scene; canvas: RefObject<GraphCanvas | null> };

export function Minimap({ scene, canvas }: Props) {
  const element = useRef<HTMLCanvasElement>(null);
  const [isWhole, setWhole] = useState(true);
  const scale = Math.min(WIDTH / Math.max(1, scene.width), HEIGHT / Math.max(1, scene.height));

  useEffect(() => {
    const graph = canvas.current;
    const map = element.current;
    const context = map?.getContext("2d") ?? null;
    if (graph === null || map === null || context === null) return;
    let frame: number | null = null;
    const paint = () => {
      frame = null;
      setWhole(showsAll(graph, scene));
      drawMap(context, scene, graph, scale);
    };
    const schedule = () => {
      frame ??= requestAnimationFrame(paint);
    };
    schedule();
    graph.onLook(schedule);
    const stopTheme = onThemeChange(schedule);
    return () => {
      if (frame !== null) cancelAnimationFrame(frame);
      graph.onLook(null);
      stopTheme();
    };
  }, [scene, canvas, scale]);

  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    canvas.current?.lookAt({ x: (event.clientX - left) / scale, y: (event.clientY - top) / scale });
  };
  return (
    <div className={isWhole ? "graph-map is-whole" : "graph-map"} aria-hidden="true">
      <canvas
        ref={element}
        width={WIDTH * 2}
        height={HEIGHT * 2}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) go(event);
        }}
      />
    </div>
  );
}

/** Then there is nothing that the map would tell. */
function showsAll({ view, size }: GraphCanvas, scene: Scene): boolean {
  const from = toLayout(view, { x: 0, y: 0 });
  const to = toLayout(view, { x: size.width, y: size.height });
  return from.x <= 1 && from.y <= 1 && to.x >= scene.width - 1 && to.y >= scene.height - 1;
}

function drawMap(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { view, size }: GraphCanvas,
  scale: number,
): void {
  const palette = readPalette(context.canvas.parentElement ?? document.body);
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.fillStyle = palette.box;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = palette.control;
  context.globalAlpha = 0.55;
  for (const { x, y, width, height } of scene.boxes) {
    context.fillRect(
      x * scale,
      y * scale,
      Math.max(1, width * scale - 0.5),
      Math.max(1, height * scale - 0.5),
    );
  }
  context.globalAlpha = 1;
  const from = toLayout(view, { x: 0, y: 0 });
  const to = toLayout(view, { x: size.width, y: size.height });
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(
    from.x * scale,
    from.y * scale,
    (to.x - from.x) * scale,
    (to.y - from.y) * scale,
  );
}
