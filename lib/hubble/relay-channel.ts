/** A gRPC channel to Relay: credentials, options and the two calls that Droplens makes. */
import {
  type ChannelCredentials,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { decodeResponse } from "./decode";
import type { DecodedEvent } from "./event";
import {
  GetFlowsRequest,
  ObserverClient,
  ObserverService,
  type ServerStatusResponse,
} from "./generated/observer/observer";
import { MAX_RECORD_BYTES } from "./limits";
import type { RelayConnection } from "./relay-options";

export type RelayChannel = {
  /** Flows as they come. Decoding cannot fail, so an error is always the connection's. */
  getFlows(request: GetFlowsRequest): ClientReadableStream<DecodedEvent>;
  /** Rejects with gRPC's `ServiceError`; at once with CANCELLED when `signal` aborts. */
  serverStatus(timeoutMs: number, signal: AbortSignal): Promise<ServerStatusResponse>;
  close(): void;
};

/**
 * Opens a channel of its own: nothing is shared with earlier ones, so that a new one looks the name
 * up again and cannot inherit a dead connection.
 */
export function openRelayChannel(
  connection: RelayConnection,
  credentials: ChannelCredentials,
): RelayChannel {
  const client = new ObserverClient(
    connection.address.target,
    credentials,
    channelOptions(connection),
  );
  const metadata = metadataOf(connection);
  return {
    getFlows: (request) =>
      client.makeServerStreamRequest(
        ObserverService.getFlows.path,
        (message: GetFlowsRequest) => Buffer.from(GetFlowsRequest.encode(message).finish()),
        decodeResponse,
        request,
        metadata,
      ),
    serverStatus: (timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const cancel = () => call.cancel();
        const done = (error: ServiceError | null, status: ServerStatusResponse | undefined) => {
          signal.removeEventListener("abort", cancel);
          if (status === undefined) reject(error);
          else resolve(status);
        };
        const deadline = Date.now() + timeoutMs;
        const call = client.serverStatus({}, metadata, { deadline }, done);
        signal.addEventListener("abort", cancel, { once: true });
        if (signal.aborted) cancel();
      }),
    close: () => client.close(),
  };
}

function channelOptions({ address, tls }: RelayConnection) {
  const name = tls?.serverName ?? null;
  return {
    "grpc.max_receive_message_length": MAX_RECORD_BYTES,
    // Some 500 flows on the way: a turn of the loop reads no more than the next one takes.
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
