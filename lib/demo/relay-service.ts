/** The gRPC services of the demo relay: the observer, and the standard health check. */
import {
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ObserverService } from "@/lib/hubble/generated/observer/observer";
import { getNamespaces, getNodes, serverStatus } from "./answers";
import { type GetFlowsCall, serveGetFlows, versionHeaders } from "./get-flows-call";
import type { RelayState } from "./relay-state";

/**
 * The observer as generated, but flows are handed over encoded: so a message can be made once for
 * many streams, and be malformed when a test wants that.
 */
export const OBSERVER: ServiceDefinition = {
  ...ObserverService,
  getFlows: { ...ObserverService.getFlows, responseSerialize: (bytes: Buffer) => bytes },
};

export function observe(state: RelayState): UntypedServiceImplementation {
  return {
    getFlows: (call: GetFlowsCall) => {
      serveGetFlows(call, state).catch((error: unknown) => call.destroy(toError(error)));
    },
    serverStatus: unary(state, serverStatus),
    getNodes: unary(state, getNodes),
    getNamespaces: unary(state, getNamespaces),
  };
}

function unary<T>(state: RelayState, answer: (state: RelayState, nowMs: number) => T) {
  return async (call: ServerUnaryCall<object, T>, done: sendUnaryData<T>): Promise<void> => {
    await state.answering;
    call.sendMetadata(versionHeaders(state));
    done(null, answer(state, Date.now()));
  };
}

const SERVED = ["", "observer.Observer"];

type HealthRequest = { service: string };
type HealthAnswer = { status: number };

/** The request is one text field and the answer one enum: small enough to read as bytes. */
export const HEALTH: ServiceDefinition = {
  check: {
    path: "/grpc.health.v1.Health/Check",
    requestStream: false,
    responseStream: false,
    requestSerialize: ({ service }: HealthRequest) =>
      Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)]),
    requestDeserialize: (bytes: Buffer) => ({ service: bytes.subarray(2).toString("utf8") }),
    responseSerialize: (answer: HealthAnswer) => Buffer.from([0x08, answer.status]),
    responseDeserialize: (bytes: Buffer) => ({ status: bytes[1] ?? 0 }),
  },
};

const SERVING = 1;

export function checkHealth(state: RelayState): UntypedServiceImplementation {
  return {
    check: async (
      call: ServerUnaryCall<HealthRequest, HealthAnswer>,
      done: sendUnaryData<HealthAnswer>,
    ): Promise<void> => {
      await state.answering;
      if (SERVED.includes(call.request.service)) done(null, { status: SERVING });
      else done({ code: status.NOT_FOUND, details: "unknown service" });
    },
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
