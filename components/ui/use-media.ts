"use client";
/** Whether a media query holds, for what CSS alone cannot decide. False on the server. */
import { useCallback, useSyncExternalStore } from "react";

/** Below this width the details are a page of their own and the page scrolls as one. */
export const NARROW = "(max-width: 899px)";

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
}
