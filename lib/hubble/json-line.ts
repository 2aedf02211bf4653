/**
 * Finds Hubble's records in a line of text. Log shippers put prefixes before them, wrap them in their
 * own JSON, escape them as strings or send many at once; agents mix them with their own log lines.
 */
import { hasNoRecord, objectsIn, withoutRuntimePrefix } from "./line-text";
import type { JsonObject } from "./write-json";

export type LineRecord =
  | { kind: "record"; json: JsonObject }
  | { kind: "skipped"; what: string }
  | { kind: "malformed"; reason: string };

const RECORD_KEYS: ReadonlyMap<string, string> = new Map([
  ["flow", "flow"],
  ["lostevents", "lost_events"],
  ["nodestatus", "node_status"],
  ["agentevent", "agent_event"],
  ["debugevent", "debug_event"],
]);

/**
 * Keys under which shippers, and the systems they ship to, put what they collected: Fluent Bit and
 * Docker (`log`), Vector (`message`), Loki (`line`, `streams`, `values`), Splunk (`_raw`, `event`,
 * `result`), Elastic (`_source`), journald (`MESSAGE`), Azure (`records`, `properties`, `LogEntry`,
 * `LogMessage`), Google Cloud (`textPayload`, `jsonPayload`), OpenTelemetry (`resourceLogs` and so on).
 */
const WRAPPERS: ReadonlySet<string> = new Set(
  `log logprocessed message msg raw line event result source records properties logentry logmessage
  textpayload jsonpayload resourcelogs scopelogs logrecords body stringvalue streams values data
  payload events hits`.split(/\s+/),
);
const MAX_WRAPPINGS = 12;
/** A line that holds more is read no further. */
const MAX_RECORDS = 100_000;

const NOT_OURS: LineRecord = { kind: "skipped", what: "not a Hubble record" };
const NOT_JSON: LineRecord = { kind: "malformed", reason: "not a JSON object" };

/**
 * The first record of a line, wrapped as `{ flow }`, `{ lost_events }` and so on even where the line
 * holds a bare flow, as `hubble` printed before 0.11.
 */
export function recordOfLine(line: string): LineRecord {
  return recordsOfLine(line)[0] ?? NOT_OURS;
}

/** All records of a line; at least one, of any kind. */
export function recordsOfLine(line: string): readonly LineRecord[] {
  const found = inText(line, MAX_WRAPPINGS);
  if (found.length <= 1) return found.length === 0 ? [NOT_OURS] : found;
  const telling = found.filter((one) => one !== NOT_OURS);
  return telling.length === 0 ? [NOT_OURS] : telling.slice(0, MAX_RECORDS);
}

function inText(line: string, wrappings: number): readonly LineRecord[] {
  const text = withoutRuntimePrefix(line.replace(/^\ufeff/, "").trim());
  if (text === "") return [{ kind: "skipped", what: "empty line" }];
  if (hasNoRecord(text)) return [{ kind: "skipped", what: "log line" }];
  const value = parse(text);
  if (value !== undefined) return inValue(value, wrappings);
  return inProse(text, wrappings);
}

/** Text around a record, several records in a row, or a record with its quotes escaped. */
function inProse(text: string, wrappings: number): readonly LineRecord[] {
  const values = objectsIn(text).map(parse);
  if (values.length > 0 && values.every((value) => value !== undefined)) {
    return values.flatMap((value) => inValue(value, wrappings));
  }
  const whole = parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  if (whole !== undefined) return inValue(whole, wrappings);
  const readable = values.filter((value) => value !== undefined && isRecord(value));
  if (readable.length > 0) return readable.flatMap((value) => inValue(value, wrappings));
  const unescaped = text.includes('\\"') ? parse(`"${escapedPart(text)}"`) : undefined;
  if (typeof unescaped === "string" && wrappings > 0) return inText(unescaped, wrappings - 1);
  return [NOT_JSON];
}

function escapedPart(text: string): string {
  return text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
}

function inValue(value: unknown, wrappings: number): readonly LineRecord[] {
  if (typeof value === "string") return wrappings > 0 ? inText(value, wrappings - 1) : [NOT_JSON];
  if (Array.isArray(value)) {
    // Beside a line Loki puts its time, as text.
    const items = value.filter((item) => isObject(item) || (isText(item) && item.includes("{")));
    if (items.length === 0 || wrappings === 0) return [value.length === 0 ? NOT_OURS : NOT_JSON];
    return items.slice(0, MAX_RECORDS).flatMap((item) => inValue(item, wrappings - 1));
  }
  return isJsonObject(value) ? inObject(value, wrappings) : [NOT_JSON];
}

function inObject(json: JsonObject, wrappings: number): readonly LineRecord[] {
  let wrapped: LineRecord[] | null = null;
  let isDotted = false;
  for (const key of Object.keys(json)) {
    const plain = plainKey(key);
    const name = RECORD_KEYS.get(plain);
    if (name !== undefined && isObject(json[key])) {
      if (name === "agent_event" || name === "debug_event")
        return [{ kind: "skipped", what: name }];
      return [{ kind: "record", json }];
    }
    isDotted ||= key.startsWith("flow.") || key.startsWith("lost_events.");
  }
  if (isDotted) return [{ kind: "record", json: nested(json) }];
  if (isBareFlow(json)) return [{ kind: "record", json: { flow: json } }];
  if (wrappings === 0) return [NOT_OURS];
  for (const [key, inner] of Object.entries(json)) {
    if (!WRAPPERS.has(plainKey(key))) continue;
    if (!isObject(inner) && !(isText(inner) && inner.includes("{"))) continue;
    const records = inValue(inner, wrappings - 1).filter((one) => one !== NOT_OURS);
    if (records.length > 0) wrapped = [...(wrapped ?? []), ...records];
    // What is told twice, as text and taken apart, is one.
    if (wrapped?.some(({ kind }) => kind === "record")) break;
  }
  return wrapped ?? [NOT_OURS];
}

/** `{"flow.verdict": …, "flow.IP.source": …}`, as indexes flatten it. */
function nested(json: JsonObject): JsonObject {
  const root: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(json)) {
    const steps = key.split(".");
    const last = steps.pop() ?? "";
    let at = root;
    for (const step of steps) {
      const next = at[step];
      const inner = isJsonObject(next) ? (next as Record<string, unknown>) : Object.create(null);
      at[step] = inner;
      at = inner;
    }
    at[last] = value;
  }
  return root as JsonObject;
}

function isRecord(value: unknown): boolean {
  return isJsonObject(value) && inObject(value, 0).some(({ kind }) => kind === "record");
}

function isBareFlow(json: JsonObject): boolean {
  if ("verdict" in json) return "IP" in json || "event_type" in json || "eventType" in json;
  const keys = new Set(Object.keys(json).map(plainKey));
  return keys.has("verdict") && (keys.has("ip") || keys.has("eventtype"));
}

/** Shippers change how keys are written: `node_name`, `nodeName`, `NodeName`, `node-name`, `_raw`. */
export function plainKey(key: string): string {
  return key.replace(/[_-]/g, "").toLowerCase();
}

function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value) && !Array.isArray(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
