/** The answer of `/api/facets`, checked where it comes in; `decode-view.ts` says why no deeper. */
import type { Facet, Facets } from "@/lib/drops/view";

export function isFacets(value: unknown): value is Facets {
  return isRecord(value) && Array.isArray(value.facets) && value.facets.every(isFacet);
}

function isFacet(value: unknown): value is Facet {
  return (
    isRecord(value) &&
    typeof value.field === "string" &&
    typeof value.more === "number" &&
    Array.isArray(value.values)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
