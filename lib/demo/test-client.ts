/** What tests of the demo relay share: a real gRPC client, and flows that say only what matters. */
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import {
  GetFlowsRequest,
  type GetFlowsResponse,
  ObserverClient,
} from "@/lib/hubble/generated/observer/observer";
import { messageFromJson } from "@/lib/hubble/read-json";
import { timestampOfMs } from "@/lib/hubble/timestamp";

/** Request in Hubble's own JSON, such as `{"number": "5", "whitelist": [{"verdict": ["AUDIT"]}]}`. */
export function requestOf(json: object): GetFlowsRequest {
  return messageFromJson("observer.GetFlowsRequest", json, { strict: true });
}

/** A flow in Hubble's own JSON. */
export function flowOf(json: object): Flow {
  return messageFromJson("flow.Flow", json, { strict: true });
}

/** A drop known by its uuid, `atMs` after the epoch's second 1,000. */
export function dropAt(atMs: number, uuid: string, json: object = {}): Flow {
  const flow = flowOf({ verdict: "DROPPED", node_name: "c/n1", uuid, ...json });
  return { ...flow, time: timestampOfMs(1_000_000 + atMs) };
}

export function connectTo(address: string): ObserverClient {
  return new ObserverClient(address, credentials.createInsecure());
}

export type Collected = { responses: GetFlowsResponse[]; error: ServiceError | null };

/** Reads a stream to its end, or until `enough` says so. */
export function collect(
  client: ObserverClient,
  request: GetFlowsRequest = GetFlowsRequest.fromPartial({}),
  enough: (responses: readonly GetFlowsResponse[]) => boolean = () => false,
): Promise<Collected> {
  return new Promise((resolve) => {
    const responses: GetFlowsResponse[] = [];
    const call = client.getFlows(request);
    call.on("data", (response: GetFlowsResponse) => {
      responses.push(response);
      if (enough(responses)) {
        resolve({ responses, error: null });
        call.cancel();
      }
    });
    call.on("error", (error: ServiceError) => resolve({ responses, error }));
    call.on("end", () => resolve({ responses, error: null }));
  });
}

/** uuids of the flows among responses. */
export function uuidsOf(responses: readonly GetFlowsResponse[]): string[] {
  return responses.flatMap(({ flow }) => (flow ? [flow.uuid] : []));
}
