/**
 * Which pages of this browser may keep a connection. Browsers open six connections to one server
 * over HTTP/1.1, for all tabs together; with six streams no page could ask anything any more. So at
 * most four pages hold a stream, and the next one gets its turn as soon as one of them closes.
 */

const PLACES = ["droplens-stream-1", "droplens-stream-2", "droplens-stream-3", "droplens-stream-4"];

/** Calls `say` at once or soon, and again when it changes; returns how to give the turn back. */
export function mayStream(say: (may: boolean) => void): () => void {
  if (isMultiplexed()) return always(say);
  // Only pages that came over TLS or from this machine have locks.
  return "locks" in navigator ? byLock(navigator.locks, say) : bySight(say);
}

/** HTTP/2 and 3 carry a hundred streams over one connection. */
function isMultiplexed(): boolean {
  const [page] = performance.getEntriesByType("navigation");
  return page instanceof PerformanceNavigationTiming && /^h[23]/.test(page.nextHopProtocol);
}

function always(say: (may: boolean) => void): () => void {
  say(true);
  return () => {};
}

function byLock(locks: LockManager, say: (may: boolean) => void): () => void {
  const over = new AbortController();
  let hasTurn = false;
  let end = () => {};

  /** Keeps the lock until the end; undefined lets go of it at once. */
  function hold(): Promise<void> | undefined {
    if (hasTurn || over.signal.aborted) return undefined;
    hasTurn = true;
    return new Promise((resolve) => {
      end = resolve;
    });
  }

  async function findFree(): Promise<void> {
    for (const place of PLACES) {
      await new Promise<void>((asked, failed) => {
        const take = (lock: Lock | null) => {
          const held = lock === null ? undefined : hold();
          asked();
          return held;
        };
        locks.request(place, { ifAvailable: true }, take).catch(failed);
      });
      if (over.signal.aborted) return;
      if (hasTurn) return say(true);
    }
    say(false);
    waitForOne();
  }

  function waitForOne(): void {
    const waits = PLACES.map((place) => ({ place, off: new AbortController() }));
    over.signal.addEventListener("abort", () => {
      for (const { off } of waits) off.abort();
    });
    for (const own of waits) {
      const take = () => {
        const held = hold();
        if (held === undefined) return undefined;
        // Only those of the others: a lock that is called off while it is given is lost.
        for (const { off } of waits.filter((one) => one !== own)) off.abort();
        say(true);
        return held;
      };
      locks.request(own.place, { signal: own.off.signal }, take).catch(() => {});
    }
  }

  findFree().catch(() => {
    // A browser whose locks fail has six connections all the same.
    if (!over.signal.aborted) say(true);
  });
  return () => {
    over.abort();
    end();
  };
}

/** Without locks: the pages that are looked at. */
function bySight(say: (may: boolean) => void): () => void {
  const tell = () => say(!document.hidden);
  tell();
  document.addEventListener("visibilitychange", tell);
  return () => document.removeEventListener("visibilitychange", tell);
}
