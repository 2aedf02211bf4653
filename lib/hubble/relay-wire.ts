/**
 * A gRPC channel to Relay, in bytes: the calls that Droplens makes, and nothing of what they hold.
 * It is used where it is opened, or in a thread of its own.
 */
import {
  Client,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
  type status,
} from "@grpc/grpc-js";
import { MAX_RECORD_BYTES } from "./limits";
import type { RelayConnection } from "./relay-options";
import { channelCredentials, type RelayPems } from "./relay-tls";

const GET_FLOWS = "/observer.Observer/GetFlows";
const SERVER_STATUS = "/observer.Observer/ServerStatus";

/** How a call ended; `details` is gRPC's own text. */
export type WireEnd = { code: status | -1; details: string };

export type Wire = {
  /** The flows of a `GetFlowsRequest`, each as `decode` makes it. Its errors are the connection's. */
  flows<T>(request: Uint8Array, decode: (message: Buffer) => T): ClientReadableStream<T>;
  /**
   * A `ServerStatusResponse`. Rejects with gRPC's `ServiceError`; at once with CANCELLED when `signal`
   * aborts.
   */
  status(timeoutMs: number, signal: AbortSignal): Promise<Buffer>;
  close(): void;
};

/**
 * Opens a channel of its own: nothing is shared with earlier ones, so that a new one looks the name
 * up again and cannot inherit a dead connection.
 */
export function openWire(connection: RelayConnection, pems: RelayPems | null): Wire {
  const { target } = connection.address;
  const client = new Client(target, channelCredentials(pems), channelOptions(connection));
  const metadata = metadataOf(connection);
  return {
    flows: (request, decode) =>
      client.makeServerStreamRequest(GET_FLOWS, Buffer.from, decode, request, metadata),
    status: (timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const cancel = () => call.cancel();
        const done = (error: ServiceError | null, answer: Buffer | undefined) => {
          signal.removeEventListener("abort", cancel);
          if (answer === undefined) reject(error);
          else resolve(answer);
        };
        const call = client.makeUnaryRequest(
          SERVER_STATUS,
          () => Buffer.alloc(0),
          (answer) => answer,
          null,
          metadata,
          { deadline: Date.now() + timeoutMs },
          done,
        );
        signal.addEventListener("abort", cancel, { once: true });
        if (signal.aborted) cancel();
      }),
    close: () => client.close(),
  };
}

/** Resolves when the call is over and everything received before that was passed on. */
export function endOf(call: ClientReadableStream<unknown>): Promise<WireEnd> {
  const ended = new Promise<WireEnd>((resolve) => {
    call.on("status", ({ code, details }) => resolve({ code, details }));
  });
  const drained = new Promise<void>((resolve) => {
    call.on("end", resolve);
    call.on("close", resolve);
  });
  // The status says the same; without a listener the error would end the process.
  call.on("error", () => undefined);
  return Promise.all([ended, drained]).then(([end]) => end);
}

function channelOptions({ address, tls }: RelayConnection) {
  const name = tls?.serverName ?? null;
  return {
    "grpc.max_receive_message_length": MAX_RECORD_BYTES,
    // Some 500 flows on the way: a turn of the loop that reads takes no more than some milliseconds.
    "grpc-node.flow_control_window": 512 * 1024,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.service_config_disable_resolution": 1,
    "grpc.enable_retries": 0,
    // Relay answers pings closer than five minutes with GOAWAY. Hanging is found by probes instead.
    "grpc.keepalive_time_ms": 310_000,
    "grpc.keepalive_timeout_ms": 20_000,
    ...(name === null
      ? {}
      : { "grpc.ssl_target_name_override": name, "grpc.default_authority": name }),
    ...(address.host === "" && name === null ? { "grpc.default_authority": "localhost" } : {}),
  };
}

function metadataOf({ basicAuth }: RelayConnection): Metadata {
  const metadata = new Metadata();
  if (basicAuth !== null) {
    const { username, password } = basicAuth;
    const token = Buffer.from(`${username}:${password}`).toString("base64");
    metadata.set("authorization", `Basic ${token}`);
  }
  return metadata;
}
