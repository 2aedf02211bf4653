/** What a preflight check is, what it is asked with, and the words that all of them use. */
import type { FlowFacts } from "./flow-facts";
import type { TlsReport } from "./source-report";
import type { SourceState, SourceSummary } from "./view";

export const CHECKS = [
  "reachable",
  "tls-name",
  "nodes",
  "drop-events",
  "verdict-events",
  "correlation",
  "tags",
  "dns-names",
  "clock",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** `unknown`: too little was seen to say. `none`: the check does not apply to this source. */
export type CheckState = "passed" | "failed" | "unknown" | "none";

export type HelmValue = { name: string; value: string };

export type PreflightCheck = {
  check: CheckName;
  title: string;
  state: CheckState;
  /** What was found, with how much was looked at. May hold names from the network. */
  found: string;
  /** What is missing without it, in one sentence. */
  why: string;
  /** What to do about it beside the Helm values; empty when they say it all. */
  fix: string;
  /** Of the Cilium chart. */
  helm: readonly HelmValue[];
};

export type PreflightInput = {
  kind: SourceSummary["kind"];
  state: SourceState;
  message: string;
  nodesConnected: number;
  nodesUnavailable: number;
  unavailableNodes: readonly string[];
  /** Nodes that are connected and refused our request, with their words. */
  refusingNodes: readonly { name: string; message: string }[];
  tls: TlsReport | null;
  facts: FlowFacts;
  nowMs: number;
};

/** A relay is asked; files and pushed lines hold what the exporter was told to write. */
export function isRelay({ kind }: Pick<PreflightInput, "kind">): boolean {
  return kind === "relay" || kind === "demo";
}

/** `among 1,204 flows in 3 min`. */
export function looked({ facts, nowMs }: PreflightInput, flows = facts.recent.flows): string {
  return `among ${grouped(flows)} ${flows === 1 ? "flow" : "flows"} in ${lengthText(nowMs - facts.recentSinceMs)}`;
}

export function lengthText(ms: number): string {
  if (ms < 90_000) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
