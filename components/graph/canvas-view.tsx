"use client";
/**
 * The drawn graph: a canvas for the eye and the pointer, with keys of its own and words for what
 * the keys are on. Whoever cannot see it has the same relations as table and matrix.
 */
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { listenToGestures } from "@/components/graph/canvas-gestures";
import { createGraphCanvas, type GraphCanvas } from "@/components/graph/graph-canvas";
import { type Direction, type Hit, hitAt, nextNode } from "@/components/graph/hit";
import { HoverNote } from "@/components/graph/hover-note";
import { Minimap } from "@/components/graph/minimap";
import { onThemeChange } from "@/components/graph/palette";
import type { Scene } from "@/components/graph/scene";
import { edgeSentence, nodeSentence } from "@/components/graph/sentences";
import { Icon } from "@/components/ui/icon";
import { containerAt } from "@/lib/graph/choose";
import { NODE_HEIGHT, type Point } from "@/lib/graph/placement";

export type CanvasHandle = {
  showAll: () => void;
  /** Brings a node to the middle and puts the keyboard on it. */
  goTo: (node: string) => void;
  canvas: () => GraphCanvas | null;
};

type Props = {
  scene: Scene;
  /** Another one is another picture: all of it is shown. */
  layout: string;
  selected: readonly string[];
  handle: RefObject<CanvasHandle | null>;
  /** What a click means; null for the empty ground. */
  onSelect: (id: string | null, add: boolean) => void;
  onFocus: (node: string) => void;
  onToggleBox: (container: string) => void;
};

