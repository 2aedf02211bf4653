/**
 * Who lives in the demo cluster: three nodes, its pods with the labels, identities and addresses
 * Cilium would give them, and the things outside. Names are made up; addresses outside are from
 * the documentation ranges (RFC 5737, RFC 3849) except the cloud metadata address.
 */
import { hash } from "./random";
import { PLANS, type WorkloadPlan } from "./workloads";

export const CLUSTER = "demo-eu1";

export type ClusterNode = {
  index: number;
  /** As Hubble reports it: `cluster/node`. */
  name: string;
  ip: string;
  labels: string[];
};

export type Pod = {
  node: ClusterNode;
  namespace: string;
  name: string;
  workload: string;
  workloadKind: string;
  identity: number;
  endpointId: number;
  ip: string;
  ip6: string;
  mac: string;
  labels: readonly string[];
};

export const NODES: readonly [ClusterNode, ClusterNode, ClusterNode] = [
  clusterNode(0, "node-a1", "eu1-a"),
  clusterNode(1, "node-b1", "eu1-b"),
  clusterNode(2, "node-c1", "eu1-c"),
];

function clusterNode(index: number, host: string, zone: string): ClusterNode {
  return {
    index,
    name: `${CLUSTER}/${host}`,
    ip: `10.60.${index}.10`,
    labels: [
      "beta.kubernetes.io/arch=amd64",
      "beta.kubernetes.io/os=linux",
      "kubernetes.io/arch=amd64",
      `kubernetes.io/hostname=${host}`,
      "kubernetes.io/os=linux",
      "topology.kubernetes.io/region=eu1",
      `topology.kubernetes.io/zone=${zone}`,
    ],
  };
}

/** Letters and digits of generated pod names: no vowels, and nothing that looks like one. */
const SAFE = "bcdfghjklmnpqrstvwxz2456789";

const PODS: ReadonlyMap<string, readonly [Pod, ...Pod[]]> = buildPods();

/** Every replica of a workload. Throws for a name that no plan has: a mistake in a scenario. */
export function podsOf(namespace: string, workload: string): readonly [Pod, ...Pod[]] {
  const pods = PODS.get(`${namespace}/${workload}`);
  if (!pods) throw new Error(`no workload ${namespace}/${workload} in the demo cluster`);
  return pods;
}

/** (cluster, namespace) pairs with pods, sorted. */
export function namespaces(): string[] {
  return [...new Set(PLANS.map((plan) => plan.namespace))].sort();
}

function buildPods(): Map<string, [Pod, ...Pod[]]> {
  const pods = new Map<string, [Pod, ...Pod[]]>();
  const used = [9, 9, 9];
  PLANS.forEach((plan: WorkloadPlan, order) => {
    plan.nodes.forEach((nodeIndex, replica) => {
      const key = `${plan.namespace}/${plan.name}`;
      const place = (used[nodeIndex] ?? 9) + 1;
      used[nodeIndex] = place;
      const pod = buildPod(plan, order, replica, NODES[nodeIndex] ?? NODES[0], place);
      const replicas = pods.get(key);
      if (replicas) replicas.push(pod);
      else pods.set(key, [pod]);
    });
  });
  return pods;
}

function buildPod(
  plan: WorkloadPlan,
  order: number,
  replica: number,
  node: ClusterNode,
  place: number,
): Pod {
  const key = hash(plan.namespace, plan.name, replica);
  return {
    node,
    namespace: plan.namespace,
    name: podName(plan, replica, key),
    workload: plan.name,
    workloadKind: plan.kind ?? "Deployment",
    // Cluster-scoped identities: one per label set, so one per workload.
    identity: 12_000 + order * 613 + (hash(plan.namespace) % 97),
    endpointId: 40 + (key % 3900),
    ip: `10.244.${node.index}.${place}`,
    ip6: `fd00:10:244:${node.index}::${place.toString(16)}`,
    mac: mac(key),
    labels: identityLabels(plan),
  };
}

function podName(plan: WorkloadPlan, replica: number, key: number): string {
  if (plan.template === undefined) return `${plan.name}-${replica}`;
  const suffix = [0, 1, 2, 3, 4].map((i) => SAFE[hash("suffix", key, i) % SAFE.length]).join("");
  return [plan.name, plan.template, suffix].filter((part) => part !== "").join("-");
}

function identityLabels(plan: WorkloadPlan): string[] {
  return [
    ...plan.labels.map((label) => `k8s:${label}`),
    `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${plan.namespace}`,
    `k8s:io.cilium.k8s.policy.cluster=${CLUSTER}`,
    `k8s:io.cilium.k8s.policy.serviceaccount=${plan.account ?? "default"}`,
    `k8s:io.kubernetes.pod.namespace=${plan.namespace}`,
  ].sort();
}

/** A locally administered unicast MAC address made from a number. */
export function mac(key: number): string {
  const bytes = [
    ((key >>> 24) & 0xfc) | 2,
    key >>> 16,
    key >>> 8,
    key,
    hash("mac", key),
    hash(key),
  ];
  return bytes.map((byte) => (byte & 0xff).toString(16).padStart(2, "0")).join(":");
}
