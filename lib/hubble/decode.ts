/**
 * Decodes what Hubble sends, as protobuf or as JSON lines, to one kind of event. Never throws:
 * what cannot be read is `malformed`, so that it is counted and the stream goes on.
 */
import type {
  DecodedEvent,
  LostEvent,
  MalformedEvent,
  NodeStatusEvent,
  SkippedEvent,
} from "./event";
import { evidenceOfBytes, evidenceOfLine } from "./evidence";
import { namesOfEnum } from "./field-table";
import { FlowReader } from "./flow-reader";
import { Flow as FlowMessage, type LostEvent as LostEventMessage } from "./generated/flow/flow";
import { GetFlowsResponse } from "./generated/observer/observer";
import type { NodeStatusEvent as NodeStatusMessage } from "./generated/relay/relay";
import { type LineRecord, recordOfLine, recordsOfLine } from "./json-line";
import { cutText, MAX_RECORD_BYTES } from "./limits";
import { observerOf } from "./observer-node";
import { type Envelope, readFlow } from "./read-flow";
import { messageFromJson } from "./read-json";
import { redactText } from "./redact";
import { msOfTimestamp } from "./timestamp";
import type { JsonObject } from "./write-json";

/** `flow = 1`, a message. */
const FLOW_TAG = 10;
const SAMPLE_BYTES = 96;
const SAMPLE_CHARACTERS = 240;

/** Decodes one `observer.GetFlowsResponse`. */
export function decodeResponse(bytes: Uint8Array): DecodedEvent {
  try {
    if (bytes.length > MAX_RECORD_BYTES) throw new RangeError("message too large");
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return decodeParts(buffer);
  } catch (error) {
    const sample = Buffer.from(bytes.subarray(0, SAMPLE_BYTES)).toString("hex");
    return { kind: "malformed", reason: reasonOf(error), sample };
  }
}

/** Decodes one line of `hubble observe -o json` or of an exporter file. */
export function decodeLine(line: string): DecodedEvent {
  if (line.length > MAX_RECORD_BYTES) return malformedLine("line too long", line);
  return decodeOne(recordOfLine(line), line);
}

/** As `decodeLine`, of every record that the line holds; at least one. */
export function decodeLines(line: string): readonly DecodedEvent[] {
  if (line.length > MAX_RECORD_BYTES) return [malformedLine("line too long", line)];
  const records = recordsOfLine(line);
  if (records.length === 1) return [decodeOne(records[0], line)];
  return records.map((record) => {
    // Each keeps itself as evidence, and not the line with all the others.
    const own = record.kind === "record" ? writtenAgain(record.json) : line;
    return own === null ? malformedLine("nested too deeply", line) : decodeOne(record, own);
  });
}

/** Null where it is nested more deeply than can be written, though it could be read. */
function writtenAgain(json: JsonObject): string | null {
  try {
    return JSON.stringify(json);
  } catch {
    return null;
  }
}

function decodeOne(record: LineRecord | undefined, line: string): DecodedEvent {
  if (record === undefined) return malformedLine("not a JSON object", line);
  if (record.kind === "malformed") return malformedLine(record.reason, line);
  if (record.kind === "skipped") return record;
  try {
    return decodeRecord(record.json, line);
  } catch (error) {
    return malformedLine(reasonOf(error), line);
  }
}

/** A line that holds no message of the flow stream. */
export type OtherRecord = SkippedEvent | MalformedEvent;

/** Reads a line's records as the protobuf messages they stand for: nothing cut or redacted. */
export function messagesOfLine(line: string): readonly (GetFlowsResponse | OtherRecord)[] {
  if (line.length > MAX_RECORD_BYTES) return [malformedLine("line too long", line)];
  return recordsOfLine(line).map((record) => {
    if (record.kind === "malformed") return malformedLine(record.reason, line);
    if (record.kind === "skipped") return record;
    try {
      return messageFromJson("observer.GetFlowsResponse", record.json);
    } catch (error) {
      return malformedLine(reasonOf(error), line);
    }
  });
}

/** Only flows are read by hand: other messages are rare. */
function decodeParts(buffer: Buffer): DecodedEvent {
  const reader = new FlowReader(buffer);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === FLOW_TAG) {
      const end = reader.endOfPart();
      const start = reader.pos;
      const flow = readFlow(reader, end, () => envelopeOf(GetFlowsResponse.decode(buffer)));
      flow.raw = evidenceOfBytes(buffer, start, end, flow.l7 !== null);
      return { kind: "flow", flow };
    }
    if (tag === 0 || (tag & 7) === 4) break;
    reader.pass(tag);
  }
  return decodeOther(GetFlowsResponse.decode(buffer));
}

function decodeRecord(json: JsonObject, line: string): DecodedEvent {
  let isLoose = false;
  const message = messageFromJson("observer.GetFlowsResponse", json, {
    onLooseKey: () => {
      isLoose = true;
    },
  });
  if (message.flow === undefined) return decodeOther(message, line);
  const bytes = Buffer.from(FlowMessage.encode(message.flow).finish());
  const reader = new FlowReader(bytes);
  const flow = readFlow(reader, bytes.length, () => envelopeOf(message));
  flow.verdict = verdictOf(json, flow.verdict);
  flow.raw = evidenceOfLine(line, message.flow, isLoose);
  return { kind: "flow", flow };
}

/** A newer Hubble may name a verdict that this build cannot number. */
function verdictOf(json: JsonObject, read: string): string {
  const { flow } = json;
  if (read !== "VERDICT_UNKNOWN" || typeof flow !== "object" || flow === null) return read;
  const name: unknown = Reflect.get(flow, "verdict");
  return typeof name === "string" && name !== "" ? cutText(name) : read;
}

function decodeOther(message: GetFlowsResponse, line = ""): DecodedEvent {
  if (message.lost_events !== undefined) return lostEvent(message, message.lost_events);
  if (message.node_status !== undefined) return nodeStatus(message.node_status);
  return malformedLine("a message without flow, lost events or node status", line);
}

function lostEvent(message: GetFlowsResponse, lost: LostEventMessage): LostEvent {
  const outerMs = message.time === undefined ? null : msOfTimestamp(message.time);
  return {
    kind: "lost",
    source: namesOfEnum("flow.LostEventSource").names.get(lost.source) ?? String(lost.source),
    count: BigInt(lost.num_events_lost),
    ...observerOf(message.node_name),
    firstMs: lost.first === undefined ? outerMs : msOfTimestamp(lost.first),
    lastMs: lost.last === undefined ? outerMs : msOfTimestamp(lost.last),
  };
}

function nodeStatus(status: NodeStatusMessage): NodeStatusEvent {
  const state = namesOfEnum("relay.NodeState").names.get(status.state_change);
  return {
    kind: "node-status",
    state: state ?? String(status.state_change),
    nodes: status.node_names.map((name) => cutText(name)),
    message: cutText(status.message),
  };
}

function envelopeOf(message: GetFlowsResponse): Envelope {
  const { node_name: node, time } = message;
  if (time === undefined) return { node, timeMs: 0, timeNanos: 0 };
  return { node, timeMs: msOfTimestamp(time), timeNanos: time.nanos % 1e6 };
}

/** A line may be long, and what looks for secrets in it is made for short texts. */
function malformedLine(reason: string, line: string): MalformedEvent {
  const sample = redactText(line.slice(0, SAMPLE_CHARACTERS * 4)).slice(0, SAMPLE_CHARACTERS);
  return { kind: "malformed", reason, sample };
}

function reasonOf(error: unknown): string {
  return cutText(error instanceof Error ? error.message : String(error), SAMPLE_CHARACTERS);
}