const REACH_PX = 7;
const PAN_PX = 60;
const ZOOM_STEP = 1.25;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export function CanvasView(props: Props) {
  const { scene, layout, selected, handle, onSelect, onFocus, onToggleBox } = props;
  const element = useRef<HTMLCanvasElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<GraphCanvas | null>(null);
  const shownLayout = useRef<string | null>(null);
  const [hover, setHover] = useState<{ at: Point; hit: Hit } | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [active, setActive] = useState(false);
  const latest = useRef({ scene, onSelect, onFocus, onToggleBox });
  useLayoutEffect(() => {
    latest.current = { scene, onSelect, onFocus, onToggleBox };
  });

  useLayoutEffect(() => {
    const surface = element.current;
    if (surface === null) return;
    const made = createGraphCanvas(surface);
    canvas.current = made;
    shownLayout.current = null;
    const find = (at: Point): Hit =>
      hitAt(latest.current.scene, made.at(at), REACH_PX / made.view.zoom);
    const stopGestures = listenToGestures(surface, made, {
      onPick(at, add) {
        const hit = find(at);
        if (hit === null) latest.current.onSelect(null, add);
        else if (hit.kind === "box") pickBox(hit.container, at, made, latest.current);
        else latest.current.onSelect(hit.kind === "node" ? hit.node.id : hit.edge.edge.id, add);
      },
      onOpen(at) {
        const hit = find(at);
        if (hit?.kind === "node") latest.current.onFocus(hit.node.id);
      },
      onHover(at) {
        setHover(at === null ? null : { at, hit: find(at) });
      },
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(surface);
    const stopTheme = onThemeChange(() => made.repaint());
    return () => {
      stopGestures();
      stopTheme();
      observer.disconnect();
      made.stop();
      canvas.current = null;
    };
  }, []);

  useLayoutEffect(() => {
    const isOther = shownLayout.current !== layout;
    shownLayout.current = layout;
    canvas.current?.resize();
    canvas.current?.setScene(scene, isOther);
  }, [scene, layout]);

  const hoveredId = idOf(hover?.hit ?? null);
  useEffect(() => {
    canvas.current?.setMarked({
      selected: new Set(selected),
      hovered: hoveredId,
      cursor: active ? cursor : null,
    });
  }, [selected, hoveredId, cursor, active]);

  const goTo = (node: string) => {
    setCursor(node);
    canvas.current?.show(node, "centre");
    stage.current?.focus();
  };
  useImperativeHandle(handle, () => ({
    showAll: () => canvas.current?.showAll(),
    goTo,
    canvas: () => canvas.current,
  }));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = canvas.current;
    const direction = ARROWS[event.key];
    if (view === null) return;
    const step = (id: string | null) => {
      if (id === null) return;
      setCursor(id);
      view.show(id, "reveal");
    };
    if (direction !== undefined && event.shiftKey) {
      view.pan(...panOf(direction));
    } else if (direction !== undefined) {
      step(nextNode(scene, cursor, direction)?.id ?? null);
    } else if (event.key === "+" || event.key === "=") view.zoom(ZOOM_STEP);
    else if (event.key === "-") view.zoom(1 / ZOOM_STEP);
    else if (event.key === "0") view.showAll();
    else if (event.key === "Enter" || event.key === " ") {
      if (cursor !== null) onSelect(cursor, event.shiftKey);
    } else if (event.key === "f") {
      if (cursor !== null) onFocus(cursor);
    } else if (event.key === "c") {
      const container = cursor === null ? null : scene.nodeById.get(cursor)?.drawn.container;
      if (typeof container === "string") onToggleBox(container);
    } else if (event.key === "[" || event.key === "]") {
      const next = nextEdge(scene, cursor, selected[0] ?? null, event.key === "]" ? 1 : -1);
      if (next !== null) onSelect(next, false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const at = cursor === null ? null : (scene.nodeById.get(cursor) ?? null);
  const chosen = scene.edges.find(({ id }) => id === selected[0]);
  return (
    <div className="graph-stage">
      <div
        ref={stage}
        className={`graph-canvas ${hoveredId === null ? "" : "is-over"}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys
        tabIndex={0}
        role="application"
        aria-label={`Graph of ${scene.nodes.length} nodes and ${scene.edges.length} edges`}
        aria-describedby="graph-keys"
        aria-roledescription="graph"
        onKeyDown={onKeyDown}
        onFocus={() => {
          setActive(true);
          setCursor((known) => known ?? scene.nodes[0]?.id ?? null);
        }}
        onBlur={() => setActive(false)}
      >
        <canvas ref={element} />
      </div>
      <p id="graph-keys" className="sr-only">
        Arrow keys go from node to node, Enter selects, square brackets go through the edges of a
        node, f shows its neighbourhood, c folds its container, plus, minus and 0 zoom, Shift with
        arrows pans. Table and matrix hold the same relations.
      </p>
      <output className="sr-only" aria-live="polite" aria-label="Under the keyboard">
        {active && chosen !== undefined
          ? edgeSentence(chosen, scene)
          : active && at !== null
            ? nodeSentence(at)
            : ""}
      </output>
      <HoverNote hover={hover} scene={scene} />
      <div className="graph-tools" role="toolbar" aria-label="View of the graph">
        <button
          type="button"
          className="btn icon"
          title="Zoom in (+)"
          aria-label="Zoom in"
          onClick={() => canvas.current?.zoom(ZOOM_STEP)}
        >
          <Icon name="plus" />
        </button>
        <button
          type="button"
          className="btn icon"
          title="Zoom out (−)"
          aria-label="Zoom out"
          onClick={() => canvas.current?.zoom(1 / ZOOM_STEP)}
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          className="btn"
          title="Show all of it (0)"
          onClick={() => canvas.current?.showAll()}
        >
          Fit
        </button>
      </div>
      <Minimap scene={scene} canvas={canvas} />
    </div>
  );
}

function idOf(hit: Hit): string | null {
  if (hit === null || hit.kind === "box") return null;
  return hit.kind === "node" ? hit.node.id : hit.edge.edge.id;
}

/** The head of a box folds its container; the rest of it is ground. */
function pickBox(
  container: string,
  at: Point,
  canvas: GraphCanvas,
  { scene, onSelect, onToggleBox }: Pick<Props, "scene" | "onSelect" | "onToggleBox">,
): void {
  const point = canvas.at(at);
  const isHead = scene.boxes.some(
    (box) =>
      box.container === container &&
      point.y >= box.y &&
      point.y <= box.y + NODE_HEIGHT &&
      box.nodes > 1,
  );
  if (isHead) onToggleBox(containerAt(container));
  else onSelect(null, false);
}

function panOf(direction: Direction): [number, number] {
  if (direction === "left") return [PAN_PX, 0];
  if (direction === "right") return [-PAN_PX, 0];
  return direction === "up" ? [0, PAN_PX] : [0, -PAN_PX];
}

/** The next of a node's edges, round and round. */
function nextEdge(
  scene: Scene,
  node: string | null,
  selected: string | null,
  step: 1 | -1,
): string | null {
  const edges = node === null ? [] : (scene.edgesOf.get(node) ?? []);
  if (edges.length === 0) return null;
  const at = edges.findIndex(({ id }) => id === selected);
  const next =
    at < 0 ? (step === 1 ? 0 : edges.length - 1) : (at + step + edges.length) % edges.length;
  return edges[next]?.id ?? null;
}
