/**
 * What is kept of a record as evidence, and what it says. Records keep their own bytes or line,
 * except those with secrets or beyond the size limit, which are written again without them.
 */
import { Flow } from "./generated/flow/flow";
import { recordOfLine } from "./json-line";
import { MAX_LIST, MAX_RAW_BYTES, MAX_TEXT } from "./limits";
import { messageFromJson } from "./read-json";
import { needsRedaction, redactHttp, redactSummary } from "./redact";
import { keepBytes } from "./slab";
import { type JsonObject, messageToJson } from "./write-json";

/**
 * Evidence of a flow that came as protobuf: its own bytes, where they may be kept. A copy, because a
 * part of the network's buffer would keep all of that in memory.
 */
export function evidenceOfBytes(
  buffer: Buffer,
  start: number,
  end: number,
  hasL7: boolean,
): Uint8Array {
  if (hasL7 || end - start > MAX_RAW_BYTES) {
    const flow = Flow.decode(buffer.subarray(start, end));
    const clean = withoutSecrets(flow);
    if (clean !== flow || end - start > MAX_RAW_BYTES) {
      return Flow.encode(shortened(clean)).finish();
    }
  }
  return keepBytes(buffer, start, end);
}

/**
 * Evidence of a flow that came as a line: the line, or its JSON without what must not be kept.
 * `isLoose`: its keys are not Hubble's own, so that others could not read it from an export.
 */
export function evidenceOfLine(line: string, flow: Flow, isLoose = false): string {
  const clean = withoutSecrets(flow);
  if (!isLoose && clean === flow && Buffer.byteLength(line) <= MAX_RAW_BYTES) return line;
  return JSON.stringify({ flow: messageToJson("flow.Flow", shortened(clean)) });
}

/**
 * The flow in Hubble's JSON form, from evidence of either kind: for the details panel, and for
 * exports that `hubble observe --input-file` reads once each is wrapped as `{"flow": …}`. Evidence
 * that cannot be read gives `{ unreadable: reason }`.
 */
export function describeRaw(raw: Uint8Array | string): unknown {
  try {
    if (typeof raw !== "string") return messageToJson("flow.Flow", Flow.decode(raw));
    const record = recordOfLine(raw);
    if (record.kind !== "record" || !("flow" in record.json)) {
      return { unreadable: "no flow in the line" };
    }
    const { flow } = record.json;
    return isDeep(flow) ? messageToJson("flow.Flow", messageFromJson("flow.Flow", flow)) : flow;
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

/** Hubble's own flows are nested some six levels deep. */
const MAX_DEPTH = 64;

/** Whether JSON of a shipper is nested so deeply that it may be impossible to write again. */
function isDeep(value: unknown, levels = MAX_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeep(inner, levels - 1));
}

/** The flow itself when it has no secrets. */
function withoutSecrets(flow: Flow): Flow {
  const http = flow.l7?.http;
  if (flow.l7 === undefined || http === undefined || !needsRedaction(http)) return flow;
  return {
    ...flow,
    l7: { ...flow.l7, http: redactHttp(http) },
    Summary: redactSummary(flow.Summary, http.url),
  };
}

/** Cuts lists and texts until the encoded flow is within its limit. */
function shortened(flow: Flow): Flow {
  let short = flow;
  for (let part = 1; part <= MAX_LIST; part *= 2) {
    if (Flow.encode(short).finish().length <= MAX_RAW_BYTES) break;
    short = Flow.fromPartial(cutDeep(flow, MAX_LIST / part, MAX_TEXT / part) as JsonObject);
  }
  return short;
}

function cutDeep(value: unknown, maxList: number, maxText: number): unknown {
  if (typeof value === "string") {
    return value.length <= maxText ? value : `${value.slice(0, maxText - 1)}…`;
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, maxList).map((item) => cutDeep(item, maxList, maxText));
    const isCut = kept.length < value.length && typeof value[0] === "string";
    return isCut ? [...kept.slice(0, -1), `… ${value.length - kept.length + 1} more`] : kept;
  }
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, cutDeep(item, maxList, maxText)]),
  );
}
