/**
 * What is counted of one source beside its account, for the Sources screen and the metrics: what
 * its flows tell, its rates, nodes, losses, and what went wrong.
 */

import type { Flow } from "@/lib/drops/flow";
import { createFactsKeeper, type FlowFacts } from "@/lib/drops/flow-facts";
import { createMinuteRate } from "@/lib/drops/minute-rate";
import type { LossReport, NodeReport, SourceReport } from "@/lib/drops/source-report";
import type { SourceState } from "@/lib/drops/view";
import type { LostEvent, NodeStatusEvent } from "@/lib/hubble/event";
import { createLossLedger } from "./loss-ledger";
import { createNodeLedger } from "./node-ledger";

export type SourceWatch = {
  readonly startMs: number;
  flow(flow: Flow, nowMs: number): void;
  drop(nowMs: number): void;
  lost(event: LostEvent, nowMs: number): void;
  nodeStatus(event: NodeStatusEvent): void;
  /** How many nodes Relay does not reach, and names of some. */
  unavailable(count: number, names: readonly string[]): void;
  /** At every status of the source; `words` say what is wrong unless it is connected. */
  stateIs(state: SourceState, words: string, nowMs: number): void;
  facts(nowMs: number): FlowFacts;
  rates(nowMs: number): Omit<SourceReport["rates"], "seenPerSecond">;
  nodes(facts: FlowFacts): { nodes: NodeReport[]; more: number };
  losses(): LossReport[];
  problems(): SourceReport["problems"];
  /** What went wrong last and has not been mended since; empty when nothing has. */
  trouble(): string;
};

/** What comes this soon after connecting may be what the relay remembered. */
const HISTORY_MS = 30_000;
const KEPT_PROBLEMS = 10;
const NODES_TOLD = 500;

export function createSourceWatch(startMs: number): SourceWatch {
  const facts = createFactsKeeper(startMs);
  const flows = createMinuteRate(startMs);
  const drops = createMinuteRate(startMs);
  const losses = createLossLedger();
  const nodes = createNodeLedger();
  const problems: { atMs: number; firstMs: number; words: string; times: number }[] = [];
  let connectedMs: number | null = null;
  let lastWords = "";

  function noteProblem(words: string, nowMs: number): void {
    const place = problems.findIndex((one) => one.words === words);
    const [known] = place < 0 ? [] : problems.splice(place, 1);
    const { firstMs, times } = known ?? { firstMs: nowMs, times: 0 };
    problems.unshift({ atMs: nowMs, firstMs, words, times: times + 1 });
    if (problems.length > KEPT_PROBLEMS) problems.pop();
  }

  return {
    startMs,
    flow(flow, nowMs) {
      flows.add(nowMs);
      facts.note(flow, nowMs, connectedMs !== null && nowMs - connectedMs > HISTORY_MS);
    },
    drop: (nowMs) => drops.add(nowMs),
    lost: (event, nowMs) => losses.add(event, nowMs),
    nodeStatus: (event) => nodes.apply(event),
    unavailable: (count, names) => nodes.reconcile(count, names),
    stateIs(state, words, nowMs) {
      const wasConnected = connectedMs !== null;
      if (state === "connected") connectedMs ??= nowMs;
      else if (state !== "silent") connectedMs = null;
      if (state === "connecting" || (wasConnected && connectedMs === null)) nodes.reset();
      const isProblem = words !== "" && (state === "silent" || state === "disconnected");
      if (isProblem && words !== lastWords) noteProblem(words, nowMs);
      if (isProblem || state === "connected") lastWords = isProblem ? words : "";
    },
    facts: (nowMs) => facts.facts(nowMs),
    rates: (nowMs) => ({
      flowsPerSecond: flows.perSecond(nowMs),
      dropsPerSecond: drops.perSecond(nowMs),
      lastMinute: flows.lastMinute(nowMs),
    }),
    nodes: ({ nodes: seen }) => nodes.report(seen, NODES_TOLD),
    losses: () => losses.report(),
    trouble: () => lastWords,
    problems: () =>
      problems.map(({ atMs, firstMs, words, times }) => ({
        at: new Date(atMs).toISOString(),
        first: new Date(firstMs).toISOString(),
        words,
        times,
      })),
  };
}
