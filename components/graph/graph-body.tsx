"use client";
/** The graph of one answer in whichever form, with what is selected beside it. */
import { type RefObject, useImperativeHandle, useMemo, useRef, useState } from "react";
import { type CanvasHandle, CanvasView } from "@/components/graph/canvas-view";
import { ExportMenu } from "@/components/graph/export-menu";
import { GraphBar } from "@/components/graph/graph-bar";
import { NothingDrawn } from "@/components/graph/graph-empty";
import { GraphSheet } from "@/components/graph/graph-sheet";
import type { GraphState } from "@/components/graph/graph-url";
import { Legend } from "@/components/graph/legend";
import { MatrixView } from "@/components/graph/matrix-view";
import { SankeyView } from "@/components/graph/sankey-view";
import { buildScene } from "@/components/graph/scene";
import { Scrubber } from "@/components/graph/scrubber";
import { selectedOf } from "@/components/graph/selection";
import { TableView } from "@/components/graph/table-view";
import type { ChangeGraph } from "@/components/graph/use-graph-url";
import { usePlacement } from "@/components/graph/use-placement";
import type { UrlState } from "@/components/query/url-state";
import { countOf, formatExact } from "@/components/ui/number-text";
import { NARROW, useMedia } from "@/components/ui/use-media";
import { MAX_SINGLE_EDGES } from "@/lib/graph/bundle";
import { chooseDrawn, type Drawn } from "@/lib/graph/choose";
import type { GraphAnswer, GraphNode } from "@/lib/graph/graph";
import type { Query } from "@/lib/query/query";

export type GraphHandle = { close: () => void };

type Props = {
  graph: GraphAnswer;
  stale: boolean;
  state: GraphState;
  url: UrlState;
  query: Query | null;
  changeGraph: ChangeGraph;
  handle: RefObject<GraphHandle | null>;
};

const NOTHING_KEPT: ReadonlySet<string> = new Set();

export function GraphBody(props: Props) {
  const { graph, stale, state, url, query, changeGraph, handle } = props;
  const narrow = useMedia(NARROW);
  const canvas = useRef<CanvasHandle>(null);
  const [tidied, setTidied] = useState(0);
  const { drawn, question } = useDrawn(graph, state, url, tidied);
  const placed = usePlacement(
    state.form === "graph" && drawn.nodes.length > 0 ? drawn : null,
    question,
  );
  const middleMs = middleOf(graph);
  const scene = useMemo(
    () =>
      placed === null || placed.layout !== question
        ? null
        : buildScene(drawn, placed.placement, { step: state.step, middleMs }),
    [placed, drawn, question, state.step, middleMs],
  );
  // While the next layout is made, the last picture stays.
  const [last, setLast] = useState<{ scene: NonNullable<typeof scene>; question: string } | null>(
    null,
  );
  if (scene !== null && last?.scene !== scene) setLast({ scene, question });
  const shown = scene ?? last?.scene ?? null;
  const selected = useMemo(
    () => selectedOf(state.selected, graph, drawn),
    [state.selected, graph, drawn],
  );

  const toggle = (list: readonly string[], id: string) =>
    list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
  const toggleBox = (id: string) => changeGraph({ collapsed: toggle(state.collapsed, id) });
  const select = (id: string | null, add: boolean) => {
    if (id === null) {
      changeGraph({ selected: [] });
      return;
    }
    const node = drawn.nodes.find((one) => one.id === id);
    if (node?.kind === "fold") changeGraph({ unfolded: toggle(state.unfolded, node.container) });
    else if (node?.kind === "container") toggleBox(node.id);
    else changeGraph({ selected: add ? toggle(state.selected, id) : [id] });
  };
  const find = (node: GraphNode) => {
    const isDrawn = shown?.nodeById.has(node.id) === true && state.form === "graph";
    changeGraph({
      selected: [node.id],
      // A folded node is shown with what is around it.
      ...(isDrawn ? {} : { focus: node.id, form: "graph" }),
    });
    if (isDrawn) canvas.current?.goTo(node.id);
  };
  useImperativeHandle(handle, () => ({
    close: () => {
      if (state.selected.length > 0) changeGraph({ selected: [] });
      else if (state.focus !== null) changeGraph({ focus: null, depth: 1 });
    },
  }));

  const isEmpty = drawn.edges.length === 0;
  const hasSheet = state.selected.length > 0;
  return (
    <div className={`graph ${hasSheet ? "has-sheet" : ""} ${stale ? "is-stale" : ""}`}>
      <div className="work">
        <main className="graph-main">
          <GraphBar
            graph={graph}
            drawn={drawn}
            state={state}
            changeGraph={changeGraph}
            onFind={find}
          />
          {state.form === "matrix" && (
            <MatrixView graph={graph} selected={state.selected} changeGraph={changeGraph} />
          )}
          {state.form === "table" && (
            <TableView graph={graph} selected={state.selected} changeGraph={changeGraph} />
          )}
          {state.form === "sankey" && <SankeyView graph={graph} />}
          {state.form === "graph" && isEmpty && (
            <NothingDrawn drawn={drawn} state={state} changeGraph={changeGraph} />
          )}
          {state.form === "graph" && !isEmpty && (
            <div className="graph-picture">
              {shown === null ? (
                <p className="graph-wait" role="status">
                  Placing {countOf(drawn.nodes.length, "node")}…
                </p>
              ) : (
                <CanvasView
                  scene={shown}
                  layout={last?.question ?? question}
                  selected={state.selected}
                  handle={canvas}
                  onSelect={select}
                  onFocus={(node) => changeGraph({ focus: node })}
                  onToggleBox={toggleBox}
                />
              )}
              {shown !== null && (
                <div className="graph-corner">
                  <button
                    type="button"
                    className="btn quiet"
                    title="Lay it out anew; until then nothing on the screen moves"
                    onClick={() => setTidied(tidied + 1)}
                  >
                    Tidy up
                  </button>
                  <ExportMenu graph={graph} drawn={drawn} scene={shown} />
                </div>
              )}
            </div>
          )}
          <div className="graph-foot">
            <Legend
              totals={graph.totals}
              hidden={state.hidden}
              hasChanges={shown?.hasChanges ?? false}
              changeGraph={changeGraph}
            />
            {state.form === "graph" && shown?.isCrowded === true && (
              <p className="graph-crowd">
                More than {MAX_SINGLE_EDGES} edges are drawn as ribbons between boxes, the busiest
                only. Point at a node, or select it, to see each of its edges.
              </p>
            )}
            {state.form === "graph" && (
              <FoldNote graph={graph} drawn={drawn} state={state} changeGraph={changeGraph} />
            )}
            {state.form === "graph" && (
              <Scrubber graph={graph} step={state.step} changeGraph={changeGraph} />
            )}
          </div>
        </main>
        {hasSheet && (
          <GraphSheet
            graph={graph}
            selected={selected}
            state={state}
            url={url}
            query={query}
            narrow={narrow}
            changeGraph={changeGraph}
            onClose={() => changeGraph({ selected: [] })}
          />
        )}
      </div>
    </div>
  );
}

