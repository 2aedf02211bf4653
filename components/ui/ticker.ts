"use client";
/**
 * One clock for everything on the page that shows an age. A reader subscribes to a text made from
 * the time, so it is drawn again only when that text changes.
 */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    for (const notify of listeners) notify();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The text that `say` makes of the present time, kept current to the second. */
export function useTicking(say: (nowMs: number) => string): string {
  return useSyncExternalStore(
    subscribe,
    () => say(Date.now()),
    () => "",
  );
}
