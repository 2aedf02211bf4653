"use client";
/** One polite line for what a click did, for those who do not see it. `ValueMenuHost` reads it out. */
import { useSyncExternalStore } from "react";

let said = "";
const listeners = new Set<() => void>();

export function announce(text: string): void {
  // The same words twice are heard twice only when they differ.
  said = text === said ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useAnnouncement(): string {
  return useSyncExternalStore(
    subscribe,
    () => said,
    () => "",
  );
}