type Chosen = {
  graph: GraphAnswer;
  question: string;
  drawn: Drawn;
  /** Edges that were drawn under this question. */
  kept: ReadonlySet<string>;
};

/**
 * What is drawn, and the question its places belong to. Under one question an edge that was drawn
 * stays while it has drops, although others may have overtaken it.
 */
function useDrawn(graph: GraphAnswer, state: GraphState, url: UrlState, tidied: number) {
  const range = url.span === null ? url.range : `${url.span.fromMs} ${url.span.toMs}`;
  const { top, focus, depth, hidden, collapsed, unfolded } = state;
  const question = JSON.stringify([
    graph.query,
    graph.level,
    range,
    [top, focus, depth, tidied],
    hidden,
    collapsed,
    unfolded,
  ]);
  const [last, setLast] = useState<Chosen | null>(null);
  if (last !== null && last.graph === graph && last.question === question) return last;
  const kept = last?.question === question ? last.kept : NOTHING_KEPT;
  const drawn = chooseDrawn(graph, {
    top,
    perBox: perBoxOf(top),
    focus,
    depth,
    hidden: new Set(hidden),
    collapsed: new Set(collapsed),
    unfolded: new Set(unfolded),
    keep: kept,
  });
  const chosen = { graph, question, drawn, kept: new Set(kept) };
  for (const { id } of drawn.edges) chosen.kept.add(id);
  setLast(chosen);
  return chosen;
}

/** Who asks for many edges wants to see them. */
function perBoxOf(top: number): number {
  return top <= 50 ? 8 : Number.POSITIVE_INFINITY;
}

/** The middle of the range, or null where the first half tells nothing of the second. */
function middleOf({ edges, fromMs, toMs }: GraphAnswer): number | null {
  const middleMs = (fromMs + toMs) / 2;
  const isTold = edges.some(({ firstMs }) => firstMs < middleMs);
  return isTold ? middleMs : null;
}

/** What is folded away, in numbers, and how to get at it. */
function FoldNote({
  graph,
  drawn,
  state,
  changeGraph,
}: Pick<Props, "graph" | "state" | "changeGraph"> & { drawn: Drawn }) {
  const { folded, rest } = drawn;
  if (folded.edges === 0 && graph.unlisted.drops === 0) return null;
  const next = [100, 300, 1_000, 12_000].find((top) => top > state.top) ?? 12_000;
  return (
    <div className="graph-fold">
      <b>{countOf(folded.nodes, "more node")}</b>
      <span className="dim">
        {countOf(folded.edges, "edge")}, {countOf(folded.attempts, "attempt")} folded
        {rest.containers > 0 &&
          `; ${countOf(rest.nodes, "node")} in ${countOf(rest.containers, "box", "boxes")} not drawn`}
      </span>
      {graph.unlisted.drops > 0 && (
        <span className="dim">
          and {formatExact(graph.edgeCount - graph.edges.length)} edges too many to be listed, with{" "}
          {countOf(graph.unlisted.attempts, "attempt")}: narrow the query or take a coarser level
        </span>
      )}
      {folded.edges > 0 && (
        <button type="button" className="link-button" onClick={() => changeGraph({ top: next })}>
          Draw up to {formatExact(Math.min(next, drawn.edges.length + folded.edges))} edges
        </button>
      )}
    </div>
  );
}
