"use client";
/**
 * One clock for everything on the page that shows an age. A reader subscribes to a text made from
 * the time, so it is drawn again only when that text changes.
 */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
/** Less is the way of an answer, not a clock that is wrong. */
const CLOCK_SLACK_MS = 5_000;
let aheadMs = 0;
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

/** Takes what the server's clock says now; a clock of this machine that differs is not gone by. */
export function setServerClock(serverMs: number): void {
  const ahead = serverMs - Date.now();
  aheadMs = Math.abs(ahead) > CLOCK_SLACK_MS ? ahead : 0;
}

/** The present time by the server's clock, as far as it is known. */
export function presentMs(): number {
  return Date.now() + aheadMs;
}

/** The text that `say` makes of the present time, kept current to the second. */
export function useTicking(say: (nowMs: number) => string): string {
  return useSyncExternalStore(
    subscribe,
    () => say(presentMs()),
    () => "",
  );
}
