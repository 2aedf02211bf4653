/** What is known of one source, as `GET /api/sources` and the metrics tell it. */
import { balance } from "@/lib/drops/accounting";
import { preflight } from "@/lib/drops/preflight";
import { isReadToEnd } from "@/lib/drops/reading";
import type { SourceReport, TlsReport } from "@/lib/drops/source-report";
import type { SourceState } from "@/lib/drops/view";
import type { CoverageLog } from "./coverage-log";
import { type SourceStatus, summaryOf } from "./source-status";

export type ReportContext = {
  coverage: Pick<CoverageLog, "gaps" | "firstConnectedMs" | "lastConnectedMs">;
  /** Null before the first look at the certificates, and for sources that are no relay. */
  tls: TlsReport | null;
  nowMs: number;
};

const DAY_MS = 86_400_000;

export function reportOf(status: SourceStatus, context: ReportContext): SourceReport {
  const { tls, nowMs } = context;
  const { watch } = status;
  const { outcomes } = status.account;
  const summary = summaryOf(status, nowMs);
  const facts = watch.facts(nowMs);
  const { nodes, more } = watch.nodes(facts);
  return {
    ...summary,
    version: status.version,
    unavailableNodes: status.unavailableNodes,
    received: outcomes.received,
    stored: outcomes.stored,
    paired: outcomes.paired,
    duplicate: outcomes.duplicate,
    rejected: { ...outcomes.rejected },
    out_of_scope: outcomes.outOfScope,
    shed: { ...outcomes.shed },
    in_flight: outcomes.inFlight,
    balance: balance(outcomes),
    lostAtMost: String(status.lostAtMost),
    joined: status.joined,
    alone: status.alone,
    skipped: status.skipped,
    unreadable: status.unreadable.map(({ atMs, reason, sample }) => ({
      at: new Date(atMs).toISOString(),
      reason,
      sample,
    })),
    countedSince: new Date(watch.startMs).toISOString(),
    nextTry: timeOrNull(status.nextTryMs ?? 0),
    lastProof: timeOrNull(status.provenMs),
    rates: { ...watch.rates(nowMs), seenPerSecond: status.seenPerSecond },
    nodes,
    moreNodes: more,
    losses: watch.losses(),
    ...gapsOf(status.id, isReadToEnd(summary), context),
    problems: watch.problems(),
    trouble: watch.trouble(),
    tls,
    facts,
    preflight: preflight({
      ...summary,
      ...triedAgain(status),
      unavailableNodes: status.unavailableNodes,
      refusingNodes: nodes.filter(({ state }) => state === "error"),
      tls,
      facts,
      nowMs,
    }),
  };
}

/** A source that is tried again after a failure has not become reachable by that. */
function triedAgain({ state, watch }: SourceStatus): { state?: SourceState; message?: string } {
  const trouble = watch.trouble();
  return state === "connecting" && trouble !== ""
    ? { state: "disconnected", message: trouble }
    : {};
}

/** Before a source was first heard there is nothing that it could have told. */
function gapsOf(
  id: string,
  isEnded: boolean,
  { coverage, nowMs }: ReportContext,
): Pick<SourceReport, "gaps" | "watchedSince"> {
  const firstMs = coverage.firstConnectedMs(id);
  if (firstMs === null) return { gaps: [], watchedSince: null };
  const fromMs = Math.max(nowMs - DAY_MS, firstMs);
  // After its end a file has nothing more to tell.
  const toMs = isEnded ? Math.max(fromMs, coverage.lastConnectedMs(id) ?? fromMs) : nowMs;
  const gaps = coverage.gaps([id], fromMs, toMs).map((gap) => ({
    from: new Date(gap.fromMs).toISOString(),
    to: new Date(gap.toMs).toISOString(),
    refilled: gap.refilled,
  }));
  return { gaps, watchedSince: new Date(fromMs).toISOString() };
}

function timeOrNull(ms: number): string | null {
  return ms === 0 ? null : new Date(ms).toISOString();
}
