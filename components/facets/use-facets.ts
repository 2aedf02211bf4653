"use client";
/** Counts of values from the server: again and again while the view is live, at a calm pace. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { isFacets } from "@/components/facets/decode-facets";
import { expectAnswer } from "@/components/live/decode-view";
import { encodeReadably, formatTime, type UrlState } from "@/components/query/url-state";
import { fetchJson } from "@/components/ui/fetch-json";
import type { Facet, FacetField } from "@/lib/drops/view";

/** While live, the counts follow at this pace. */
export const FOLLOW_MS = 5_000;

export type FacetsAsked = Pick<UrlState, "q" | "range" | "span"> & {
  /** Whether time goes on; a paused view asks for the span that it shows. */
  live: boolean;
};

export type FacetsWanted = { fields: readonly FacetField[]; limit: number; prefix?: string };

/** `facets` is undefined until the first answer; a later question keeps the last one meanwhile. */
export function useFacets(asked: FacetsAsked, wanted: FacetsWanted, enabled: boolean) {
  const path = facetsPath(asked, wanted);
  const answer = useQuery({
    queryKey: ["facets", path],
    enabled: enabled && wanted.fields.length > 0,
    refetchInterval: asked.live ? FOLLOW_MS : false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => expectAnswer(await fetchJson(path, signal), isFacets).facets,
  });
  return {
    facets: answer.data,
    stale: answer.isPlaceholderData,
    problem: answer.error?.message ?? null,
    retry: () => void answer.refetch(),
  };
}

export function facetsPath(asked: FacetsAsked, { fields, limit, prefix = "" }: FacetsWanted) {
  const { q, range, span } = asked;
  const times =
    span === null
      ? `range=${range}`
      : `from=${formatTime(span.fromMs)}&to=${formatTime(span.toMs)}`;
  const parts = [`q=${encodeReadably(q)}`, times, `fields=${fields.join()}`, `limit=${limit}`];
  if (prefix !== "") parts.push(`prefix=${encodeReadably(prefix)}`);
  return `/api/facets?${parts.join("&")}`;
}

export function facetOf(facets: readonly Facet[] | undefined, field: FacetField): Facet | null {
  return facets?.find((facet) => facet.field === field) ?? null;
}
