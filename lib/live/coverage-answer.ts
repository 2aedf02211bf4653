/** How much of a span of time an answer stands for: what every view says about its numbers. */
import { isReadToEnd, isUp } from "@/lib/drops/reading";
import type { Coverage, SourceSummary } from "@/lib/drops/view";
import type { CoverageLog } from "./coverage-log";

/** Times are milliseconds of the epoch. */
export function coverageOf(of: {
  log: CoverageLog;
  sources: readonly SourceSummary[];
  hasHistory: boolean;
  fromMs: number;
  toMs: number;
  newestMs: number | null;
}): Coverage {
  const { log, sources, fromMs, toMs } = of;
  // A file that is read to its end misses nothing afterwards, unless it is all there is.
  const going = sources.filter((one) => !isReadToEnd(one));
  const ids = (going.length === 0 ? sources : going).map(({ id }) => id);
  const gaps = log.gaps(ids, fromMs, toMs);
  const lostAtMost = log.lostAtMost(fromMs, toMs);
  const isWhole = sources.every((one) => isUp(one) && one.nodesUnavailable === 0);
  const complete =
    of.hasHistory && isWhole && lostAtMost === 0 && gaps.every(({ refilled }) => refilled);
  const newestDrop = of.newestMs === null ? null : new Date(of.newestMs).toISOString();
  return { complete, gaps, lostAtMost, newestDrop, sources };
}
