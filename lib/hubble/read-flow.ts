/**
 * Protobuf bytes of `flow.Flow` to the flow of `lib/drops`. Written by hand over the generated
 * decoders of its parts: it reads only what a `Flow` holds and decodes endpoints and policies once,
 * which makes it cheaper than the generated decoder of the whole message alone.
 */
import { createHash } from "node:crypto";
import { type Direction, EVENT_DROP, type Flow, type PolicyRef } from "@/lib/drops/flow";
import { NO_ENDPOINT, readEndpoint, readPolicy } from "./endpoint";
import { namesOfEnum } from "./field-table";
import type { FlowReader } from "./flow-reader";
import { Aggregate, Emitter, FileInfo, Layer7 } from "./generated/flow/flow";
import { l7Of } from "./l7";
import { cutList, cutText, MAX_LIST } from "./limits";
import { observerOf } from "./observer-node";
import { readEventType, readIp, readLayer4 } from "./read-packet";
import { credibleMs } from "./timestamp";

/** What the message around the flow says, used where the flow itself says nothing. */
export type Envelope = { node: string; timeMs: number; timeNanos: number };

const VERDICTS = namesOfEnum("flow.Verdict").names;
const DIRECTIONS: readonly Direction[] = ["unknown", "ingress", "egress"];
const NO_TEXTS: readonly string[] = Object.freeze([]);
const NO_POLICIES: readonly PolicyRef[] = Object.freeze([]);

/** The parts that decide together, once all are read. */
type Parts = {
  node: string;
  dropReason: number;
  oldDropReason: number;
  deniedEgress: PolicyRef[] | null;
  deniedIngress: PolicyRef[] | null;
  sourceNames: string[] | null;
  destinationNames: string[] | null;
  policyLog: string[] | null;
};

/**
 * Reads a flow that ends at position `end`. `raw` of the result is empty: the caller decides what is kept as evidence.
 * `envelope` is asked only
 * where the flow lacks its time or node; `timeMs` stays 0 where that has none either.
 * Throws on bytes that are not protobuf. Field numbers are those of `proto/flow/flow.proto`.
 */
export function readFlow(reader: FlowReader, end: number, envelope: () => Envelope): Flow {
  const flow = emptyFlow();
  const parts: Parts = {
    node: "",
    dropReason: 0,
    oldDropReason: 0,
    deniedEgress: null,
    deniedIngress: null,
    sourceNames: null,
    destinationNames: null,
    policyLog: null,
  };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 0 || (tag & 7) === 4) break;
    if (!readField(tag, reader, flow, parts)) reader.pass(tag);
  }
  if (reader.pos > end) throw new RangeError("a field reaches beyond its flow");
  return finish(flow, parts, envelope);
}

/** Tags are `number << 3 | wire type`; 0 is a number, 2 is a text or message. */
function readField(tag: number, reader: FlowReader, flow: Flow, parts: Parts): boolean {
  switch (tag) {
    case (1 << 3) | 2:
      readTime(reader, flow);
      return true;
    case (34 << 3) | 2:
      flow.uuid = cutText(reader.string());
      return true;
    case (2 << 3) | 0: {
      const verdict = reader.int32();
      flow.verdict = VERDICTS.get(verdict) ?? String(verdict);
      return true;
    }
    case (5 << 3) | 2:
      readIp(reader, flow);
      return true;
    case (6 << 3) | 2:
      readLayer4(reader, flow);
      return true;
    case (8 << 3) | 2:
      flow.source = readPart(reader, readEndpoint);
      return true;
    case (9 << 3) | 2:
      flow.destination = readPart(reader, readEndpoint);
      return true;
    case (11 << 3) | 2:
      parts.node = reader.string();
      return true;
    case (19 << 3) | 2:
      readEventType(reader, flow);
      return true;
    case (22 << 3) | 0:
      flow.direction = DIRECTIONS[reader.int32()] ?? "unknown";
      return true;
    case (23 << 3) | 0:
      flow.matchType = reader.uint32();
      return true;
    case (25 << 3) | 0:
      parts.dropReason = reader.int32();
      return true;
    case (3 << 3) | 0:
      parts.oldDropReason = reader.uint32();
      return true;
    default:
      return readRareField(tag, reader, flow, parts);
  }
}

