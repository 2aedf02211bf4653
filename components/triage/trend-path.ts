/** The bars of a trend as one SVG path, and the blocks of it that lie in a gap. */
import type { Gap } from "@/lib/drops/view";

export const TREND_WIDTH = 95;
export const TREND_HEIGHT = 18;

/** One path for all bars: a bar of at least 1.5 px for each block that is not zero. */
export function trendPath(trend: readonly number[]): string {
  const pitch = TREND_WIDTH / Math.max(trend.length, 1);
  const top = Math.max(...trend, 1);
  const width = Math.max(pitch - 1, 1).toFixed(2);
  return trend
    .map((count, index) => {
      if (count <= 0) return "";
      const height = Math.max((count / top) * TREND_HEIGHT, 1.5);
      const x = (index * pitch).toFixed(2);
      const y = (TREND_HEIGHT - height).toFixed(2);
      return `M${x} ${y}h${width}V${TREND_HEIGHT}h-${width}Z`;
    })
    .join("");
}

/** First and last block of each gap as `first-last` pairs, for instance `13-14 20-20`. */
export function gapBlocks(
  gaps: readonly Gap[],
  fromMs: number,
  toMs: number,
  blocks: number,
): string {
  const blockMs = (toMs - fromMs) / blocks;
  if (!(blockMs > 0)) return "";
  return gaps
    .filter((gap) => !gap.refilled && gap.toMs > fromMs && gap.fromMs < toMs)
    .map((gap) => {
      const first = Math.max(0, Math.floor((gap.fromMs - fromMs) / blockMs));
      const last = Math.min(blocks - 1, Math.ceil((gap.toMs - fromMs) / blockMs) - 1);
      return `${first}-${Math.max(first, last)}`;
    })
    .join(" ");
}
