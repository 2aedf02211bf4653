/**
 * A relay in a process of its own that sends encoded messages: some at once, as fast as the client
 * takes them, or at a steady rate. It answers what a Droplens client asks of a real one.
 */
import { Metadata, Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { getNodes, serverStatus } from "@/lib/demo/answers";
import { OBSERVER } from "@/lib/demo/relay-service";
import type { RelayState } from "@/lib/demo/relay-state";
import { answer } from "./child";
import { benchFlows } from "./flows";

/** `send` answers when all is written; `pace` at once, and sends until `pace` 0. */
export type RelayRequest =
  | { do: "listen" }
  | { do: "send"; drops: number; overMs: number }
  | { do: "pace"; dropsPerSecond: number }
  | { do: "sent" };

type Call = ServerWritableStream<unknown, Buffer>;

const STEP_MS = 10;
const flows = benchFlows();
const calls = new Set<Call>();
let sent = 0;
let pacer: ReturnType<typeof setInterval> | undefined;

const STATE: RelayState = {
  rings: [],
  subscribers: new Set(),
  sent: { uuids: [], messages: 0 },
  keepsLedger: false,
  version: "1.19.4",
  startedMs: Date.now(),
  answering: Promise.resolve(),
};

answer(async (request: RelayRequest) => {
  switch (request.do) {
    case "listen":
      return listen();
    case "send": {
      const nowMs = Date.now();
      await write(flows.take(request.drops, nowMs - request.overMs, nowMs));
      return sent;
    }
    case "pace":
      pace(request.dropsPerSecond);
      return sent;
    case "sent":
      return sent;
  }
});

function listen(): Promise<number> {
  const server = new Server();
  server.addService(OBSERVER, {
    getFlows: (call: Call) => {
      call.sendMetadata(new Metadata());
      calls.add(call);
      call.once("cancelled", () => calls.delete(call));
    },
    serverStatus: (_: unknown, done: (error: null, value: unknown) => void) =>
      done(null, serverStatus(STATE, Date.now())),
    getNodes: (_: unknown, done: (error: null, value: unknown) => void) =>
      done(null, getNodes(STATE, Date.now())),
    getNamespaces: (_: unknown, done: (error: null, value: unknown) => void) =>
      done(null, { namespaces: [] }),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** To every open call, at the pace of the slowest. */
async function write(messages: readonly Buffer[]): Promise<void> {
  for (const bytes of messages) {
    sent += 1;
    for (const call of calls) {
      if (!call.write(bytes) && !call.cancelled) await drained(call);
    }
  }
}

function drained(call: Call): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      call.off("cancelled", done);
      resolve();
    };
    call.on("drain", done);
    call.on("cancelled", done);
  });
}

function pace(dropsPerSecond: number): void {
  clearInterval(pacer);
  if (dropsPerSecond === 0) return;
  let reachedMs = Date.now();
  let owed = 0;
  let isWriting = false;
  pacer = setInterval(() => {
    if (isWriting) return;
    const nowMs = Date.now();
    owed += ((nowMs - reachedMs) * dropsPerSecond) / 1000;
    const drops = Math.floor(owed);
    owed -= drops;
    isWriting = true;
    void write(flows.take(drops, reachedMs, nowMs)).then(() => {
      isWriting = false;
    });
    reachedMs = nowMs;
  }, STEP_MS);
}
