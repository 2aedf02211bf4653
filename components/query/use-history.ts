"use client";
/** How far back the store goes, asked for when somebody wants to know. */
import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/components/ui/fetch-json";
import type { History } from "@/lib/drops/view";

export function useHistory(asked: boolean) {
  return useQuery({
    queryKey: ["history"],
    enabled: asked,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const answer = await fetchJson("/api/history", signal);
      if (isHistory(answer)) return answer;
      throw new Error("Droplens answered in a form this page does not know. Reload the page.");
    },
  });
}

function isHistory(value: unknown): value is History {
  return (
    typeof value === "object" &&
    value !== null &&
    "oldest" in value &&
    "retentionDays" in value &&
    typeof value.retentionDays === "number"
  );
}
