"use client";
/** What the pointer is on, in words, beside it. */
import { useLayoutEffect, useRef } from "react";
import { EDGE_FORMS } from "@/components/graph/forms";
import type { Hit } from "@/components/graph/hit";
import type { Scene } from "@/components/graph/scene";
import { nodeKindWords, portsText } from "@/components/graph/sentences";
import { countOf } from "@/components/ui/number-text";
import type { DrawnEdge } from "@/lib/graph/choose";
import type { Point } from "@/lib/graph/placement";

export function HoverNote({
  hover,
  scene,
}: {
  hover: { at: Point; hit: Hit } | null;
  scene: Scene;
}) {
  const note = useRef<HTMLDivElement>(null);
  const x = hover?.at.x ?? 0;
  const y = hover?.at.y ?? 0;
  useLayoutEffect(() => {
    const box = note.current;
    const room = box?.parentElement?.getBoundingClientRect();
    if (box === null || room === undefined) return;
    const left = x + 16 + box.offsetWidth > room.width ? x - 16 - box.offsetWidth : x + 16;
    const top = Math.min(y + 14, room.height - box.offsetHeight - 6);
    box.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  });
  const hit = hover?.hit ?? null;
  if (hit === null || hit.kind === "box") return null;
  return (
    <div ref={note} className="graph-note" aria-hidden="true">
      {hit.kind === "edge" ? (
        <EdgeNote edge={hit.edge.edge} scene={scene} />
      ) : (
        <>
          <b>{hit.node.title}</b>
          <span>{hit.node.drawn.node === null ? "" : nodeKindWords(hit.node.drawn.node)}</span>
          <span>
            {countOf(hit.node.drawn.out.attempts, "attempt")} from it,{" "}
            {countOf(hit.node.drawn.in.attempts, "attempt")} to it
          </span>
        </>
      )}
    </div>
  );
}

function EdgeNote({ edge, scene }: { edge: DrawnEdge; scene: Scene }) {
  const nameOf = (id: string) => scene.nodeById.get(id)?.title ?? "";
  const ports = portsText(edge.edges);
  return (
    <>
      <b>
        {nameOf(edge.source)} → {nameOf(edge.destination)}
      </b>
      <span>
        {EDGE_FORMS[edge.state].words}, {edge.direction}
        {ports === "" ? "" : `, ${ports}`}
      </span>
      <span>
        {countOf(edge.attempts, "attempt")}, {countOf(edge.drops, "drop")}
      </span>
    </>
  );
}
