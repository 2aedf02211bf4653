/**
 * A relay in a process of its own that sends encoded messages: some at once, as fast as the client
 * takes them, or at a steady rate. It answers what a Droplens client asks of a real one.
 */
import { Metadata, Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { getNodes, serverStatus } from "@/lib/demo/answers";
import { OBSERVER } from "@/lib/demo/relay-service";
import { STATE, sendAsTold } from "./sending";

type Call = ServerWritableStream<unknown, Buffer>;

const calls = new Set<Call>();

sendAsTold({ listen, write });

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
