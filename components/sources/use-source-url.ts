"use client";
/** The address says which source is open; without one the first is. */
import { useSearchParams } from "next/navigation";
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

/** Of the source that the address names; null when it names none. */
export function useSourceUrl(): string | null {
  // What the server drew with.
  const asked = useSearchParams().get("source");
  return useSyncExternalStore(
    subscribe,
    () => new URLSearchParams(window.location.search).get("source"),
    () => asked,
  );
}

export function sourceHref(id: string): string {
  return `?source=${encodeURIComponent(id)}`;
}

/** Going through the list is no step that "back" should undo one by one. */
export function openSource(id: string): void {
  window.history.replaceState(null, "", sourceHref(id));
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}
