/** A client of `relay-server.ts`, measured alone: one that only counts, or Droplens itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { parseConfig } from "@/lib/config";
import { createLog } from "@/lib/http/log";
import { GetFlowsRequest, ObserverClient } from "@/lib/hubble/generated/observer/observer";
import { parseRelayAddress } from "@/lib/hubble/relay-address";
import { followRelay } from "@/lib/hubble/relay-client";
import { createRuntime } from "@/lib/live/runtime";
import { relayFromEnvironment } from "@/lib/live/source-setup";
import { EVERYTHING } from "@/lib/query/query";
import { answer } from "./child";
import { createSystem, HOUR_MS, readOn, watch } from "./system";

export type ClientKind = "count" | "live" | "store";

export type ClientRequest =
  | { do: "connect"; kind: ClientKind; port: number }
  /** Begins a measurement. */
  | { do: "mark" }
  /** Ends it once so many messages were received since the start and worked on. */
  | { do: "settle"; received: number }
  | { do: "stop" };

export type Measured = { micros: number; messages: number; shed: number };

type State = { received: number; inFlight: number; shed: number; isConnected: boolean };
type Client = { state(): State; stop(): Promise<void> };

const POLL_MS = 5;
let client: Client | null = null;
let usage = process.cpuUsage();
let receivedAtMark = 0;

answer(async (request: ClientRequest): Promise<Measured | null> => {
  if (request.do === "connect") {
    client = await CONNECT[request.kind](request.port);
    await until(() => stateOf(client).isConnected);
  } else if (request.do === "mark") {
    receivedAtMark = stateOf(client).received;
    usage = process.cpuUsage();
  } else if (request.do === "settle") {
    await until(() => {
      const { received, inFlight } = stateOf(client);
      return received >= request.received && inFlight === 0;
    });
    const { user, system } = process.cpuUsage(usage);
    const { received, shed } = stateOf(client);
    return { micros: user + system, messages: received - receivedAtMark, shed };
  } else await client?.stop();
  return null;
});

function stateOf(of: Client | null): State {
  return of?.state() ?? { received: 0, inFlight: 0, shed: 0, isConnected: false };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((later) => setTimeout(later, POLL_MS));
}

const CONNECT: Record<ClientKind, (port: number) => Promise<Client>> = {
  count: connectCounter,
  live: connectLive,
  store: connectStore,
};

/** The same stream and channel settings; a message stays the bytes it came in. */
async function connectCounter(port: number): Promise<Client> {
  const observer = new ObserverClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc-node.flow_control_window": 4 * 1024 * 1024,
  });
  let received = 0;
  let isConnected = false;
  const call = observer.makeServerStreamRequest(
    "/observer.Observer/GetFlows",
    (message: GetFlowsRequest) => Buffer.from(GetFlowsRequest.encode(message).finish()),
    (bytes: Buffer) => bytes,
    GetFlowsRequest.fromPartial({ follow: true }),
  );
  call.on("metadata", () => {
    isConnected = true;
  });
  call.on("data", () => {
    received += 1;
  });
  call.on("error", () => {});
  return {
    state: () => ({ received, inFlight: 0, shed: 0, isConnected }),
    async stop() {
      call.cancel();
      observer.close();
    },
  };
}

async function connectLive(port: number): Promise<Client> {
  const parsed = parseRelayAddress(`127.0.0.1:${port}`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const options = { address: parsed.address, tls: null, basicAuth: null, sinceMs: null };
  const times = { connectTimeoutMs: 5_000 };
  const { hub, ingest } = createSystem({
    nowMs: Date.now,
    follow: (signal) => followRelay({ ...options, ...times }, signal),
  });
  await watch(hub);
  void ingest.run();
  const { status } = ingest;
  return {
    state: () => ({
      received: status.account.outcomes.received,
      inFlight: status.account.outcomes.inFlight,
      shed: status.account.outcomes.shed["queue-full"],
      isConnected: status.state === "connected",
    }),
    async stop() {
      await ingest.stop();
      hub.close();
    },
  };
}

async function connectStore(port: number): Promise<Client> {
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-bench-"));
  const runtime = await createRuntime({
    config: parseConfig({ DROPLENS_DATA_DIR: dataDir }),
    sources: [relayFromEnvironment({ HUBBLE_SERVER: `127.0.0.1:${port}` })],
    log: createLog("error"),
    nowMs: Date.now,
  });
  readOn(await runtime.live({ q: "", query: EVERYTHING, rangeMs: HOUR_MS }, null));
  return {
    state() {
      const [source] = runtime.sourceReports().sources;
      return {
        received: source?.received ?? 0,
        inFlight: source?.in_flight ?? 0,
        shed: Object.values(source?.shed ?? {}).reduce((sum, count) => sum + count, 0),
        isConnected: source?.state === "connected",
      };
    },
    async stop() {
      await runtime.stop(3_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
