"use client";
/** The list of drops of one query and range, for React. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import {
  createDropList,
  type DropList,
  EMPTY_LIST,
  type ListEdges,
  type ListState,
} from "@/components/flows/drop-list";
import { expectAnswer } from "@/components/live/decode-view";
import { type AskedState, encodeReadably, formatTime } from "@/components/query/url-state";
import { fetchJson } from "@/components/ui/fetch-json";
import type { DropPage } from "@/lib/drops/view";

/** `list` is null while the query cannot be understood: then nothing is asked. */
export function useDropList(url: AskedState, valid: boolean) {
  const asked = askedParams(url);
  const list = useMemo(() => (valid ? createDropList(edgesOf(asked)) : null), [asked, valid]);
  useEffect(() => {
    list?.start();
    return () => list?.stop();
  }, [list]);
  const state = useSyncExternalStore(
    list?.subscribe ?? noSubscription,
    list?.getState ?? emptyList,
    emptyList,
  );
  return { list, state } satisfies { list: DropList | null; state: ListState };
}

/** Query and range as the API reads them; a live list has no upper end. */
export function askedParams({ q, range, span }: AskedState): string {
  const time =
    span === null
      ? `range=${range}`
      : `from=${formatTime(span.fromMs)}&to=${formatTime(span.toMs)}`;
  return `q=${encodeReadably(q)}&${time}`;
}

function edgesOf(asked: string): ListEdges {
  return {
    async read({ before, arrived, limit }) {
      const place = [
        before === undefined ? "" : `&before=${encodeURIComponent(before)}`,
        arrived === undefined ? "" : `&arrived=${arrived}`,
      ].join("");
      const path = `/api/drops?${asked}&limit=${limit}${place}`;
      return expectAnswer(await fetchJson(path), isDropPage);
    },
    later(action, delayMs) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

function isDropPage(value: unknown): value is DropPage {
  return (
    typeof value === "object" &&
    value !== null &&
    "drops" in value &&
    Array.isArray(value.drops) &&
    "asOf" in value &&
    typeof value.asOf === "string"
  );
}

const noSubscription = () => () => {};
const emptyList = () => EMPTY_LIST;
