"use client";
/** The values whose menu is asked for. One menu serves a whole page of values. */
import { useSyncExternalStore } from "react";
import type { Rect } from "@/components/ui/place-beside";
import type { FieldName } from "@/lib/query/query";

export type AskedValue = {
  field: FieldName;
  /** Meant literally; the empty text is "has none". Several stand for one thing of several names. */
  values: readonly string[];
  /** What it is called where that is not its one value. */
  label?: string | undefined;
};

/** One value, or several to choose from first. */
export type Chosen = { among: readonly AskedValue[]; beside: Rect };

let chosen: Chosen | null = null;
const listeners = new Set<() => void>();

export function chooseValue(value: AskedValue, beside: Rect): void {
  choose([value], beside);
}

/** Asks which of the values is meant, where there are several. */
export function choose(among: readonly AskedValue[], beside: Rect): void {
  if (among.length === 0) return;
  chosen = { among, beside };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useChosenValue(): Chosen | null {
  return useSyncExternalStore(
    subscribe,
    () => chosen,
    () => null,
  );
}

/** How the value is called. */
export function shownText({ values, label }: AskedValue): string {
  return label ?? (values.join(", ") || "none");
}
