/**
 * How late the event loop gets to what is due: the 99th percentile of the last one to two minutes.
 * One for the process, begun when it is first asked for.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 10;
const WINDOW_MS = 60_000;

type Histogram = ReturnType<typeof monitorEventLoopDelay>;

let histogram: Histogram | null = null;
let before = 0;

/** Seconds. The timer that measures is itself due each 10 ms; that is taken off. */
export function loopDelayP99(): number {
  if (histogram === null) {
    histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    setInterval(turn, WINDOW_MS).unref();
    return 0;
  }
  return Math.max(before, p99(histogram));
}

function turn(): void {
  if (histogram === null) return;
  before = p99(histogram);
  histogram.reset();
}

function p99(of: Histogram): number {
  const delayMs = of.count === 0 ? 0 : of.percentile(99) / 1e6 - RESOLUTION_MS;
  return Math.max(0, delayMs) / 1_000;
}
