/**
 * What is known about one source while it runs: its state in words, its account, its nodes, and
 * what it says it lost. Ingest writes it; the API and the header read it.
 */
import { type Account, createAccount } from "@/lib/drops/accounting";
import type { ReadingProgress, SourceState, SourceSummary } from "@/lib/drops/view";
import { createSourceWatch, type SourceWatch } from "./source-watch";

export type SourceStatus = {
  readonly id: string;
  readonly kind: SourceSummary["kind"];
  readonly address: string;
  readonly account: Account;
  state: SourceState;
  /** In words, when something is wrong. */
  message: string;
  sinceMs: number;
  lagMs: number | null;
  /** When the last flow came that was much older than its arrival; 0 before the first. */
  oldFlowMs: number;
  version: string;
  nodesConnected: number;
  nodesUnavailable: number;
  unavailableNodes: readonly string[];
  lostAtMost: bigint;
  /** Policy drops that were joined from two flows, and that stayed alone. */
  joined: number;
  alone: number;
  /** The last messages that could not be read. */
  unreadable: { atMs: number; reason: string; sample: string }[];
  /** Records that are no flows: agent and debug events of exporter files. */
  skipped: number;
  nextTryMs: number | null;
  /** Of a file that is read once; `from` is where and when this process began. */
  progress: Reading | null;
  /** When the source last proved to be alive: by an answer or by an event. */
  provenMs: number;
  /** Events of all verdicts that the nodes see per second, as Relay says; null until known. */
  seenPerSecond: number | null;
  /** What is counted beside the account. */
  readonly watch: SourceWatch;
};

type Reading = {
  bytes: number;
  total: number;
  atMs: number;
  from: { bytes: number; atMs: number };
};

export function createSourceStatus(
  id: string,
  kind: SourceSummary["kind"],
  address: string,
  nowMs: number,
): SourceStatus {
  return {
    id,
    kind,
    address,
    account: createAccount(),
    state: "connecting",
    message: "",
    sinceMs: nowMs,
    lagMs: null,
    oldFlowMs: 0,
    version: "",
    nodesConnected: 0,
    nodesUnavailable: 0,
    unavailableNodes: [],
    lostAtMost: 0n,
    joined: 0,
    alone: 0,
    unreadable: [],
    skipped: 0,
    nextTryMs: null,
    progress: null,
    provenMs: 0,
    seenPerSecond: null,
    watch: createSourceWatch(nowMs),
  };
}

/** A flow that is older than this when it comes is history that a source hands over. */
export const OLD_FLOW_MS = 60_000;
/** Old flows that stopped coming this long ago were the last of them. */
const CATCHING_UP_MS = 5_000;

export function summaryOf(status: SourceStatus, nowMs: number): SourceSummary {
  const { id, kind, address, state, message, sinceMs, lagMs } = status;
  return {
    id,
    kind,
    address,
    state,
    message,
    since: new Date(sinceMs).toISOString(),
    lagMs: lagMs === null ? null : Math.round(lagMs / 500) * 500,
    catchingUp:
      state === "connected" &&
      (lagMs ?? 0) > OLD_FLOW_MS &&
      nowMs - status.oldFlowMs < CATCHING_UP_MS,
    progress: status.progress === null ? null : progressOf(status.progress),
    nodesConnected: status.nodesConnected,
    nodesUnavailable: status.nodesUnavailable,
  };
}

function progressOf({ bytes, total, atMs, from }: Reading): ReadingProgress {
  const seconds = (atMs - from.atMs) / 1_000;
  const read = bytes - from.bytes;
  return { bytes, total, bytesPerSecond: seconds < 0.5 ? 0 : Math.round(read / seconds) };
}