function readRareField(tag: number, reader: FlowReader, flow: Flow, parts: Parts): boolean {
  switch (tag) {
    case (13 << 3) | 2:
      parts.sourceNames = append(parts.sourceNames, reader.string());
      return true;
    case (14 << 3) | 2:
      parts.destinationNames = append(parts.destinationNames, reader.string());
      return true;
    case (15 << 3) | 2:
      flow.l7 = l7Of(Layer7.decode(reader, reader.uint32()));
      return true;
    case (38 << 3) | 2: {
      const file = FileInfo.decode(reader, reader.uint32());
      flow.file = file.name === "" ? "" : `${cutText(file.name)}:${file.line}`;
      return true;
    }
    case (41 << 3) | 2:
      flow.emitter = cutText(Emitter.decode(reader, reader.uint32()).version);
      return true;
    case (21004 << 3) | 2:
      parts.deniedEgress = appendPolicy(parts.deniedEgress, reader);
      return true;
    case (21005 << 3) | 2:
      parts.deniedIngress = appendPolicy(parts.deniedIngress, reader);
      return true;
    case (21006 << 3) | 2:
      parts.policyLog = append(parts.policyLog, reader.string());
      return true;
    case (21007 << 3) | 2: {
      const sum = Aggregate.decode(reader, reader.uint32());
      flow.count =
        sum.ingress_flow_count + sum.egress_flow_count + sum.unknown_direction_flow_count || 1;
      return true;
    }
    default:
      return false;
  }
}

function readPart<T>(
  reader: FlowReader,
  read: (bytes: Buffer, start: number, end: number) => T,
): T {
  const end = reader.endOfPart();
  const value = read(reader.buffer, reader.pos, end);
  reader.pos = end;
  return value;
}

function readTime(reader: FlowReader, flow: Flow): void {
  const end = reader.endOfPart();
  let seconds = 0;
  let nanos = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 8) seconds = Number(reader.int64());
    else if (tag === 16) nanos = reader.int32();
    else reader.pass(tag);
  }
  flow.timeMs = credibleMs(seconds * 1000 + Math.floor(nanos / 1e6));
  flow.timeNanos = nanos % 1e6;
}

function append(list: string[] | null, text: string): string[] {
  if (list === null) return [text];
  list.push(text);
  return list;
}

function appendPolicy(list: PolicyRef[] | null, reader: FlowReader): PolicyRef[] {
  const policy = readPart(reader, readPolicy);
  const policies = list ?? [];
  if (policy !== null) policies.push(policy);
  return policies;
}

function finish(flow: Flow, parts: Parts, envelope: () => Envelope): Flow {
  const outer = parts.node === "" || flow.timeMs === 0 ? envelope() : null;
  const observer = observerOf(parts.node === "" && outer !== null ? outer.node : parts.node);
  flow.cluster = observer.cluster;
  flow.node = observer.node;
  if (flow.timeMs === 0 && outer !== null) {
    flow.timeMs = outer.timeMs;
    flow.timeNanos = outer.timeNanos;
  }
  flow.dropReason = parts.dropReason || parts.oldDropReason;
  // A drop event repeats its reason as the sub-type, which a field mask may have left alone.
  if (flow.dropReason === 0 && flow.eventType === EVENT_DROP) flow.dropReason = flow.eventSubType;
  flow.deniedBy = cutPolicies(deniedIn(flow.direction, parts));
  if (parts.sourceNames !== null) flow.sourceNames = cutList(parts.sourceNames);
  if (parts.destinationNames !== null) flow.destinationNames = cutList(parts.destinationNames);
  if (parts.policyLog !== null) {
    flow.policyLog = cutList(parts.policyLog.filter((text) => text !== ""));
  }
  if (flow.uuid === "") flow.uuid = hashOf(flow);
  return flow;
}

/** Cilium fills only the lists of the flow's direction; without a direction, whichever is filled. */
function deniedIn(direction: Direction, parts: Parts): readonly PolicyRef[] {
  if (direction === "egress") return parts.deniedEgress ?? NO_POLICIES;
  if (direction === "ingress") return parts.deniedIngress ?? NO_POLICIES;
  return [...(parts.deniedEgress ?? NO_POLICIES), ...(parts.deniedIngress ?? NO_POLICIES)];
}

function cutPolicies(policies: readonly PolicyRef[]): readonly PolicyRef[] {
  if (policies.length <= MAX_LIST) return policies;
  const rest = policies.length - MAX_LIST + 1;
  const mark = { kind: "", namespace: "", name: `… ${rest} more` };
  return [...policies.slice(0, MAX_LIST - 1), mark];
}

/** Stands in for the uuid that agents before 1.14 and field masks leave out. */
function hashOf(flow: Flow): string {
  return createHash("sha256").update(JSON.stringify(flow)).digest("hex").slice(0, 32);
}

function emptyFlow(): Flow {
  return {
    uuid: "",
    timeMs: 0,
    timeNanos: 0,
    verdict: "VERDICT_UNKNOWN",
    dropReason: 0,
    eventType: 0,
    eventSubType: 0,
    direction: "unknown",
    matchType: 0,
    cluster: "",
    node: "",
    source: NO_ENDPOINT,
    destination: NO_ENDPOINT,
    sourceIp: "",
    destinationIp: "",
    sourceNames: NO_TEXTS,
    destinationNames: NO_TEXTS,
    protocol: "",
    sourcePort: 0,
    destinationPort: 0,
    icmpType: -1,
    icmpCode: -1,
    tcpFlags: 0,
    l7: null,
    deniedBy: NO_POLICIES,
    policyLog: null,
    file: "",
    emitter: "",
    count: 1,
    raw: "",
  };
}
