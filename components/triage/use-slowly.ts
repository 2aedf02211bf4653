"use client";
/** A value that follows `value` at most once per `everyMs`; the last one always arrives. */
import { startTransition, useEffect, useRef, useState } from "react";

export function useSlowly<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const shownAtMs = useRef(0);
  useEffect(() => {
    const waitMs = shownAtMs.current + everyMs - performance.now();
    const show = () => {
      shownAtMs.current = performance.now();
      // Not urgent: typing and rows go first, and the drawing is done in slices.
      startTransition(() => setShown(value));
    };
    const timer = setTimeout(show, Math.max(0, waitMs));
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return shown;
}
