/** What a source of flows tells the running system. */
import type { FlowEvent, LostEvent, MalformedEvent, NodeStatusEvent, SkippedEvent } from "./event";

export type SourceEvent =
  | FlowEvent
  | LostEvent
  | NodeStatusEvent
  | SkippedEvent
  | MalformedEvent
  | ShedEvent
  | ProgressEvent
  | StatusEvent;

/** Flows and other records let go because the consumer was too slow: the only local loss. */
export type ShedEvent = {
  kind: "shed";
  count: number;
  /** Where most of the flows among them came from and went to, and how many; null when unknown. */
  most: { what: string; count: number } | null;
  /** Times of the flows among them, the first and last of each minute. */
  spans: readonly { fromMs: number; toMs: number }[];
};

/** How far a file is read that is read once: bytes on the disk, packed or not. */
export type ProgressEvent = { kind: "progress"; bytes: number; total: number };

/** How a relay is doing, told at every change and after every probe. */
export type StatusEvent = {
  kind: "status";
  /**
   * `connecting`: trying now; `connected`: following; `unresponsive`: connected, but the last probe
   * failed; `waiting`: not connected, next try at `nextTryMs`; `closed`: told to stop.
   */
  state: "connecting" | "connected" | "unresponsive" | "waiting" | "closed";
  /** One line for the operator: what it is, why, and what to do about it. */
  words: string;
  atMs: number;
  /** Tries since the last connection that held, 1 for the first. */
  attempt: number;
  nextTryMs: number | null;
  /** When Relay last proved to be alive; null before the first time. */
  lastProofMs: number | null;
  /** `hubble-relay v1.19.4`; a node asked directly says `cilium v1.19.4`. Empty until known. */
  version: string;
  /** Null until known, or where a node is asked directly. */
  nodesConnected: number | null;
  nodesUnavailable: number | null;
  /** Nodes whose flows are missing; Relay names ten at most. */
  unavailableNodes: readonly string[];
  /** Events of all verdicts that the nodes have seen, per second; null until known. */
  flowsPerSecond: number | null;
  /** Set once when a message too large to receive had to be stepped over: flows between are missing. */
  steppedOver: { fromMs: number; toMs: number } | null;
};
