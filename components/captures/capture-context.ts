"use client";
/** The capture that this page shows, and the door to open one. */
import { createContext, useContext, useMemo } from "react";
import type { AskedState } from "@/components/query/url-state";
import type { CaptureSummary } from "@/lib/drops/capture";

export type CaptureDoor = {
  /** Null on a page of live data, and until it is found. */
  capture: CaptureSummary | null;
  /** Id of the one the page is about, found or looked for; null when there is none, or no longer. */
  id: string | null;
  /** Asks for a file. Null on a screen where none can be opened. */
  open: (() => void) | null;
};

export const CaptureContext = createContext<CaptureDoor>({ capture: null, id: null, open: null });

export function useCaptureDoor(): CaptureDoor {
  return useContext(CaptureContext);
}

export function useCapture(): CaptureSummary | null {
  return useContext(CaptureContext).capture;
}

/** A capture has no "now": without two times its address stands for all of it. */
export function useWholeCapture<State extends Pick<AskedState, "span">>(state: State): State {
  const capture = useCapture();
  return useMemo(() => {
    if (capture === null || state.span !== null) return state;
    return { ...state, span: capture.range ?? { fromMs: 0, toMs: 1_000 } };
  }, [capture, state]);
}
