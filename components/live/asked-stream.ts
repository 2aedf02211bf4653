/**
 * The events of a stream without one: asked for again and again, each time from the last event on.
 * For browsers that no stream reaches.
 */
import {
  CLOSED,
  CONNECTING,
  createListeners,
  type EventStream,
  OPEN,
} from "@/components/live/event-stream";
import type { ReadEvent } from "@/components/live/read-events";

export type AskingEdges = {
  /** The events after the one with this id, or all that there is; throws when it is refused. */
  ask: (path: string, after: string | null, signal: AbortSignal) => Promise<readonly ReadEvent[]>;
  /** Runs `action` after `delayMs`; returns how to call it off. */
  later: (action: () => void, delayMs: number) => () => void;
  isHidden: () => boolean;
};

export const ASK_MS = 2_000;
export const ASK_HIDDEN_MS = 10_000;

/** `first`: an answer that came already. */
export function openAskedStream(
  path: string,
  edges: AskingEdges,
  first: readonly ReadEvent[] = [],
): EventStream {
  const { add, tell } = createListeners();
  const gone = new AbortController();
  let readyState = CONNECTING;
  let lastId: string | null = null;
  // The first to listen does so after this function has returned.
  let cancel = edges.later(begin, 0);

  function begin(): void {
    if (first.length === 0) void ask();
    else {
      take(first);
      plan();
    }
  }

  async function ask(): Promise<void> {
    try {
      const events = await edges.ask(path, lastId, gone.signal);
      if (readyState === CLOSED) return;
      take(events);
      plan();
    } catch {
      if (readyState === CLOSED) return;
      readyState = CLOSED;
      tell("error", {});
    }
  }

  function plan(): void {
    if (readyState !== CLOSED) {
      cancel = edges.later(() => void ask(), edges.isHidden() ? ASK_HIDDEN_MS : ASK_MS);
    }
  }

  function take(events: readonly ReadEvent[]): void {
    readyState = OPEN;
    for (const { name, data, id } of events) {
      lastId = id ?? lastId;
      tell(name, { data, ...(id !== null && { lastEventId: id }) });
    }
    // The drops themselves are told to streams alone: whoever lists them has to ask for them.
    if (events.some(({ id }) => id !== null)) tell("skipped", { data: '{"updates":0}' });
  }

  return {
    get readyState() {
      return readyState;
    },
    addEventListener: add,
    close() {
      readyState = CLOSED;
      cancel();
      gone.abort();
    },
  };
}
