"use client";
/** The value whose menu is asked for. One menu serves a whole page of values. */
import { useSyncExternalStore } from "react";
import type { Rect } from "@/components/ui/place-beside";
import type { FieldName } from "@/lib/query/query";

export type ChosenValue = {
  field: FieldName;
  /** Meant literally; the empty text is "has none". Several stand for one thing of several names. */
  values: readonly string[];
  /** What it is called where that is not its one value. */
  label?: string;
  beside: Rect;
};

let chosen: ChosenValue | null = null;
const listeners = new Set<() => void>();

export function chooseValue(value: ChosenValue): void {
  chosen = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useChosenValue(): ChosenValue | null {
  return useSyncExternalStore(
    subscribe,
    () => chosen,
    () => null,
  );
}
