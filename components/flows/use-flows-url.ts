"use client";
/** The URL is the only home of what a link to Flows carries, as on Triage. */
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useWholeCapture } from "@/components/captures/capture-context";
import { type FlowsUrl, formatFlowsUrl, parseFlowsUrl } from "@/components/flows/flows-url";

export type ChangeFlows = (change: Partial<FlowsUrl>, how?: "replace" | "push") => void;

export function useFlowsUrl(): {
  url: FlowsUrl;
  problems: readonly string[];
  change: ChangeFlows;
} {
  const params = useSearchParams();
  const { state, problems } = useMemo(() => parseFlowsUrl(new URLSearchParams(params)), [params]);
  return { url: useWholeCapture(state), problems, change: changeFlows };
}

function changeFlows(change: Partial<FlowsUrl>, how?: "replace" | "push"): void {
  const { state } = parseFlowsUrl(new URLSearchParams(window.location.search));
  const next: FlowsUrl = { ...state, ...change };
  const search = formatFlowsUrl(next);
  const address = search === "" ? window.location.pathname : `?${search}`;
  if ((how ?? stepOf(state, next)) === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}

/** Another query or range, and details opened or closed, are steps that "back" undoes. */
function stepOf(before: FlowsUrl, after: FlowsUrl): "replace" | "push" {
  const isOtherList =
    before.q !== after.q ||
    before.range !== after.range ||
    before.span?.fromMs !== after.span?.fromMs ||
    before.span?.toMs !== after.span?.toMs;
  return isOtherList || (before.open === null) !== (after.open === null) ? "push" : "replace";
}

/** A link that shows a colleague the same: the range as two times, and the columns as they are. */
export function flowsLink(url: FlowsUrl, shown: { fromMs: number; toMs: number } | null): string {
  const span = url.span ?? (shown === null ? null : { fromMs: shown.fromMs, toMs: shown.toMs });
  const search = formatFlowsUrl({ ...url, span, paused: false });
  return `${window.location.origin}${window.location.pathname}${search === "" ? "" : `?${search}`}`;
}
