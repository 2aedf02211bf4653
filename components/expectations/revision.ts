"use client";
/**
 * News of expectations from any live stream. What was asked about them is asked again, on every
 * screen of this browser, and nothing else is.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keepBrowserStream } from "@/components/live/browser-stream";
import { greet } from "@/components/live/greet";

const listeners = new Set<() => void>();
let last = -1;

/** Takes what an `expectations` event carries: `{ revision }`. */
export function tellRevision(data: unknown): void {
  if (typeof data !== "object" || data === null || !("revision" in data)) return;
  if (typeof data.revision !== "number" || data.revision === last) return;
  last = data.revision;
  for (const tell of listeners) tell();
}

/** Asks again whatever was answered about expectations. */
export function refreshExpectations(client: QueryClient): void {
  for (const key of ["expectations", "expectation", "audit", "preview", "group", "graph"]) {
    void client.invalidateQueries({ queryKey: [key] });
  }
}

/** Mounted once, beside the cache. */
export function ExpectationNews(): null {
  const client = useQueryClient();
  useEffect(() => {
    const refresh = () => refreshExpectations(client);
    listeners.add(refresh);
    return () => {
      listeners.delete(refresh);
    };
  }, [client]);
  return null;
}

/**
 * A stream of its own, for a screen that shows no live view: of no drops, so it costs nothing. It
 * brings the server's clock too. True once the server is of another build than the page.
 */
export function useExpectationStream(): boolean {
  const [isOutdated, setOutdated] = useState(false);
  useEffect(
    () =>
      keepBrowserStream("/api/live?q=group:0000000000000000&range=5m", (stream) => {
        stream.addEventListener("hello", ({ data }) => {
          if (!greet(parsed(data))) setOutdated(true);
        });
        stream.addEventListener("expectations", ({ data }) => tellRevision(parsed(data)));
      }),
    [],
  );
  return isOutdated;
}

/** Null when it is not what this page was built for; the next answer tells. */
function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
