"use client";
/** All expectations with their hits, shared by every part of the page that speaks of them. */
import { useQuery } from "@tanstack/react-query";
import { fetchExpectations } from "@/components/expectations/api";
import type { ExpectationRow } from "@/lib/expectations/view";

/** Hits move without any change of an expectation. */
const HITS_MS = 15_000;

export function useExpectations(follow = false) {
  return useQuery({
    queryKey: ["expectations"],
    staleTime: HITS_MS,
    refetchInterval: follow ? HITS_MS : false,
    queryFn: ({ signal }) => fetchExpectations(signal),
  });
}

/** One of them out of the shared list; null until it is known. */
export function useExpectationRow(id: string): ExpectationRow | null {
  const { data } = useExpectations();
  return data?.expectations.find((row) => row.id === id) ?? null;
}
