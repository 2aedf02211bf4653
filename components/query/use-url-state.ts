"use client";
/**
 * The URL is the only home of what a link carries: reading parses it, changing rewrites it.
 * Next keeps `useSearchParams` in step with the History API.
 */
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useWholeCapture } from "@/components/captures/capture-context";
import { formatUrl, parseUrl, type UrlState } from "@/components/query/url-state";

export type ChangeUrl = (change: Partial<UrlState>, how?: "replace" | "push") => void;

export function useUrlState(): { url: UrlState; problems: readonly string[]; change: ChangeUrl } {
  const params = useSearchParams();
  const { state, problems } = useMemo(() => parseUrl(new URLSearchParams(params)), [params]);
  return { url: useWholeCapture(state), problems, change: changeUrl };
}

function changeUrl(change: Partial<UrlState>, how?: "replace" | "push"): void {
  const { state } = parseUrl(new URLSearchParams(window.location.search));
  const next = { ...state, ...change };
  const search = formatUrl(next);
  const address = search === "" ? window.location.pathname : `?${search}`;
  if ((how ?? stepOf(state, next)) === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}

/**
 * Whether a change is a step that "back" undoes: another query, grouping or range, details opened or closed.
 * Going from group to group with the details open is one step, and so is any preference.
 */
function stepOf(before: UrlState, after: UrlState): "replace" | "push" {
  const isOtherView =
    before.q !== after.q ||
    before.by !== after.by ||
    before.range !== after.range ||
    before.span?.fromMs !== after.span?.fromMs ||
    before.span?.toMs !== after.span?.toMs;
  const isOtherPanel = (before.open === null) !== (after.open === null);
  return isOtherView || isOtherPanel ? "push" : "replace";
}

/**
 * A link that shows a colleague the same. With `shown`, the times that are on the screen, a
 * relative range becomes what it stands for now; without, it stays as it is.
 */
export function shareLink(url: UrlState, shown: { fromMs: number; toMs: number } | null): string {
  const span = url.span ?? (shown === null ? null : { fromMs: shown.fromMs, toMs: shown.toMs });
  const search = formatUrl({ ...url, span, paused: false });
  return `${window.location.origin}${window.location.pathname}${search === "" ? "" : `?${search}`}`;
}
