/** What a Hubble message or line can turn out to be. Nothing that was received is without one. */
import type { Flow } from "@/lib/drops/flow";

export type DecodedEvent = FlowEvent | LostEvent | NodeStatusEvent | SkippedEvent | MalformedEvent;

export type FlowEvent = { kind: "flow"; flow: Flow };

/**
 * Events that Hubble could not deliver: at most `count` of any verdict, because filters do not apply
 * to them. Never counted as drops.
 */
export type LostEvent = {
  kind: "lost";
  /** `PERF_EVENT_RING_BUFFER`, `OBSERVER_EVENTS_QUEUE`, `HUBBLE_RING_BUFFER` or a bare number. */
  source: string;
  /** Up to 2^64 - 1. Use `String(count)` for JSON. */
  count: bigint;
  cluster: string;
  node: string;
  /** When the losses began and ended, where the agent says so (1.19), else the record's time. */
  firstMs: number | null;
  lastMs: number | null;
};

export type NodeStatusEvent = {
  kind: "node-status";
  /** `NODE_CONNECTED`, `NODE_UNAVAILABLE`, `NODE_GONE`, `NODE_ERROR` or a bare number. */
  state: string;
  /** `cluster/node`, or a bare node name. */
  nodes: readonly string[];
  message: string;
};

/** A record that is no flow and tells nothing of flows: `agent_event`, `debug_event`, other JSON. */
export type SkippedEvent = { kind: "skipped"; what: string };

/** What could not be read. `sample` is a short printable piece of it, without likely secrets. */
export type MalformedEvent = { kind: "malformed"; reason: string; sample: string };
