/**
 * A relay in a process of its own that sends encoded messages: some at once, as fast as the client
 * takes them, or at a steady rate. It answers what a Droplens client asks of a real one, over HTTP/2
 * itself and many messages a write: it shares the cores with what is measured and shall take little.
 */
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { getNodes, serverStatus } from "@/lib/demo/answers";
import { GetNodesResponse, ServerStatusResponse } from "@/lib/hubble/generated/observer/observer";
import { STATE, sendAsTold } from "./sending";

/** Bytes of a write. */
const WRITE_BYTES = 64 * 1024;
const GRPC = { ":status": 200, "content-type": "application/grpc" };
const calls = new Set<ServerHttp2Stream>();

sendAsTold({ listen, write });

function listen(): Promise<number> {
  const server = createServer();
  server.on("session", (session) => session.on("error", () => {}));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    stream.resume();
    const method = String(headers[":path"]).split("/").at(-1);
    if (method === "GetFlows") {
      stream.respond(GRPC);
      calls.add(stream);
      stream.once("close", () => calls.delete(stream));
    } else answerOnce(stream, method);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function answerOnce(stream: ServerHttp2Stream, method: string | undefined): void {
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed([Buffer.from(answerTo(method))]));
}

function answerTo(method: string | undefined): Uint8Array {
  const nowMs = Date.now();
  if (method === "ServerStatus") {
    return ServerStatusResponse.encode(serverStatus(STATE, nowMs)).finish();
  }
  if (method === "GetNodes") return GetNodesResponse.encode(getNodes(STATE, nowMs)).finish();
  return new Uint8Array();
}

/** To every open call, at the pace of the slowest. */
async function write(messages: readonly Buffer[]): Promise<void> {
  for (let at = 0; at < messages.length; ) {
    let bytes = 0;
    const from = at;
    for (; at < messages.length && bytes < WRITE_BYTES; at += 1) bytes += messages[at]?.length ?? 0;
    const frames = framed(messages.slice(from, at));
    for (const call of calls) if (!call.write(frames) && !call.closed) await drained(call);
  }
}

/** gRPC's frames: a zero, the length in four bytes, the message. */
function framed(messages: readonly Buffer[]): Buffer {
  const frames = Buffer.allocUnsafe(messages.reduce((sum, { length }) => sum + 5 + length, 0));
  let at = 0;
  for (const message of messages) {
    frames[at] = 0;
    frames.writeUInt32BE(message.length, at + 1);
    message.copy(frames, at + 5);
    at += 5 + message.length;
  }
  return frames;
}

function drained(call: ServerHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      call.off("close", done);
      resolve();
    };
    call.on("drain", done);
    call.on("close", done);
  });
}
