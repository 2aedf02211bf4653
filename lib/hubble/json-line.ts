/**
 * Finds Hubble's record in a line of text. Log shippers put prefixes before it, wrap it in their own
 * JSON or escape it as a string; agents mix it with their own log lines.
 */
import type { JsonObject } from "./write-json";

export type LineRecord =
  | { kind: "record"; json: JsonObject }
  | { kind: "skipped"; what: string }
  | { kind: "malformed"; reason: string };

const RECORD_KEYS: Readonly<Record<string, string>> = {
  flow: "flow",
  lost_events: "lost_events",
  lostEvents: "lost_events",
  node_status: "node_status",
  nodeStatus: "node_status",
  agent_event: "agent_event",
  agentEvent: "agent_event",
  debug_event: "debug_event",
  debugEvent: "debug_event",
};

/** Keys under which shippers put the line they collected. */
const SHIPPER_KEYS = ["log", "message", "msg", "_raw", "line"];
const MAX_WRAPPINGS = 3;

/**
 * The record of a line, wrapped as `{ flow }`, `{ lost_events }` and so on even where the line holds
 * a bare flow, as `hubble` printed before 0.11.
 */
export function recordOfLine(line: string): LineRecord {
  return find(line, MAX_WRAPPINGS);
}

function find(line: string, wrappings: number): LineRecord {
  const text = line.replace(/^\ufeff/, "").trim();
  if (text === "") return { kind: "skipped", what: "empty line" };
  const value = parseLoosely(text);
  if (typeof value === "string" && wrappings > 0) return find(value, wrappings - 1);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { kind: "malformed", reason: "not a JSON object" };
  }
  return ofObject(value as JsonObject, wrappings);
}

function ofObject(json: JsonObject, wrappings: number): LineRecord {
  for (const key of Object.keys(json)) {
    const name = RECORD_KEYS[key];
    if (name === undefined) continue;
    if (name === "agent_event" || name === "debug_event") return { kind: "skipped", what: name };
    return { kind: "record", json };
  }
  if (isBareFlow(json)) return { kind: "record", json: { flow: json } };
  for (const key of SHIPPER_KEYS) {
    const inner = json[key];
    if (wrappings > 0 && typeof inner === "string" && inner.includes("{")) {
      return find(inner, wrappings - 1);
    }
  }
  return { kind: "skipped", what: "not a Hubble record" };
}

function isBareFlow(json: JsonObject): boolean {
  return "verdict" in json && ("IP" in json || "event_type" in json || "eventType" in json);
}

/** Parses the text, else from its first brace, else that with one level of escapes removed. */
function parseLoosely(text: string): unknown {
  const whole = parse(text);
  if (whole !== undefined) return whole;
  const brace = text.indexOf("{");
  if (brace < 0) return undefined;
  const fromBrace = text.slice(brace, text.lastIndexOf("}") + 1);
  return parse(fromBrace) ?? (fromBrace.includes('\\"') ? parse(`"${fromBrace}"`) : undefined);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
