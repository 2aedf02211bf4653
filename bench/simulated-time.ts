/**
 * Flow time that runs as fast as the machine can: a quarter of a second of flows at 10,000 drops/s,
 * then the next. The clock stands at the end of the quarter that is being worked on, and costs what
 * the real one costs.
 */
import { type BenchFlows, benchFlows } from "./flows";

export const DROPS_PER_SECOND = 10_000;
export const QUARTER_MS = 250;
export const QUARTER_DROPS = (DROPS_PER_SECOND * QUARTER_MS) / 1000;

export type SimulatedTime = {
  nowMs(): number;
  /** Moves the clock on by a quarter and answers its messages. */
  quarter(): Buffer[];
};

export function createSimulatedTime(flows: BenchFlows = benchFlows()): SimulatedTime {
  let reachedMs = Date.now();
  let aheadMs = 0;
  return {
    nowMs: () => Date.now() + aheadMs,
    quarter() {
      const fromMs = reachedMs;
      reachedMs += QUARTER_MS;
      const messages = flows.take(QUARTER_DROPS, fromMs, reachedMs);
      aheadMs = reachedMs - Date.now();
      return messages;
    },
  };
}
