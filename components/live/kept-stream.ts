/**
 * A stream that comes back: one that is closed for good, because it was refused or asked for in vain,
 * is opened anew after a while, more and more slowly.
 */
import { CLOSED, type EventStream } from "@/components/live/event-stream";

export type KeepingEdges = {
  connect: (path: string) => EventStream;
  /** Runs `action` after `delayMs`; returns how to call it off. */
  later: (action: () => void, delayMs: number) => () => void;
};

const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** How long to wait after so many failures in a row, the first being 1; milliseconds. */
export function retryDelayMs(failures: number): number {
  return RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 30_000;
}

/** `listen` is given each stream that is opened, before anything comes. Returns the end of it all. */
export function keepStream(
  path: string,
  { connect, later }: KeepingEdges,
  listen: (stream: EventStream) => void,
): () => void {
  let current: EventStream | null = null;
  let cancelRetry: (() => void) | null = null;
  let failures = 0;

  function open(): void {
    cancelRetry = null;
    const stream = connect(path);
    current = stream;
    listen(stream);
    stream.addEventListener("hello", () => {
      failures = 0;
    });
    stream.addEventListener("error", () => {
      // Until it is closed, it tries again by itself.
      if (stream !== current || stream.readyState !== CLOSED || cancelRetry !== null) return;
      failures += 1;
      stream.close();
      cancelRetry = later(open, retryDelayMs(failures));
    });
  }

  open();
  return () => {
    cancelRetry?.();
    current?.close();
    current = null;
  };
}
