"use client";
/** The figures of one source: rates, lag, last proof of life, next try, versions. */
import type { ReactNode } from "react";
import { formatRate, percent, standingOf } from "@/components/sources/source-words";
import { Until } from "@/components/sources/until";
import { TREND_HEIGHT, TREND_WIDTH, trendPath } from "@/components/triage/trend-path";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { formatSize } from "@/components/ui/size-text";
import { formatLength } from "@/components/ui/time-text";
import type { SourceReport } from "@/lib/drops/source-report";

export function SourceFigures({ source }: { source: SourceReport }) {
  const { rates, lagMs, lastProof, nextTry, facts } = source;
  const isDown = standingOf(source) === "down";
  const [emitter, ...others] = facts.emitters;
  return (
    <dl className="src-figures">
      <Item name="Flows received">
        <b>{formatRate(rates.flowsPerSecond)}</b>/s <Minute counts={rates.lastMinute} />
      </Item>
      <Item name="Drops">
        <b>{formatRate(rates.dropsPerSecond)}</b>/s
      </Item>
      {rates.seenPerSecond !== null && (
        <Item name="All events on its nodes">
          <b>{formatRate(rates.seenPerSecond)}</b>/s
        </Item>
      )}
      <Item name="Lag">{lagMs === null || isDown ? <Dash /> : <b>{formatLength(lagMs)}</b>}</Item>
      <Item name="Proof of life">
        {lastProof === null ? (
          "none yet"
        ) : (
          <>
            <b>
              <Ago time={lastProof} />
            </b>{" "}
            ago
          </>
        )}
      </Item>
      {nextTry !== null && (
        <Item name="Next try">
          <b>
            <Until time={nextTry} />
          </b>
        </Item>
      )}
      <Item name="Versions">
        <FlowText text={source.version || emitter?.version || "not told"} />
        {source.version !== "" && emitter !== undefined && (
          <span className="dim">
            {" "}
            · Cilium <FlowText text={emitter.version} />
          </span>
        )}
        {others.length > 0 && <span className="dim"> and {others.length} more</span>}
      </Item>
      <Progress source={source} />
    </dl>
  );
}

function Item({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Dash() {
  return <span className="dim">–</span>;
}

/** Flows of the last minute, two seconds a bar. */
function Minute({ counts }: { counts: readonly number[] }) {
  const bars = Array.from(
    { length: Math.ceil(counts.length / 2) },
    (_, index) => (counts[2 * index] ?? 0) + (counts[2 * index + 1] ?? 0),
  );
  return (
    <svg className="src-minute" width={TREND_WIDTH} height={TREND_HEIGHT} aria-hidden="true">
      <path className="trend-base" d={`M0 ${TREND_HEIGHT - 0.5}H${TREND_WIDTH}`} />
      <path className="trend-bars" d={trendPath(bars)} />
    </svg>
  );
}

function Progress({ source: { progress } }: { source: SourceReport }) {
  if (progress === null) return null;
  const { bytes, total, bytesPerSecond } = progress;
  const leftMs = bytesPerSecond > 0 ? ((total - bytes) / bytesPerSecond) * 1_000 : null;
  return (
    <div className="src-progress">
      <dt>File read</dt>
      <dd>
        <progress max={Math.max(total, 1)} value={bytes} aria-label="File read" />{" "}
        {percent(bytes, total)} of {formatSize(total)}
        {bytesPerSecond > 0 && bytes < total && (
          <span className="dim">
            {" "}
            · {formatSize(bytesPerSecond)}/s{leftMs !== null && `, ${formatLength(leftMs)} left`}
          </span>
        )}
      </dd>
    </div>
  );
}
