"use client";
/** The preview of a draft, a moment after the last change of it; an older question is given up. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { fetchPreview } from "@/components/expectations/api";
import type { Preview, PreviewRequest } from "@/lib/expectations/view";

const QUIET_MS = 250;

export type ShownPreview = {
  preview: Preview | null;
  /** It answers an earlier draft; the present one is asked. */
  stale: boolean;
  problem: string | null;
  retry: () => void;
};

/** `request` is null while the draft's query cannot be read. */
export function usePreview(request: PreviewRequest | null): ShownPreview {
  const wanted = JSON.stringify(request);
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), QUIET_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const answer = useQuery({
    queryKey: ["preview", asked],
    enabled: request !== null && asked !== "null",
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
    queryFn: ({ signal }) => fetchPreview(JSON.parse(asked), signal),
  });
  const problem = answer.error?.message ?? null;
  return {
    preview: problem === null ? (answer.data ?? null) : null,
    stale: request === null || wanted !== asked || answer.isPlaceholderData || answer.isPending,
    problem: wanted === asked ? problem : null,
    retry: () => void answer.refetch(),
  };
}
