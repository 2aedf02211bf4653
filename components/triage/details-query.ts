"use client";
/** What the details panel asks the server for. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { expectAnswer, isDropDetails, isGroupDetails } from "@/components/live/decode-view";
import { viewParams } from "@/components/live/use-view";
import { RANGE_MS } from "@/components/query/ranges";
import type { UrlState } from "@/components/query/url-state";
import { fetchJson } from "@/components/ui/fetch-json";
import { presentMs } from "@/components/ui/ticker";

/** While live, the details follow at this pace; the row beside them follows at once. */
const FOLLOW_MS = 5_000;

export function useGroupDetails(id: string, url: UrlState) {
  const live = url.span === null && !url.paused;
  return useQuery({
    queryKey: ["group", url.by, id, url.q, url.span ?? url.range],
    refetchInterval: live ? FOLLOW_MS : false,
    queryFn: async ({ signal }) => {
      const nowMs = presentMs();
      const span = url.span ?? { fromMs: nowMs - RANGE_MS[url.range], toMs: nowMs };
      const path = `/api/groups/${encodeURIComponent(id)}?${viewParams(url, span)}`;
      return expectAnswer(await fetchJson(path, signal), isGroupDetails);
    },
  });
}

/** A drop never changes once both its flows are joined, so it is asked for once. */
export function useDropDetails(uuid: string | null) {
  return useQuery({
    queryKey: ["drop", uuid],
    enabled: uuid !== null,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      expectAnswer(
        await fetchJson(`/api/drops/${encodeURIComponent(uuid ?? "")}`, signal),
        isDropDetails,
      ),
  });
}
