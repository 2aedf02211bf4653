"use client";
/** Every source with its account, asked for again every two seconds while the page is looked at. */
import { useQuery } from "@tanstack/react-query";
import { greet } from "@/components/live/greet";
import { fetchJson } from "@/components/ui/fetch-json";
import type { SourcesAnswer } from "@/lib/drops/source-report";

const EVERY_MS = 2_000;

export function useSources() {
  return useQuery({
    queryKey: ["sources"],
    staleTime: 0,
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => takeAnswer(await fetchJson("/api/sources", signal)),
  });
}

/** `isOutdated`: the server is of another build than the page. */
export type SourcesHeard = SourcesAnswer & { isOutdated: boolean };

/** This screen has no stream: the answer brings the server's clock and build. Throws on any other. */
export function takeAnswer(value: unknown): SourcesHeard {
  if (isAnswer(value)) {
    return { ...value, isOutdated: !greet({ ...value, nowMs: Date.parse(value.at) }) };
  }
  throw new Error("Droplens answered in a form this page does not know. Reload the page.");
}

/** Server and page are one build, so this looks at the frame and not at every field. */
function isAnswer(value: unknown): value is SourcesAnswer {
  return (
    isRecord(value) &&
    typeof value.at === "string" &&
    isRecord(value.store) &&
    Array.isArray(value.sources) &&
    value.sources.every(
      (one) => isRecord(one) && Array.isArray(one.preflight) && isRecord(one.facts),
    )
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
