/** Mouse, touch and wheel on the canvas: drag pans, wheel and pinch zoom, a tap picks. */
import type { GraphCanvas } from "@/components/graph/graph-canvas";
import type { Point } from "@/lib/graph/placement";

export type Gestures = {
  /** A press that did not move; `add` with Shift, Ctrl or Cmd. */
  onPick: (at: Point, add: boolean) => void;
  onOpen: (at: Point) => void;
  onHover: (at: Point | null) => void;
};

/** Further than this is a drag. */
const TAP_REACH = 5;
const WHEEL_STEP = 0.0016;

/** Listens until the returned function is called. */
export function listenToGestures(
  element: HTMLElement,
  canvas: GraphCanvas,
  { onPick, onOpen, onHover }: Gestures,
): () => void {
  const pointers = new Map<number, Point>();
  let moved = false;
  let began: Point = { x: 0, y: 0 };
  const pointOf = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  function onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const point = pointOf(event);
    pointers.set(event.pointerId, point);
    if (pointers.size === 1) {
      moved = false;
      began = point;
    } else moved = true;
    element.setPointerCapture(event.pointerId);
  }

  function onMove(event: PointerEvent): void {
    const point = pointOf(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === "mouse") onHover(point);
      return;
    }
    if (Math.hypot(point.x - began.x, point.y - began.y) > TAP_REACH) moved = true;
    if (!moved) return;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, point);
    if (other === undefined) {
      canvas.pan(point.x - before.x, point.y - before.y);
      return;
    }
    const apart = (a: Point, b: Point) => Math.max(8, Math.hypot(a.x - b.x, a.y - b.y));
    const middle = { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 };
    canvas.zoom(apart(point, other) / apart(before, other), middle);
    canvas.pan((point.x - before.x) / 2, (point.y - before.y) / 2);
  }

  function onUp(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
    if (!moved) onPick(pointOf(event), event.shiftKey || event.ctrlKey || event.metaKey);
  }

  function onCancel(event: PointerEvent): void {
    pointers.delete(event.pointerId);
  }

  function onWheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.shiftKey && !event.ctrlKey) {
      canvas.pan(-event.deltaY - event.deltaX, 0);
      return;
    }
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    // A pinch on a touchpad comes as a wheel with Ctrl and small steps.
    const step = event.deltaY * lines * WHEEL_STEP * (event.ctrlKey ? 6 : 1);
    canvas.zoom(Math.exp(-step), pointOf(event));
  }

  const onLeave = () => onHover(null);
  const onDouble = (event: MouseEvent) => onOpen(pointOf(event));
  element.addEventListener("pointerdown", onDown);
  element.addEventListener("pointermove", onMove);
  element.addEventListener("pointerup", onUp);
  element.addEventListener("pointercancel", onCancel);
  element.addEventListener("pointerleave", onLeave);
  element.addEventListener("dblclick", onDouble);
  element.addEventListener("wheel", onWheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", onDown);
    element.removeEventListener("pointermove", onMove);
    element.removeEventListener("pointerup", onUp);
    element.removeEventListener("pointercancel", onCancel);
    element.removeEventListener("pointerleave", onLeave);
    element.removeEventListener("dblclick", onDouble);
    element.removeEventListener("wheel", onWheel);
  };
}
