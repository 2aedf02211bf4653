/**
 * Reads what `hubble observe -o json`, `-o jsonpb` or an exporter wrote: one JSON object a line,
 * possibly among other text. Agent and debug events are skipped as Hubble's own reader does.
 */
import type { Flow, LostEvent } from "@/lib/hubble/generated/flow/flow";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";
import type { NodeStatusEvent } from "@/lib/hubble/generated/relay/relay";
import { messageFromJson } from "@/lib/hubble/read-json";
import { parseTimestamp } from "@/lib/hubble/timestamp";

export type ReplayRecord =
  | { kind: "flow"; flow: Flow; nodeName: string; time: Timestamp | undefined }
  | { kind: "lost"; lost: LostEvent; nodeName: string; time: Timestamp | undefined }
  | { kind: "status"; status: NodeStatusEvent; nodeName: string; time: Timestamp | undefined }
  /** An event that no `GetFlows` stream carries. */
  | { kind: "skipped" }
  | { kind: "bad"; reason: string };

export function readReplayLine(line: string): ReplayRecord {
  try {
    return recordOf(parseObject(line));
  } catch (error) {
    return { kind: "bad", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A log line may put text before the object; a shipper may have made a string of it. */
function parseObject(line: string): Record<string, unknown> {
  const text = line.trim();
  const isQuoted = text.startsWith('"');
  const start = isQuoted ? 0 : text.indexOf("{");
  if (start < 0) throw new Error("not JSON");
  const value: unknown = JSON.parse(text.slice(start));
  const inner: unknown = typeof value === "string" ? JSON.parse(value) : value;
  if (typeof inner !== "object" || inner === null || Array.isArray(inner)) {
    throw new Error("not a JSON object");
  }
  return inner as Record<string, unknown>;
}

function recordOf(json: Record<string, unknown>): ReplayRecord {
  const nodeName = typeof json.node_name === "string" ? json.node_name : "";
  const time = typeof json.time === "string" ? (parseTimestamp(json.time) ?? undefined) : undefined;
  if ("flow" in json) return flowRecord(messageFromJson("flow.Flow", json.flow), nodeName, time);
  if ("lost_events" in json) {
    const lost = messageFromJson("flow.LostEvent", json.lost_events);
    return { kind: "lost", lost, nodeName, time };
  }
  if ("node_status" in json) {
    const status = messageFromJson("relay.NodeStatusEvent", json.node_status);
    return { kind: "status", status, nodeName, time };
  }
  if ("agent_event" in json || "debug_event" in json) return { kind: "skipped" };
  // Before 2022, and in compatibility mode, the flow stands bare.
  if ("verdict" in json && ("IP" in json || "event_type" in json)) {
    return flowRecord(messageFromJson("flow.Flow", json), nodeName, time);
  }
  throw new Error("not a Hubble record");
}

function flowRecord(flow: Flow, nodeName: string, time: Timestamp | undefined): ReplayRecord {
  return { kind: "flow", flow, nodeName: flow.node_name || nodeName, time: flow.time ?? time };
}
