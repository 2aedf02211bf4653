"use client";
/** The view the screen shows: from the stream when it is live, from one answer when it is past. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { expectAnswer, isView } from "@/components/live/decode-view";
import type { Way } from "@/components/live/event-stream";
import type { Arrivals } from "@/components/live/live-feed";
import { useLiveFeed } from "@/components/live/use-live-feed";
import { type AskedState, encodeReadably, formatTime } from "@/components/query/url-state";
import { fetchJson } from "@/components/ui/fetch-json";
import type { GroupBy, View } from "@/lib/drops/view";

export type ShownView = {
  view: View | null;
  /** It answers an earlier question; the present one is still asked. */
  stale: boolean;
  status: "connecting" | "live" | "paused" | "past" | "lost";
  lostSinceMs: number | null;
  waiting: number;
  skipped: number;
  /** Why there is no (newer) view, in words. */
  problem: string | null;
  /** Loading the page anew is what helps. */
  needsReload: boolean;
  way: Way;
  /** The server is of another build than the page. */
  isOutdated: boolean;
  retry: () => void;
};

/** A screen without rows of groups has no grouping to name. */
type Asked = AskedState & { by?: GroupBy };

/**
 * `valid`: the query can be understood. While it cannot, nothing is asked. `onArrivals` is told of
 * the drops themselves, as they come.
 */
export function useView(
  url: Asked,
  valid: boolean,
  onArrivals?: (arrivals: Arrivals) => void,
): ShownView {
  const live = url.span === null;
  const feed = useLiveFeed({
    q: url.q,
    by: url.by ?? "policy",
    range: url.range,
    paused: url.paused,
    enabled: live && valid,
    onArrivals,
  });
  const past = usePastView(url, valid);
  const current = live ? feed.view : past.view;

  // Keeps the last view on the screen, marked stale, while the next is on its way.
  const [last, setLast] = useState<View | null>(null);
  if (current !== null && current !== last) setLast(current);

  if (!live) return { ...past, view: current ?? last, stale: past.stale || current === null };
  const status = feed.status === "live" && url.paused ? "paused" : feed.status;
  return { ...feed, status, view: current ?? last, stale: current === null };
}

function usePastView(url: Asked, valid: boolean): ShownView {
  const span = url.span;
  const answer = useQuery({
    queryKey: ["groups", url.q, url.by, span?.fromMs, span?.toMs],
    enabled: span !== null && valid,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      expectAnswer(await fetchJson(`/api/groups?${viewParams(url, span)}`, signal), isView),
  });
  return {
    view: span === null ? null : (answer.data ?? null),
    stale: answer.isPlaceholderData,
    status: "past",
    lostSinceMs: null,
    waiting: 0,
    skipped: 0,
    problem: answer.error?.message ?? null,
    needsReload: false,
    way: { by: "stream" },
    isOutdated: false,
    retry: () => void answer.refetch(),
  };
}

/** `q`, `by`, `from` and `to` as the API reads them. */
export function viewParams({ q, by = "policy" }: Asked, span: AskedState["span"]): string {
  const times = span === null ? "" : `&from=${formatTime(span.fromMs)}&to=${formatTime(span.toMs)}`;
  return `q=${encodeReadably(q)}&by=${by}${times}`;
}
