/** The ends and the policies of a flow, from protobuf bytes to the shapes of `lib/drops`. */
import type { Endpoint, PolicyRef } from "@/lib/drops/flow";
import { Endpoint as EndpointMessage, Policy as PolicyMessage } from "./generated/flow/flow";
import { createIntern } from "./intern";
import { cutList, cutText, MAX_LIST } from "./limits";

/** The end of a flow that carries none, or an empty one after a field mask. */
export const NO_ENDPOINT: Endpoint = freezeEndpoint(EndpointMessage.decode(new Uint8Array()));

/** Reads an endpoint between two positions of a buffer; equal bytes give the same object. */
export const readEndpoint = createIntern((bytes) => freezeEndpoint(EndpointMessage.decode(bytes)));

/** Reads a policy likewise. Null for an entry that names none, such as an implicit allow. */
export const readPolicy = createIntern((bytes) => policyRef(PolicyMessage.decode(bytes)));

function freezeEndpoint(message: EndpointMessage): Endpoint {
  const workloads = message.workloads
    .slice(0, MAX_LIST)
    .map((workload) =>
      Object.freeze({ name: cutText(workload.name), kind: cutText(workload.kind) }),
    );
  return Object.freeze({
    id: message.ID,
    identity: message.identity,
    cluster: cutText(message.cluster_name),
    namespace: cutText(message.namespace),
    pod: cutText(message.pod_name),
    workloads: Object.freeze(workloads),
    labels: Object.freeze(cutList(message.labels)),
  });
}

const DERIVED_FROM = "k8s:io.cilium.k8s.policy.derived-from=";

function policyRef(message: PolicyMessage): Readonly<PolicyRef> | null {
  if (message.name === "") return null;
  return Object.freeze({
    kind: cutText(message.kind === "" ? kindFromLabels(message.labels) : message.kind),
    namespace: cutText(message.namespace),
    name: cutText(message.name),
  });
}

/** Before Cilium 1.17 a policy had no kind, but a label told it. */
function kindFromLabels(labels: readonly string[]): string {
  const label = labels.find((text) => text.startsWith(DERIVED_FROM));
  return label === undefined ? "" : label.slice(DERIVED_FROM.length);
}
