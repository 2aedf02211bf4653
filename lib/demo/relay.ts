/**
 * The demo relay: a real gRPC server of `observer.Observer` over rings of flows. To a client it is a
 * Hubble Relay; to its owner it has handles to feed it, to misbehave and to say what it sent.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { AppError, messageOf } from "@/lib/errors";
import type { Flow, LostEvent } from "@/lib/hubble/generated/flow/flow";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";
import type { NodeState } from "@/lib/hubble/generated/relay/relay";
import { REFLECT, REFLECTION } from "./reflection/reflection";
import { checkHealth, HEALTH, OBSERVER, observe } from "./relay-service";
import { encodeNodeStatus, type RelayState, ringOf, type SentLedger } from "./relay-state";
import type { RingEntry } from "./ring";

export type RelayOptions = {
  /** Nodes known from the start, as `cluster/node`. Flows of other nodes add theirs. */
  nodes?: readonly string[];
  /** Events each node remembers. Default 4095, as Hubble's. */
  capacity?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: the system chooses. */
  port?: number;
  /** Default: no TLS. */
  credentials?: ServerCredentials;
  /** The Cilium version it claims, such as `1.19.4`. */
  version?: string;
  /** Keeps the uuid of every flow sent, for tests that judge by it. Costs memory; off by default. */
  ledger?: boolean;
  /** Since when its nodes are up, in ms since the epoch. Default: now. */
  startedMs?: number;
};

export type Relay = {
  readonly port: number;
  /** `host:port`. */
  readonly address: string;
  readonly sent: SentLedger;
  /** How many `GetFlows` streams are open. */
  readonly streams: number;
  /** A flow seen by the node it names, or by another where it names none. */
  emit(flow: Flow, nodeName?: string): void;
  /** Events that node lost; remembered like a flow. */
  emitLost(nodeName: string, lost: LostEvent, time?: Timestamp): void;
  /** To every open stream; not remembered. */
  emitNodeStatus(state: NodeState, nodeNames: readonly string[], message?: string): void;
  /** Any bytes as a message to every open stream, malformed ones too; not remembered. */
  emitRaw(bytes: Uint8Array): void;
  /** An encoded response, remembered by its node and sent whatever the filters say. */
  emitEncoded(nodeName: string, bytes: Buffer, time: Timestamp): void;
  /** While it hangs it accepts calls and answers none, and its streams fall silent. */
  hang(isHung: boolean): void;
  /** Cuts every connection and stops listening; the rings keep what they have. */
  stop(): Promise<void>;
  /** Listens again, on the same port unless another is given, and answers the port. */
  start(port?: number): Promise<number>;
};

/** Starts a relay. Rejects with an `AppError` when it cannot listen. */
export async function createRelayServer(options: RelayOptions = {}): Promise<Relay> {
  const { host = "127.0.0.1", capacity = 4095 } = options;
  const credentials = options.credentials ?? ServerCredentials.createInsecure();
  const state = createState(options);
  let answerAgain = () => {};
  let server: Server | null = null;
  let port = options.port ?? 0;

  function remember(nodeName: string, entry: RingEntry): void {
    ringOf(state, nodeName, capacity).push(entry);
    for (const subscriber of state.subscribers) subscriber.wake();
  }

  function tellAll(bytes: Buffer): void {
    for (const subscriber of state.subscribers) subscriber.push(bytes);
  }

  async function start(wanted = port): Promise<number> {
    const starting = new Server();
    starting.addService(OBSERVER, observe(state));
    starting.addService(HEALTH, checkHealth(state));
    for (const reflection of REFLECTION) starting.addService(reflection, REFLECT);
    port = await listen(starting, host, wanted, credentials);
    server = starting;
    return port;
  }

  for (const name of options.nodes ?? []) ringOf(state, name, capacity);
  await start();
  return {
    get port() {
      return port;
    },
    get address() {
      return `${host}:${port}`;
    },
    get streams() {
      return state.subscribers.size;
    },
    sent: state.sent,
    emit: (flow, nodeName = flow.node_name) => remember(nodeName, { kind: "flow", flow }),
    emitLost: (nodeName, lost, time) => remember(nodeName, { kind: "lost", lost, time }),
    emitNodeStatus: (change, nodeNames, message) =>
      tellAll(encodeNodeStatus(change, nodeNames, message)),
    emitRaw: (bytes) => tellAll(Buffer.from(bytes)),
    emitEncoded: (nodeName, bytes, time) => remember(nodeName, { kind: "bytes", bytes, time }),
    hang: (isHung) => {
      answerAgain();
      if (!isHung) return;
      state.answering = new Promise((resolve) => {
        answerAgain = resolve;
      });
    },
    stop: async () => {
      const stopping = server;
      server = null;
      if (stopping) await shutDown(stopping);
    },
    start,
  };
}

function createState(options: RelayOptions): RelayState {
  return {
    rings: [],
    subscribers: new Set(),
    sent: { uuids: [], messages: 0 },
    keepsLedger: options.ledger ?? false,
    version: options.version ?? "1.19.4",
    startedMs: options.startedMs ?? Date.now(),
    answering: Promise.resolve(),
  };
}

async function listen(
  server: Server,
  host: string,
  port: number,
  credentials: ServerCredentials,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, bound) => {
      if (!error) resolve(bound);
      else reject(new AppError("unavailable", cannotListen(host, port, error), { cause: error }));
    });
  });
}

function cannotListen(host: string, port: number, error: Error): string {
  const cause = messageOf(error).includes("EADDRINUSE")
    ? "the port is in use"
    : messageOf(error).split("\n")[0];
  return `The demo relay cannot listen on ${host}:${port}: ${cause}. Choose another port, or 0 for any free one.`;
}

async function shutDown(server: Server): Promise<void> {
  server.forceShutdown();
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
}
