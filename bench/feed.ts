/** A source of events that gives out what it is handed, and knows when that has been worked on. */
import { decodeResponse } from "@/lib/hubble/decode";
import type { SourceEvent } from "@/lib/hubble/source-event";

export type Feed = {
  follow(signal: AbortSignal): AsyncGenerator<readonly SourceEvent[], void, undefined>;
  /** Decodes and gives out messages; resolves when the consumer has taken the last one in. */
  give(messages: readonly Buffer[]): Promise<void>;
};

/** Messages decoded before they are given out together: about what one read of a socket holds. */
const BATCH = 250;

export function createFeed(): Feed {
  let wake: ((messages: readonly Buffer[]) => void) | null = null;
  let done: (() => void) | null = null;
  let waiting: readonly Buffer[] | null = null;

  function next(): Promise<readonly Buffer[]> {
    const given = waiting;
    waiting = null;
    if (given !== null) return Promise.resolve(given);
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  return {
    async *follow() {
      for (;;) {
        const messages = await next();
        for (let at = 0; at < messages.length; at += BATCH) {
          yield messages.slice(at, at + BATCH).map((bytes) => decodeResponse(bytes));
        }
        done?.();
      }
    },
    give(messages) {
      const finished = new Promise<void>((resolve) => {
        done = resolve;
      });
      if (wake === null) waiting = messages;
      else wake(messages);
      wake = null;
      return finished;
    },
  };
}
