"use client";
/** The address as the state of the graph: reading parses it, changing rewrites it. */
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useWholeCapture } from "@/components/captures/capture-context";
import {
  formatGraphUrl,
  type GraphState,
  type GraphUrl,
  parseGraphUrl,
} from "@/components/graph/graph-url";
import type { UrlState } from "@/components/query/url-state";
import type { ChangeUrl } from "@/components/query/use-url-state";

export type ChangeGraph = (change: Partial<GraphState>, how?: "replace" | "push") => void;

export function useGraphUrl(): GraphUrl & { change: ChangeUrl; changeGraph: ChangeGraph } {
  const params = useSearchParams();
  const read = useMemo(() => parseGraphUrl(new URLSearchParams(params)), [params]);
  return { ...read, url: useWholeCapture(read.url), change: changeUrl, changeGraph };
}

/** Another question is a step that "back" undoes. */
function changeUrl(change: Partial<UrlState>, how?: "replace" | "push"): void {
  const before = current();
  const url = { ...before.url, ...change };
  const isOther =
    url.q !== before.url.q || url.range !== before.url.range || url.span !== before.url.span;
  write(formatGraphUrl(url, before.graph), how ?? (isOther ? "push" : "replace"));
}

/** Another level, form or focus is a step; a selection is one when it begins or ends. */
export function changeGraph(change: Partial<GraphState>, how?: "replace" | "push"): void {
  const { url, graph: before } = current();
  // Nodes of another level are other nodes, and so are their places.
  const reset =
    change.level !== undefined && change.level !== before.level
      ? { selected: [], focus: null, collapsed: [], unfolded: [] }
      : {};
  const graph = { ...before, ...reset, ...change };
  const isStep =
    graph.level !== before.level ||
    graph.form !== before.form ||
    graph.focus !== before.focus ||
    (graph.selected.length === 0) !== (before.selected.length === 0);
  write(formatGraphUrl(url, graph), how ?? (isStep ? "push" : "replace"));
}

/** Query and graph in one step. */
export function changeBoth(url: Partial<UrlState>, graph: Partial<GraphState>): void {
  const before = current();
  write(formatGraphUrl({ ...before.url, ...url }, { ...before.graph, ...graph }), "push");
}

function current(): GraphUrl {
  return parseGraphUrl(new URLSearchParams(window.location.search));
}

function write(search: string, how: "replace" | "push"): void {
  const address = search === "" ? window.location.pathname : `?${search}`;
  if (how === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}

/** A link that shows a colleague the same: a relative range becomes the times it stands for now. */
export function graphLink(
  { url, graph }: Pick<GraphUrl, "url" | "graph">,
  shown: { fromMs: number; toMs: number } | null,
): string {
  const span = url.span ?? (shown === null ? null : { fromMs: shown.fromMs, toMs: shown.toMs });
  const search = formatGraphUrl({ ...url, span, paused: false }, graph);
  return `${window.location.origin}${window.location.pathname}${search === "" ? "" : `?${search}`}`;
}
