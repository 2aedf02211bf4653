/**
 * Where the next connection takes up the stream. Reaches back before the last flow, because Relay
 * sorts within a window and nodes replay, and further where the clock of a node is behind: what comes
 * twice is told apart by its uuid later.
 */

export type ResumePoint = {
  /** `since` of the next request; null: everything Relay still has. */
  sinceMs(): number | null;
  /** Notes a received flow's time, by the clock of its node. */
  received(timeMs: number, nowMs: number, node: string): void;
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
const MAX_NODES = 10_000;
/** A flow older than this when it comes is history, whatever its node's clock says. */
const MAX_BEHIND_MS = 2 * 3_600_000;

export function createResumePoint(initialMs: number | null, overlapMs: number): ResumePoint {
  let floorMs = initialMs;
  let lastMs = Number.NEGATIVE_INFINITY;
  let arrivedMs = 0;
  /** Of each node its newest flow, and how old that was when it came: by history or by its clock. */
  const nodes = new Map<string, { timeMs: number; ageMs: number }>();
  let strikes = 0;
  let struckAtMs = Number.NaN;

  function sinceMs(): number | null {
    if (lastMs === Number.NEGATIVE_INFINITY) return floorMs;
    return Math.max(floorMs ?? 0, Math.min(lastMs, arrivedMs - behindMs()) - overlapMs, 0);
  }

  /** Relay compares with each node's own clock, so the request reaches back for the slowest. */
  function behindMs(): number {
    let most = 0;
    for (const { ageMs } of nodes.values())
      if (ageMs <= MAX_BEHIND_MS) most = Math.max(most, ageMs);
    return most;
  }

  return {
    sinceMs,
    received(timeMs, nowMs, node) {
      arrivedMs = nowMs;
      const known = nodes.get(node);
      if (known === undefined ? nodes.size < MAX_NODES : timeMs > known.timeMs) {
        nodes.set(node, { timeMs, ageMs: Math.max(0, nowMs - timeMs) });
      }
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
