"use client";
/** The saved views of this server, and what can be done to them. Asked for only while looked at. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { fetchSavedViews } from "@/components/views/saved-view-api";

const KEY = ["views"];
const FOLLOW_MS = 15_000;

export function useSavedViews(enabled: boolean) {
  const answer = useQuery({
    queryKey: KEY,
    enabled,
    staleTime: 0,
    refetchInterval: FOLLOW_MS,
    queryFn: ({ signal }) => fetchSavedViews(signal),
  });
  return {
    views: answer.data,
    problem: answer.error?.message ?? null,
    retry: () => void answer.refetch(),
  };
}

/** Does something to the list and reads it anew, whether it went well or not. */
export function useViewChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<void>) => work(),
    retry: false,
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
