/**
 * Long work shares the one thread of the event loop: it is done in slices of some milliseconds, and
 * slices of all such work wait in one line. A turn of the loop does as many of them as its time
 * allows, so that what is read and sent in between is never late by the sum of everybody's slices.
 */

export type Slices = {
  /** Whether the slice has had its time; it looks at the clock now and then only. */
  isUp(): boolean;
  /** Waits for the next slice, behind those who wait already. */
  next(): Promise<void>;
};

/** What one kind of work may do before others get their turn. */
const SLICE_MS = 5;
/** No further slice begins in a turn after so long. */
const TURN_MS = 5;
/** Calls between two looks at the clock; work between two calls is some microseconds. */
const CALLS_A_LOOK = 16;

let waiting: (() => void)[] = [];
let isComing = false;

function come(): void {
  isComing = true;
  setImmediate(takeTurn);
}

function takeTurn(): void {
  const endsMs = performance.now() + TURN_MS;
  const line = waiting;
  let at = 0;
  waiting = [];
  giveSlice();

  function giveSlice(): void {
    line[at]?.();
    at += 1;
    // After the microtasks, so that the slice is done.
    queueMicrotask(() => process.nextTick(afterSlice));
  }

  function afterSlice(): void {
    if (at < line.length && performance.now() < endsMs) {
      giveSlice();
      return;
    }
    isComing = false;
    // Who has had a slice in this turn waits behind those who have not.
    waiting = [...line.slice(at), ...waiting];
    if (waiting.length > 0) come();
  }
}

/**
 * Slices of one piece of work, the first of which begins now; one that is large waits for it too.
 * `callsALook`: 1 where the work between two calls may be long.
 */
export function createSlices(callsALook = CALLS_A_LOOK): Slices {
  let endsMs = performance.now() + SLICE_MS;
  let calls = 0;
  return {
    isUp() {
      calls += 1;
      return calls % callsALook === 0 && performance.now() >= endsMs;
    },
    async next() {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (!isComing) come();
      });
      endsMs = performance.now() + SLICE_MS;
      calls = 0;
    },
  };
}
