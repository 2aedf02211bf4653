/** How complete a view is, in words: of the chip in the bar and of each source in its list. */
import { countOf, formatCount } from "@/components/ui/number-text";
import { formatLength } from "@/components/ui/time-text";
import { isUp } from "@/lib/drops/reading";
import type { Coverage, SourceState, SourceSummary } from "@/lib/drops/view";

export type CoverageText = {
  /** Nothing known to be missing, and every source is delivering. */
  complete: boolean;
  parts: readonly { strong: string; rest: string }[];
  /** For a narrow bar. */
  short: string;
};

/** `3 of 3 nodes | at most 12 lost | 1 gap`; without node counts the sources are counted. */
export function describeCoverage(coverage: Coverage): CoverageText {
  const nodes = sumOf(coverage.sources, (source) => source.nodesConnected);
  const all = nodes + sumOf(coverage.sources, (source) => source.nodesUnavailable);
  const delivering = coverage.sources.filter(isUp).length;
  const total = coverage.sources.length;
  const parts = [
    all > 0
      ? { strong: formatCount(nodes), rest: ` of ${countOf(all, "node")}` }
      : { strong: formatCount(delivering), rest: ` of ${countOf(total, "source")}` },
  ];
  if (all > 0 && delivering < total) {
    parts.push({
      strong: formatCount(total - delivering),
      rest: ` of ${countOf(total, "source")} down`,
    });
  }
  if (coverage.lostAtMost > 0) {
    parts.push({ strong: formatCount(coverage.lostAtMost), rest: " lost at most" });
  }
  // What the relay gave afterwards is not missing.
  const gaps = coverage.gaps.filter((gap) => !gap.refilled).length;
  if (gaps > 0) parts.push({ strong: String(gaps), rest: gaps === 1 ? " gap" : " gaps" });
  return {
    complete: coverage.complete && delivering === total && nodes === all,
    parts,
    short: all > 0 ? `${formatCount(nodes)}/${formatCount(all)}` : `${delivering}/${total}`,
  };
}

export const SOURCE_STATE_TEXT: Record<SourceState, string> = {
  connecting: "connecting",
  connected: "connected",
  silent: "connected, but silent",
  disconnected: "disconnected",
  failed: "failed",
};

export const SOURCE_KIND_TEXT: Record<SourceSummary["kind"], string> = {
  relay: "Hubble Relay",
  file: "file",
  push: "pushed lines",
  demo: "demo cluster",
};

/** The largest lag among the sources that deliver; null when none has delivered yet. */
export function lagOf(coverage: Coverage): number | null {
  const lags = coverage.sources
    .filter(isDelivering)
    .map((source) => source.lagMs)
    .filter((lag) => lag !== null);
  return lags.length === 0 ? null : Math.max(...lags);
}

/** `2 s behind`; or that nothing delivers, which no lag would tell. */
export function describeLag(coverage: Coverage): string {
  if (!coverage.sources.some(isDelivering)) return "no source";
  const lagMs = lagOf(coverage);
  return lagMs === null ? "" : `${formatLength(Math.max(0, lagMs))} behind`;
}

function isDelivering(source: SourceSummary): boolean {
  return source.state === "connected" || source.state === "silent";
}

function sumOf(sources: readonly SourceSummary[], of: (source: SourceSummary) => number): number {
  return sources.reduce((sum, source) => sum + of(source), 0);
}
