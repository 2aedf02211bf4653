"use client";
/** The values of one field that occur in the range, with counts, as autocomplete needs them. */
import { useQuery } from "@tanstack/react-query";
import { encodeReadably, formatTime, type UrlState } from "@/components/query/url-state";
import { useSettled } from "@/components/query/use-settled";
import type { CountedValue } from "@/components/query/value-completions";
import { fetchJson } from "@/components/ui/fetch-json";
import { type FacetField, VALUE_FIELDS } from "@/lib/drops/view";
import type { FieldName } from "@/lib/query/query";

/** The range that values are counted in. */
export type Within = Pick<UrlState, "range" | "span">;

export type ValuesWanted = {
  field: FieldName;
  /** Only values that hold this. */
  part: string;
  /** The query without the term that is being written. */
  q: string;
};

export type CountedValues = {
  state: "none" | "loading" | "failed" | "ready";
  values: readonly CountedValue[];
  /** Values that hold the part and are not listed. */
  more: number;
  problem: string;
};

type Answer = Pick<CountedValues, "values" | "more">;

const SETTLE_MS = 120;
const LIMIT = 30;
/** The server refuses longer ones, and no value is found by more. */
const MAX_PART = 120;

const NOTHING: CountedValues = { state: "none", values: [], more: 0, problem: "" };

/** `wanted` null: nothing is asked. An older request is cancelled by the next. */
export function useCountedValues(wanted: ValuesWanted | null, within: Within): CountedValues {
  const field = VALUE_FIELDS.find((name) => name === wanted?.field) ?? null;
  const key = field === null || wanted === null ? null : `${field} ${wanted.part} ${wanted.q}`;
  const settled = useSettled(key, SETTLE_MS);
  const answer = useQuery({
    queryKey: ["values", field, wanted?.part, wanted?.q, within.span ?? within.range],
    enabled: key !== null && settled === key,
    retry: false,
    staleTime: 15_000,
    // Of the same field the last answer stays until the next, and is narrowed meanwhile.
    placeholderData: (last: Answer | undefined, query): Answer | undefined =>
      query?.queryKey[1] === field ? last : undefined,
    queryFn: async ({ signal }): Promise<Answer> => {
      if (field === null || wanted === null) return NOTHING;
      return readFacet(await fetchJson(pathOf(field, wanted, within), signal));
    },
  });
  if (key === null) return NOTHING;
  if (answer.isError) return { ...NOTHING, state: "failed", problem: answer.error.message };
  const { values, more } = answer.data ?? NOTHING;
  const isReady = settled === key && !answer.isPlaceholderData && answer.data !== undefined;
  return { state: isReady ? "ready" : "loading", values, more, problem: "" };
}

function pathOf(field: FacetField, { part, q }: ValuesWanted, { range, span }: Within): string {
  const times =
    span === null
      ? `range=${range}`
      : `from=${formatTime(span.fromMs)}&to=${formatTime(span.toMs)}`;
  const prefix = part === "" ? "" : `&prefix=${encodeReadably(part.slice(0, MAX_PART))}`;
  return `/api/facets?fields=${field}${prefix}&limit=${LIMIT}&q=${encodeReadably(q)}&${times}`;
}

/** Checked where it comes in: what is not a counted value is left out. */
function readFacet(answer: unknown): Answer {
  const facets = isRecord(answer) && Array.isArray(answer.facets) ? answer.facets : [];
  const facet: unknown = facets[0];
  if (!isRecord(facet) || !Array.isArray(facet.values)) {
    throw new Error("Droplens answered in a form this page does not know. Reload the page.");
  }
  const values = facet.values.filter(isCountedValue);
  return { values, more: typeof facet.more === "number" ? facet.more : 0 };
}

function isCountedValue(value: unknown): value is CountedValue {
  return (
    isRecord(value) &&
    typeof value.value === "string" &&
    typeof value.attempts === "number" &&
    typeof value.drops === "number" &&
    (value.label === undefined || typeof value.label === "string")
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
