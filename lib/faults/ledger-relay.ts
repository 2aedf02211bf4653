/**
 * For tests: a relay with a memory, as Hubble's, and a ledger of all that it handed to the transport.
 * A new stream gets what is remembered since the time it asks for, then what comes. Built on the
 * scripted relay, so it is a real gRPC server.
 */
import { status as GRPC, type ServerCredentials } from "@grpc/grpc-js";
import { decodeResponse } from "@/lib/hubble/decode";
import { Flow } from "@/lib/hubble/generated/flow/flow";
import { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";
import { messageFromJson } from "@/lib/hubble/read-json";
import {
  type ScriptedRelay,
  type ScriptedStream,
  send,
  startScriptedRelay,
} from "@/lib/hubble/scripted-relay";
import { msOfTimestamp } from "@/lib/hubble/timestamp";
import { createLedger, type Ledger } from "./ledger";

export type LedgerRelay = {
  readonly port: number;
  readonly ledger: Ledger;
  /** Streams that are open, and how many there have been. */
  readonly streams: number;
  readonly opened: number;
  /** `since` of each request in milliseconds; 0: everything. */
  readonly asked: readonly number[];
  /** Flows as messages or in Hubble's JSON: remembered, and sent to open streams. */
  emit(...flows: readonly (Flow | object)[]): void;
  /** An encoded response that holds a flow, as it is: remembered and sent. */
  emitBytes(message: Buffer): void;
  /** A flow that is too large to receive: remembered, so that it comes again with each stream. */
  emitOversize(flow: object): void;
  /** Resolves when somebody reads. */
  reading(): Promise<void>;
  /** Sent to open streams again: the last so many of what is remembered, as after a node's flap. */
  replay(count?: number): void;
  /** Streams that are open stay so, and nothing more is sent on them. */
  fallSilent(): void;
  /** Other messages in Hubble's JSON, to open streams; not remembered. */
  tell(...messages: readonly object[]): void;
  /** Any bytes as a message to open streams, and what must be counted for it. */
  tellRaw(bytes: Uint8Array, becomes: "malformed" | "oversize"): void;
  /** Forgets all but the newest so many flows, as a ring that turns over. */
  forget(keep: number): void;
  /** What it says of itself; null: it does not answer. */
  says(status: object | null): void;
  /** Ends open streams: with OK, or with a code of gRPC and words. */
  endStreams(code?: number, words?: string): void;
  /** Stops at once; what it remembers stays. */
  kill(): void;
  /** Listens again on the same port, as before or with other credentials. */
  start(credentials?: ServerCredentials): Promise<void>;
};

export type LedgerRelayOptions = {
  credentials?: ServerCredentials;
  port?: number;
  host?: string;
  /** Flows remembered. Default 100,000. */
  capacity?: number;
  /** Instead of what is remembered: what the n-th stream (from 0) does. Return false for the usual. */
  onStream?: (stream: ScriptedStream, index: number) => boolean;
  ledger?: Ledger;
};

type Remembered = { uuid: string; timeMs: number; message: Buffer };

const STATUS = {
  version: "hubble-relay v1.19.4",
  num_connected_nodes: 1,
  num_unavailable_nodes: 0,
  flows_rate: 10,
};

export async function startLedgerRelay(options: LedgerRelayOptions = {}): Promise<LedgerRelay> {
  const ledger = options.ledger ?? createLedger();
  const { capacity = 100_000 } = options;
  const streams = new Set<ScriptedStream>();
  const asked: number[] = [];
  let memory: Remembered[] = [];
  let status: object | null = STATUS;
  let relay: ScriptedRelay;

  async function start(port?: number, credentials = options.credentials): Promise<void> {
    relay = await startScriptedRelay({
      stream: take,
      status: () => status,
      ...(port === undefined ? {} : { port }),
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(credentials === undefined ? {} : { credentials }),
    });
  }

  function take(stream: ScriptedStream): void {
    const { since } = stream.request;
    const sinceMs = since === undefined ? 0 : msOfTimestamp(since);
    if (!stream.request.follow) {
      answerOnce(stream, sinceMs);
      return;
    }
    asked.push(sinceMs);
    const gone = () => streams.delete(stream);
    stream.on("cancelled", gone).on("close", gone).on("error", gone);
    if (options.onStream?.(stream, asked.length - 1)) return;
    streams.add(stream);
    for (const one of memory) if (one.timeMs >= sinceMs) hand(stream, one);
  }

  /** A question about a span of the past; what it is answered is no part of the stream. */
  function answerOnce(stream: ScriptedStream, sinceMs: number): void {
    const { until } = stream.request;
    const untilMs = until === undefined ? Number.POSITIVE_INFINITY : msOfTimestamp(until);
    for (const { timeMs, message } of memory) {
      if (timeMs >= sinceMs && timeMs <= untilMs) stream.write(message);
    }
    stream.end();
  }

  function hand(stream: ScriptedStream, { uuid, message }: Remembered): void {
    if (uuid === "") ledger.handOverRejected("oversize");
    else ledger.handOver(uuid);
    stream.write(message);
  }

  function remember(message: Buffer): Remembered {
    const read = decodeResponse(message);
    if (read.kind !== "flow") throw new Error(`no flow: ${JSON.stringify(read)}`);
    const { uuid, verdict, timeMs } = read.flow;
    const fate = verdict === "DROPPED" || verdict === "AUDIT" ? "drop" : "out-of-scope";
    const { flow } = GetFlowsResponse.decode(message);
    const bytes = flow === undefined ? message : Buffer.from(Flow.encode(flow).finish());
    ledger.seen(uuid, fate, timeMs, bytes);
    const one = { uuid, timeMs, message };
    memory.push(one);
    if (memory.length > capacity) memory.shift();
    return one;
  }

  function emitBytes(message: Buffer): void {
    const one = remember(message);
    for (const stream of streams) hand(stream, one);
  }

  await start(options.port);
  return {
    get port() {
      return relay.port;
    },
    ledger,
    get streams() {
      return streams.size;
    },
    get opened() {
      return asked.length;
    },
    asked,
    emit(...flows) {
      for (const flow of flows) emitBytes(encodeFlow(flow));
    },
    emitBytes,
    emitOversize(flow) {
      const one = { uuid: "", timeMs: Date.now(), message: encodeFlow(flow) };
      memory.push(one);
      for (const stream of streams) hand(stream, one);
    },
    async reading() {
      while (streams.size === 0) await new Promise((later) => setTimeout(later, 5));
    },
    replay(count = memory.length) {
      for (const one of memory.slice(-count)) for (const stream of streams) hand(stream, one);
    },
    fallSilent: () => streams.clear(),
    tell(...messages) {
      for (const stream of streams) {
        for (const message of messages) {
          const read = messageFromJson("observer.GetFlowsResponse", message);
          ledger.handOverLost(BigInt(read.lost_events?.num_events_lost ?? 0));
        }
        send(stream, ...messages);
      }
    },
    tellRaw(bytes, becomes) {
      for (const stream of streams) {
        ledger.handOverRejected(becomes);
        stream.write(Buffer.from(bytes));
      }
    },
    forget(keep) {
      memory = keep === 0 ? [] : memory.slice(-keep);
    },
    says(words) {
      status = words === null ? null : { ...STATUS, ...words };
    },
    endStreams(code = GRPC.OK, words = "") {
      for (const stream of [...streams]) {
        streams.delete(stream);
        if (code === GRPC.OK) stream.end();
        else stream.emit("error", { code, details: words });
      }
    },
    kill() {
      streams.clear();
      relay.kill();
    },
    start: (credentials) => start(relay.port, credentials),
  };
}

function isMessage(flow: Flow | object): flow is Flow {
  // A decoded message has every list, be it empty; Hubble's JSON leaves empty ones out.
  return "egress_denied_by" in flow && "policy_log" in flow && "node_labels" in flow;
}

/** The message that carries a flow, given as a message or in Hubble's JSON. */
export function encodeFlow(given: Flow | object): Buffer {
  const flow = isMessage(given) ? given : messageFromJson("flow.Flow", given);
  const message = GetFlowsResponse.fromPartial({
    flow,
    node_name: flow.node_name,
    time: flow.time,
  });
  return Buffer.from(GetFlowsResponse.encode(message).finish());
}
