/** What Droplens asks of Relay, over a channel in this thread. */
import { status as GRPC } from "@grpc/grpc-js";
import { decodeResponse } from "./decode";
import type { DecodedEvent } from "./event";
import { GetFlowsRequest, ServerStatusResponse } from "./generated/observer/observer";
import type { RelayConnection } from "./relay-options";
import type { RelayPems } from "./relay-tls";
import { endOf, openWire, type WireEnd } from "./relay-wire";

export type FlowCall = {
  /** How it ended, once everything that came before was passed on. Never rejects. */
  readonly ended: Promise<WireEnd>;
  cancel(): void;
};

export type RelayChannel = {
  /** Flows as they come. Decoding cannot fail, so an error is always the connection's. */
  getFlows(request: GetFlowsRequest, take: (event: DecodedEvent) => void): FlowCall;
  /** Rejects with gRPC's code and details; at once with CANCELLED when `signal` aborts. */
  serverStatus(timeoutMs: number, signal: AbortSignal): Promise<ServerStatusResponse>;
  close(): void;
};

/** @throws where the address or the certificates cannot be used. */
export type OpenChannel = (connection: RelayConnection, pems: RelayPems | null) => RelayChannel;

/** How a call failed, as gRPC's own errors have it. */
export class CallError extends Error {
  readonly code: number;
  readonly details: string;

  constructor({ code, details }: WireEnd) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

/** @throws CallError as gRPC does for what it cannot read: it is an answer all the same. */
export function readStatus(bytes: Uint8Array): ServerStatusResponse {
  try {
    return ServerStatusResponse.decode(bytes);
  } catch (error) {
    throw new CallError({ code: GRPC.INTERNAL, details: `the status is unreadable: ${error}` });
  }
}

export const openRelayChannel: OpenChannel = (connection, pems) => {
  const wire = openWire(connection, pems);
  return {
    getFlows(request, take) {
      const call = wire.flows(GetFlowsRequest.encode(request).finish(), decodeResponse);
      call.on("data", take);
      return { ended: endOf(call), cancel: () => call.cancel() };
    },
    serverStatus: async (timeoutMs, signal) => readStatus(await wire.status(timeoutMs, signal)),
    close: wire.close,
  };
};
