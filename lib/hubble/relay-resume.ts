/**
 * Where the next connection takes up the stream. Reaches back before the last flow, because Relay
 * sorts within a window and nodes replay: what comes twice is told apart by its uuid later.
 */

export type ResumePoint = {
  /** `since` of the next request; null: everything Relay still has. */
  sinceMs(): number | null;
  /** Notes a received flow's time. */
  received(timeMs: number, nowMs: number): void;
  /**
   * Notes that the stream ended at a message too large to receive. `first`: it was not met before;
   * `steppedOver`: it came a third time, so the next request begins after it.
   */
  oversized(nowMs: number): {
    first: boolean;
    steppedOver: { fromMs: number; toMs: number } | null;
  };
};

const MAX_STRIKES = 3;

export function createResumePoint(initialMs: number | null, overlapMs: number): ResumePoint {
  let floorMs = initialMs;
  let lastMs = Number.NEGATIVE_INFINITY;
  let strikes = 0;
  let struckAtMs = Number.NaN;

  function sinceMs(): number | null {
    if (lastMs === Number.NEGATIVE_INFINITY) return floorMs;
    return Math.max(floorMs ?? 0, lastMs - overlapMs, 0);
  }

  return {
    sinceMs,
    received(timeMs, nowMs) {
      // A node whose clock is ahead must not move the point into the future of the others.
      lastMs = Math.max(lastMs, Math.min(timeMs, nowMs));
    },
    oversized(nowMs) {
      const again = Object.is(struckAtMs, lastMs);
      strikes = again ? strikes + 1 : 1;
      struckAtMs = lastMs;
      if (strikes < MAX_STRIKES) return { first: strikes === 1, steppedOver: null };
      const steppedOver = { fromMs: sinceMs() ?? 0, toMs: nowMs };
      floorMs = nowMs;
      strikes = 0;
      struckAtMs = Number.NaN;
      return { first: false, steppedOver };
    },
  };
}
