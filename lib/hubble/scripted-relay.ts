/** A relay for tests: a real gRPC server on the loopback address that does what a test tells it to. */
import { Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import {
  GetFlowsRequest,
  GetFlowsResponse,
  ObserverService,
  ServerStatusResponse,
} from "./generated/observer/observer";
import { messageFromJson } from "./read-json";

/** A stream takes bytes, so that a test may also send what no relay should. */
export type ScriptedStream = ServerWritableStream<GetFlowsRequest, Buffer>;

export type ScriptedRelay = {
  port: number;
  requests: GetFlowsRequest[];
  authorizations: string[];
  /** Stops at once, without a word to those connected. */
  kill(): void;
};

export type RelayScript = {
  /** What to do with the n-th stream, from 0. */
  stream: (stream: ScriptedStream, index: number) => void;
  /** Status of the n-th question as JSON, or as bytes; null: no answer ever. */
  status?: (index: number) => object | Buffer | null;
  credentials?: ServerCredentials;
  port?: number;
  /** Default localhost. */
  host?: string;
};

export async function startScriptedRelay(script: RelayScript): Promise<ScriptedRelay> {
  const requests: GetFlowsRequest[] = [];
  const authorizations: string[] = [];
  let questions = 0;
  const server = new Server({ "grpc.max_send_message_length": -1 });
  server.addService(SERVICE, {
    GetFlows(stream: ScriptedStream) {
      requests.push(stream.request);
      authorizations.push(...stream.metadata.get("authorization").map(String));
      script.stream(stream, requests.length - 1);
    },
    ServerStatus(_call: unknown, answer: (error: null, status: Buffer) => void) {
      const json = script.status === undefined ? STATUS : script.status(questions);
      questions += 1;
      if (json !== null) answer(null, Buffer.isBuffer(json) ? json : statusBytes(json));
    },
  });
  const credentials = script.credentials ?? ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `${script.host ?? "localhost"}:${script.port ?? 0}`,
      credentials,
      (error, bound) => (error === null ? resolve(bound) : reject(error)),
    );
  });
  return { port, requests, authorizations, kill: () => server.forceShutdown() };
}

/** Sends Hubble JSON as the message it stands for. */
export function send(stream: ScriptedStream, ...messages: object[]): void {
  for (const json of messages) {
    const message = messageFromJson("observer.GetFlowsResponse", json);
    stream.write(Buffer.from(GetFlowsResponse.encode(message).finish()));
  }
}

const STATUS = {
  version: "hubble-relay v1.19.4",
  num_connected_nodes: 3,
  num_unavailable_nodes: 1,
  unavailable_nodes: ["c1/n4"],
  flows_rate: 12.5,
};

const SERVICE = {
  GetFlows: {
    ...ObserverService.getFlows,
    responseSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => GetFlowsRequest.decode(bytes),
  },
  ServerStatus: {
    ...ObserverService.serverStatus,
    responseSerialize: (bytes: Buffer) => bytes,
  },
};

function statusBytes(json: object): Buffer {
  const status = messageFromJson("observer.ServerStatusResponse", json);
  return Buffer.from(ServerStatusResponse.encode(status).finish());
}
