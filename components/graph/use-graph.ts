"use client";
/** The graph of the question in the address; while live it is asked for anew, calmly. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { expectAnswer } from "@/components/live/decode-view";
import { encodeReadably, formatTime, type UrlState } from "@/components/query/url-state";
import { fetchJson } from "@/components/ui/fetch-json";
import type { GraphAnswer, GraphLevel } from "@/lib/graph/graph";

/** While live, the graph follows at this pace. */
const FOLLOW_MS = 4_000;

export type ShownGraph = {
  graph: GraphAnswer | null;
  /** It answers an earlier question; the present one is still asked. */
  stale: boolean;
  problem: string | null;
  retry: () => void;
};

/** `valid`: the query can be understood. While it cannot, nothing is asked. */
export function useGraph(url: UrlState, level: GraphLevel, valid: boolean): ShownGraph {
  const isLive = url.span === null && !url.paused;
  const answer = useQuery({
    queryKey: ["graph", url.q, url.span ?? url.range, level],
    enabled: valid,
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? FOLLOW_MS : false,
    structuralSharing: false,
    queryFn: async ({ signal }) =>
      expectAnswer(await fetchJson(`/api/graph?${graphParams(url, level)}`, signal), isGraph),
  });
  return {
    graph: answer.data ?? null,
    stale: answer.isPlaceholderData,
    problem: answer.error?.message ?? null,
    retry: () => void answer.refetch(),
  };
}

function graphParams({ q, range, span }: UrlState, level: GraphLevel): string {
  const times =
    span === null
      ? `range=${range}`
      : `from=${formatTime(span.fromMs)}&to=${formatTime(span.toMs)}`;
  return `q=${encodeReadably(q)}&${times}&level=${level}`;
}

function isGraph(value: unknown): value is GraphAnswer {
  if (typeof value !== "object" || value === null) return false;
  return (
    "nodes" in value &&
    Array.isArray(value.nodes) &&
    "edges" in value &&
    Array.isArray(value.edges) &&
    "containers" in value &&
    Array.isArray(value.containers) &&
    "routes" in value &&
    Array.isArray(value.routes) &&
    "totals" in value &&
    "coverage" in value
  );
}
