/** A gRPC channel to Relay: credentials, options and the two calls that Droplens makes. */
import { readFileSync } from "node:fs";
import {
  type ChannelCredentials,
  type ClientReadableStream,
  credentials,
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
import type { RelayConnection, RelayTls } from "./relay-options";

export type RelayChannel = {
  /** Flows as they come. Decoding cannot fail, so an error is always the connection's. */
  getFlows(request: GetFlowsRequest): ClientReadableStream<DecodedEvent>;
  /** Rejects with gRPC's `ServiceError`; at once with CANCELLED when `signal` aborts. */
  serverStatus(timeoutMs: number, signal: AbortSignal): Promise<ServerStatusResponse>;
  close(): void;
};

/** Certificates that cannot be used; the message names the file and what to do. */
export class CertificateError extends Error {
  override name = "CertificateError";
}

/**
 * Opens a channel of its own: nothing is shared with earlier ones, so that a new one looks the name
 * up again and cannot inherit a dead connection. Throws `CertificateError`.
 */
export function openRelayChannel(connection: RelayConnection): RelayChannel {
  const client = new ObserverClient(
    connection.address.target,
    credentialsOf(connection.tls),
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
    "grpc-node.flow_control_window": 4 * 1024 * 1024,
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

function credentialsOf(tls: RelayTls | null): ChannelCredentials {
  if (tls === null) return credentials.createInsecure();
  const ca = tls.caFiles.length === 0 ? null : Buffer.concat(tls.caFiles.map(readCa));
  const key = tls.client === null ? null : readPem(tls.client.keyFile);
  const cert = tls.client === null ? null : readPem(tls.client.certFile);
  try {
    return credentials.createSsl(ca, key, cert, { rejectUnauthorized: !tls.allowInsecure });
  } catch (error) {
    const files = [...tls.caFiles, tls.client?.certFile, tls.client?.keyFile].filter(Boolean);
    throw new CertificateError(
      `cannot use the certificates in ${files.join(", ")}: ${textOf(error)}; check that each is PEM and that our certificate and key belong together`,
    );
  }
}

function readCa(file: string): Buffer {
  const pem = readPem(file);
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  // OpenSSL would take such a file for an empty list, and trust nobody.
  throw new CertificateError(`${file} holds no certificate in PEM form`);
}

function readPem(file: string): Buffer {
  try {
    return Buffer.concat([readFileSync(file), Buffer.from("\n")]);
  } catch (error) {
    throw new CertificateError(
      `cannot read ${file}: ${textOf(error)}; check that it is mounted and readable`,
    );
  }
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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
