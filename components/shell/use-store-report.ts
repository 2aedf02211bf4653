"use client";
/** How the store is, asked for while the page is looked at: often while something is wrong. */
import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/components/ui/fetch-json";
import type { StoreReport } from "@/lib/drops/store-report";

const WELL_MS = 10_000;
const UNWELL_MS = 2_000;

/** Undefined until it is known. */
export function useStoreReport(): StoreReport | undefined {
  const { data } = useQuery<StoreReport>({
    queryKey: ["store"],
    staleTime: 0,
    refetchInterval: ({ state: { data: last } }) => (last?.state === "ok" ? WELL_MS : UNWELL_MS),
    queryFn: async ({ signal }) => expectReport(await fetchJson("/api/store", signal)),
  });
  return data;
}

/** Server and page are one build, so this looks at the frame and not at every field. */
function expectReport(value: unknown): StoreReport {
  if (isReport(value)) return value;
  throw new Error("Droplens answered in a form this page does not know. Reload the page.");
}

function isReport(value: unknown): value is StoreReport {
  if (typeof value !== "object" || value === null) return false;
  return "state" in value && "notes" in value && Array.isArray(value.notes);
}
