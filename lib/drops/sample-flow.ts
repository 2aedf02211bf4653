/**
 * Flows and endpoints for tests: a sample names only what matters to the test, the rest is one
 * refused TCP SYN from shop/web to shop/db. Every sample has its own uuid unless it is given one.
 */
import { type Endpoint, EVENT_DROP, EVENT_POLICY_VERDICT, type Flow } from "./flow";

let count = 0;

/** 2026-01-15T10:00:00Z, the time of a sample that gives none. */
export const SAMPLE_TIME_MS = 1_768_471_200_000;

/** A pod of the workload `web` in namespace `shop`, seen from its own node. */
export function sampleEndpoint(overrides: Partial<Endpoint> = {}): Endpoint {
  return {
    id: 11,
    identity: 30_001,
    cluster: "default",
    namespace: "shop",
    pod: "web-675fc69cf-8zzxh",
    workloads: [{ name: "web", kind: "Deployment" }],
    labels: ["k8s:app=web", "k8s:io.kubernetes.pod.namespace=shop"],
    ...overrides,
  };
}

/** An endpoint outside the cluster. */
export function sampleWorld(overrides: Partial<Endpoint> = {}): Endpoint {
  return sampleEndpoint({
    id: 0,
    identity: 2,
    cluster: "",
    namespace: "",
    pod: "",
    workloads: [],
    labels: ["reserved:world"],
    ...overrides,
  });
}

const SAMPLE_DB = sampleEndpoint({
  id: 0,
  identity: 30_002,
  pod: "db-0",
  workloads: [],
  labels: ["k8s:app=db", "k8s:io.kubernetes.pod.namespace=shop"],
});

const SAMPLE_WEB = sampleEndpoint();

/** A policy verdict (type 5) of default deny, egress, unless overridden. */
export function sampleFlow(overrides: Partial<Flow> = {}): Flow {
  count += 1;
  return {
    uuid: `00000000-0000-4000-8000-${count.toString(16).padStart(12, "0")}`,
    timeMs: SAMPLE_TIME_MS,
    timeNanos: 0,
    verdict: "DROPPED",
    dropReason: 133,
    eventType: EVENT_POLICY_VERDICT,
    eventSubType: 0,
    direction: "egress",
    matchType: 0,
    cluster: "default",
    node: "worker-1",
    source: SAMPLE_WEB,
    destination: SAMPLE_DB,
    sourceIp: "10.0.1.5",
    destinationIp: "10.0.2.7",
    sourceNames: [],
    destinationNames: [],
    protocol: "TCP",
    sourcePort: 43_210,
    destinationPort: 5432,
    icmpType: -1,
    icmpCode: -1,
    tcpFlags: 2,
    l7: null,
    deniedBy: [],
    policyLog: null,
    file: "",
    emitter: "",
    count: 1,
    raw: "",
    ...overrides,
  };
}

/** The drop event (type 1) that Cilium emits beside a refusing verdict: no names, no tags. */
export function sampleTwin(verdict: Flow, overrides: Partial<Flow> = {}): Flow {
  const { uuid } = sampleFlow();
  return {
    ...verdict,
    uuid,
    eventType: EVENT_DROP,
    eventSubType: verdict.dropReason,
    matchType: 0,
    deniedBy: [],
    policyLog: null,
    file: "bpf_lxc.c:1360",
    ...overrides,
  };
}
