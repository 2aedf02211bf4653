"use client";
/**
 * Places for what is drawn. The same graph with other numbers keeps its places and asks nothing; a
 * changed graph under the same question keeps the places of all that was there; another question,
 * or a wish to tidy up, is laid out anew.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import type { LayoutAnswer, LayoutQuestion } from "@/components/graph/layout-worker";
import type { Drawn } from "@/lib/graph/choose";
import type { LayoutInput, Placement } from "@/lib/graph/placement";

export type Placed = {
  /** What the places were made for. */
  drawn: Drawn;
  placement: Placement;
  /** Changes with every layout that is made anew. */
  layout: string;
};

/** `question`: what the places belong to. Null while there is nothing to place. */
export function usePlacement(drawn: Drawn | null, question: string): Placed | null {
  const worker = useRef<Worker | null>(null);
  const asked = useRef({ number: 0, question: "", shape: "" });
  const last = useRef<Placed | null>(null);
  const [placed, setPlaced] = useState<Placed | null>(null);
  const shape = useMemo(() => (drawn === null ? "" : shapeOf(drawn)), [drawn]);

  useEffect(
    () => () => {
      worker.current?.terminate();
      worker.current = null;
      // A page that comes back (React's double mount, bfcache) must ask again.
      asked.current = { number: asked.current.number, question: "", shape: "" };
    },
    [],
  );

  useEffect(() => {
    if (drawn === null) return;
    const known = last.current;
    const isSame = asked.current.question === question && asked.current.shape === shape;
    if (isSame && known !== null) return;
    const previous = known !== null && known.layout === question ? known.placement : null;
    asked.current = { number: asked.current.number + 1, question, shape };
    const { number } = asked.current;
    worker.current ??= new Worker(new URL("./layout-worker.ts", import.meta.url), {
      type: "module",
    });
    worker.current.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.number !== asked.current.number) return;
      last.current = { drawn, placement: data.placement, layout: question };
      performance.measure("graph layout", { start: performance.now() - data.tookMs });
      setPlaced(last.current);
    };
    const message: LayoutQuestion = { number, previous, input: inputOf(drawn) };
    worker.current.postMessage(message);
  }, [drawn, shape, question]);

  return placed;
}

/** Equal for graphs of the same nodes and edges, whatever they count. */
function shapeOf({ nodes, edges }: Drawn): string {
  const parts = [...nodes.map(({ id }) => id), ...edges.map(({ id }) => id)];
  return parts.sort().join();
}

function inputOf({ nodes, edges }: Drawn): LayoutInput {
  return {
    nodes: nodes.map(({ id, place, kind }) => ({ id, container: place, isFold: kind === "fold" })),
    edges: edges.map(({ source, destination, attempts }) => ({
      source,
      destination,
      weight: 1 + Math.log2(1 + attempts),
    })),
  };
}
