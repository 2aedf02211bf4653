/** How long to wait before the next try: longer each time, capped, and never the same for two clients. */
import type { RelayTiming } from "./relay-options";

/**
 * Milliseconds to wait after the given number of failed tries (1 for the first) in an outage that has
 * lasted `outageMs`. `random` is from 0 to 1; the result is between half of the full wait and all of it.
 */
export function backoffMs(
  timing: RelayTiming,
  attempt: number,
  outageMs: number,
  random: number,
): number {
  const cap = outageMs < timing.earlyMs ? timing.earlyCapMs : timing.lateCapMs;
  const full = Math.min(cap, timing.backoffMs * 2 ** Math.min(attempt - 1, 20));
  return Math.round(full * (0.5 + random / 2));
}
