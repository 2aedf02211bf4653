/**
 * What a `GetFlows` request yields, pulled one response at a time: per node from its ring, merged by
 * time, as Relay does. Limits hold for each node. Lost events pass filters, times and counts.
 */
import { type Flow, LostEventSource } from "@/lib/hubble/generated/flow/flow";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";
import {
  type GetFlowsRequest,
  GetFlowsResponse,
  type GetFlowsResponse as Response,
} from "@/lib/hubble/generated/observer/observer";
import type { FlowMask } from "./field-mask";
import type { FlowTest } from "./field-test";
import { compareTimes, type Ring, type RingEntry, timeOf } from "./ring";

/** An encoded response, with the flow's uuid where it is a flow. */
export type Message = { bytes: Buffer; uuid: string | null };

export type FlowStream = {
  /** The next response; "wait" when following and nothing is there; "end" when all is said. */
  next(): Message | "wait" | "end";
};

type Reader = {
  ring: Ring;
  position: number;
  /** Flows this node may still send. */
  left: number;
  done: boolean;
  head: RingEntry | null;
};

export type Selection = { request: GetFlowsRequest; passes: FlowTest; mask: FlowMask };

/** `rings` may grow while a stream follows; a new node is read from where the request says. */
export function openFlowStream(rings: readonly Ring[], selection: Selection): FlowStream {
  const readers: Reader[] = [];
  function attach(): void {
    for (const ring of rings.slice(readers.length)) {
      // A node that appears later has only seen what followers wait for.
      readers.push(openReader(ring, selection, readers.length >= known));
    }
  }
  const known = rings.length;
  attach();
  return {
    next: () => {
      if (selection.request.follow && readers.length < rings.length) attach();
      for (const reader of readers) reader.head ??= advance(reader, selection);
      const earliest = earliestOf(readers);
      if (earliest?.head) {
        const message = encode(earliest.head, earliest.ring.nodeName, selection.mask);
        earliest.head = null;
        return message;
      }
      const isOver = readers.length > 0 && readers.every(({ done }) => done);
      return selection.request.follow && !isOver ? "wait" : "end";
    },
  };
}

function openReader(ring: Ring, selection: Selection, appeared: boolean): Reader {
  const { request } = selection;
  const number = Number(request.number);
  const position = appeared ? 0 : startOf(ring, selection, number);
  const isWhole = !appeared && position === ring.oldest() && position > 0 && !request.first;
  return {
    ring,
    // Hubble's reader of a wrapped ring begins with one event that it reports as lost.
    position: isWhole ? position - 1 : position,
    left: number > 0 && !request.follow ? number : Number.POSITIVE_INFINITY,
    done: false,
    head: null,
  };
}

/** Where reading begins. Going back, only flows that pass the filters count. */
function startOf(ring: Ring, { request, passes }: Selection, number: number): number {
  const { first, follow, since } = request;
  if (first) return ring.oldest();
  if (follow && number === 0 && !since) return ring.next();
  let passed = 0;
  for (let position = ring.next() - 1; position >= ring.oldest(); position--) {
    const entry = ring.at(position);
    if (!entry || entry.kind === "lost") continue;
    if (entry.kind === "flow" && !passes(entry.flow)) continue;
    if (since && compareTimes(timeOf(entry), since) < 0) return position + 1;
    passed += 1;
    if (!since && passed === number) return position;
  }
  return ring.oldest();
}

/** Reads on to the node's next response, or null when there is none (yet). */
function advance(reader: Reader, { request, passes }: Selection): RingEntry | null {
  const { ring } = reader;
  if (reader.done) return null;
  if (reader.position < ring.oldest()) {
    const missed = ring.oldest() - reader.position;
    reader.position = ring.oldest();
    return overrun(missed, ring);
  }
  while (reader.left > 0) {
    const entry = ring.at(reader.position);
    if (!entry) {
      reader.done = !request.follow;
      return null;
    }
    reader.position += 1;
    if (entry.kind === "lost") return entry;
    const time = timeOf(entry);
    if (request.until && compareTimes(time, request.until) > 0) break;
    if (request.since && compareTimes(time, request.since) < 0) continue;
    if (entry.kind === "flow" && !passes(entry.flow)) continue;
    reader.left -= 1;
    return entry;
  }
  reader.done = true;
  return null;
}

/** What a reader too slow for its ring is told; the times are those of the oldest event left. */
function overrun(missed: number, ring: Ring): RingEntry {
  const oldest = ring.at(ring.oldest());
  const time: Timestamp | undefined = oldest && timeOf(oldest);
  const lost = {
    source: LostEventSource.HUBBLE_RING_BUFFER,
    num_events_lost: String(missed),
    cpu: undefined,
    first: time,
    last: time,
  };
  return { kind: "lost", lost, time };
}

function earliestOf(readers: readonly Reader[]): Reader | null {
  let earliest: Reader | null = null;
  for (const reader of readers) {
    if (!reader.head) continue;
    if (!earliest?.head || compareTimes(timeOf(reader.head), timeOf(earliest.head)) < 0) {
      earliest = reader;
    }
  }
  return earliest;
}

function encode(entry: RingEntry, nodeName: string, mask: FlowMask): Message {
  if (entry.kind === "bytes") return { bytes: entry.bytes, uuid: null };
  if (entry.kind === "lost") {
    return {
      bytes: encodeResponse({ lost_events: entry.lost, node_name: nodeName, time: entry.time }),
      uuid: null,
    };
  }
  return { bytes: encodeFlow(mask(entry.flow)), uuid: entry.flow.uuid };
}

/** The outer node name and time are copies of the flow's own, after the mask. */
function encodeFlow(flow: Flow): Buffer {
  return encodeResponse({ flow, node_name: flow.node_name, time: flow.time });
}

export function encodeResponse(response: Response): Buffer {
  return Buffer.from(GetFlowsResponse.encode(response).finish());
}
