"use client";
/**
 * Opens "Mark expected" from anywhere: a row, a series, a drop, the current query, an edge of the
 * graph. The form itself stands beside the screen and is mounted once, in the providers.
 */
import { useSyncExternalStore } from "react";
import { encodeReadably } from "@/components/query/url-state";
import type { DropDetails, Group, SeriesRow } from "@/lib/drops/view";
import type { ExpectationRow } from "@/lib/expectations/view";

export type MarkSource =
  /** A row of Triage. `view` is the search of the view it stands in: `q=…&range=…&by=…`. */
  | { from: "group"; group: Group; view: string }
  /** One series of a row; with a pod, what the drop tells of it. */
  | { from: "series"; group: Group; series: SeriesRow; sourcePod?: string; destinationPod?: string }
  /** One drop: the narrowest is its series; its pods and addresses are a step narrower still. */
  | { from: "drop"; details: DropDetails }
  /** Anything that a query can say: the search bar, an edge of the graph. */
  | { from: "query"; query: string; title?: string; basis?: string }
  | { from: "expectation"; row: ExpectationRow; how: "edit" | "duplicate" };

type Opened = {
  source: MarkSource /** Grows, so that each opening is a form of its own. */;
  at: number;
};

/** The element id of the field that is filled first. */
export const REASON_ID = "mark-reason";

let opened: Opened | null = null;
let openings = 0;
let cameFrom: Element | null = null;
const listeners = new Set<() => void>();

/** Opens the form; where it is open for the same already, what was typed stays. */
export function openMark(source: MarkSource): void {
  if (opened !== null && keyOf(opened.source) === keyOf(source)) {
    document.getElementById(REASON_ID)?.focus();
    return;
  }
  openings += 1;
  cameFrom = document.activeElement;
  opened = { source, at: openings };
  for (const tell of listeners) tell();
}

/** Opens it anew with what somebody else wrote. */
export function reopenMark(source: MarkSource): void {
  opened = null;
  openMark(source);
}

function keyOf(source: MarkSource): string {
  switch (source.from) {
    case "group":
      return `group ${source.group.id}`;
    case "series":
      return `series ${source.series.id}`;
    case "drop":
      return `drop ${source.details.drop.uuid}`;
    case "query":
      return `query ${source.query}`;
    case "expectation":
      return `${source.how} ${source.row.id}`;
  }
}

/** Closes the form and gives the focus back to where it came from. */
export function closeMark(): void {
  if (opened === null) return;
  opened = null;
  for (const tell of listeners) tell();
  const back = cameFrom;
  requestAnimationFrame(() => {
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  });
}

export function useOpenedMark(): Opened | null {
  return useSyncExternalStore(
    subscribe,
    () => opened,
    () => null,
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A link that opens the form for a query; `basis`: the query of what it is made from. */
export function markHref(query: string, basis = query): string {
  return `/expected?new=${encodeReadably(query)}${basis === query ? "" : `&basis=${encodeReadably(basis)}`}`;
}
