/**
 * A clock that is read once in a turn of the event loop. Thousands of flows are taken in one turn,
 * and a server's `Date.now` is not always the bare one: frameworks wrap it.
 */

/** Answers what `nowMs` said first in this turn; a turn is some milliseconds. */
export function createTurnClock(nowMs: () => number): () => number {
  let read: number | null = null;
  const forget = () => {
    read = null;
  };
  return () => {
    if (read === null) {
      read = nowMs();
      setImmediate(forget);
    }
    return read;
  };
}
