/**
 * The live events of one page, by the best way there is. A stream, when this browser has one to
 * spare: over HTTP/1.1 it opens six connections to a server at most, and a stream keeps one for as
 * long as its page lives. Else, or when a proxy holds the stream back, by asking. Which way it is,
 * it tells as the event `way`.
 */
import { type AskingEdges, openAskedStream } from "@/components/live/asked-stream";
import {
  CLOSED,
  CONNECTING,
  createListeners,
  type EventStream,
  type StreamEvent,
  type Way,
} from "@/components/live/event-stream";
import type { ReadEvent } from "@/components/live/read-events";

export type StreamEdges = AskingEdges & {
  connect: (path: string) => EventStream;
  /** Says whether this page may keep a connection, now and whenever that changes; returns the end. */
  mayStream: (say: (may: boolean) => void) => () => void;
};

/** No event for so long, though an answer comes at once to who asks: something holds it back. */
export const HELD_BACK_MS = 5_000;
export const SURE_MS = 1_000;

/** `names` are the events that may come. */
export function openLiveStream(
  path: string,
  names: readonly string[],
  edges: StreamEdges,
): EventStream {
  const { add, tell } = createListeners();
  let inner: EventStream | null = null;
  let isClosed = false;
  let isHeldBack = false;
  let cancelWatch: (() => void) | null = null;
  const giveUp = edges.mayStream((may) => {
    if (isClosed || isHeldBack) return;
    if (may) stream();
    else askFor("tabs");
  });

  function use(next: EventStream, way: Way): void {
    cancelWatch?.();
    inner?.close();
    inner = next;
    let isFirst = true;
    const pass = (name: string) => (event: StreamEvent) => {
      if (inner !== next || isClosed) return;
      if (name !== "error") cancelWatch?.();
      if (name !== "error" && isFirst) {
        isFirst = false;
        tell("way", { data: JSON.stringify(way) });
      }
      tell(name, event);
    };
    for (const name of [...names, "error"]) next.addEventListener(name, pass(name));
  }

  function stream(): void {
    const opened = edges.connect(path);
    use(opened, { by: "stream" });
    const asking = new AbortController();
    let stopHoldBack = () => {};
    const stop = edges.later(() => {
      edges.ask(path, null, asking.signal).then(
        (events) => {
          // A view that took long to open may come by both ways at once.
          if (!asking.signal.aborted) stopHoldBack = edges.later(() => holdBack(events), SURE_MS);
        },
        // Then nobody answers, and the stream's own error says so.
        () => {},
      );
    }, HELD_BACK_MS);
    cancelWatch = () => {
      stop();
      stopHoldBack();
      asking.abort();
    };
  }

  function holdBack(events: readonly ReadEvent[]): void {
    isHeldBack = true;
    askFor("held-back", events);
    giveUp();
  }

  function askFor(because: "held-back" | "tabs", events: readonly ReadEvent[] = []): void {
    use(openAskedStream(path, edges, events), { by: "asking", because });
  }

  return {
    get readyState() {
      if (isClosed) return CLOSED;
      return inner === null ? CONNECTING : inner.readyState;
    },
    addEventListener: add,
    close() {
      isClosed = true;
      cancelWatch?.();
      inner?.close();
      giveUp();
    },
  };
}
