/** A group's attempts over the range in small bars; hollow for audit, hatched where it is unknown. */
import { memo } from "react";
import { GapHatch } from "@/components/triage/gap-hatch";
import { TREND_HEIGHT, TREND_WIDTH, trendPath } from "@/components/triage/trend-path";
import type { GroupState } from "@/lib/drops/view";

type Props = {
  trend: readonly number[];
  state: GroupState;
  /** As `gapBlocks` writes them. */
  gaps: string;
};

export const Trend = memo(function Trend({ trend, state, gaps }: Props) {
  return (
    <svg
      className={`trend is-${state}`}
      width={TREND_WIDTH}
      height={TREND_HEIGHT}
      aria-hidden="true"
    >
      <path className="trend-base" d={`M0 ${TREND_HEIGHT - 0.5}H${TREND_WIDTH}`} />
      <GapHatch gaps={gaps} pitch={TREND_WIDTH / Math.max(trend.length, 1)} height={TREND_HEIGHT} />
      <path className="trend-bars" d={trendPath(trend)} />
    </svg>
  );
});
