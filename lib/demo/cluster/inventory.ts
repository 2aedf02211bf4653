/**
 * Who lives in the demo cluster: three nodes, its pods with the labels, identities and addresses
 * Cilium would give them, and the things outside. Names are made up; addresses outside are from
 * the documentation ranges (RFC 5737, RFC 3849) except the cloud metadata address.
 */
import { hash } from "./random";

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

type WorkloadPlan = {
  namespace: string;
  name: string;
  kind?: string;
  /** Node index of each replica. */
  nodes: readonly number[];
  labels: readonly string[];
  account?: string;
  /** Pod template hash, or none for a StatefulSet, whose pods are numbered. */
  template?: string;
};

const LONG_NAMESPACE = "ml-research-and-feature-engineering-platform-europe";
const LONG_WORKLOAD = "recommendation-candidate-generation-offline-batch-scorer";

const PLANS = [
  bookinfo("productpage", "v1", 1, "675fc69cf"),
  bookinfo("reviews", "v1", 0, "5b5d6494f4"),
  bookinfo("reviews", "v2", 2, "5b667bcbf8"),
  bookinfo("reviews", "v3", 1, "5b9bd44f4"),
  bookinfo("ratings", "v1", 2, "6484c4d9bb"),
  bookinfo("details", "v1", 1, "698d88b5"),
  {
    namespace: "kube-system",
    name: "coredns",
    nodes: [0, 2],
    template: "76f75df574",
    labels: ["k8s-app=kube-dns"],
    account: "coredns",
  },
  {
    namespace: "kube-system",
    name: "metrics-server",
    nodes: [1],
    template: "7db4fb59f9",
    labels: ["k8s-app=metrics-server"],
    account: "metrics-server",
  },
  {
    namespace: "edge",
    name: "edge-proxy",
    nodes: [0, 1],
    template: "5c9d7f8b44",
    labels: ["app.kubernetes.io/name=edge-proxy", "tier=edge"],
  },
  {
    namespace: "shop",
    name: "storefront",
    nodes: [0, 1, 2],
    template: "84d5b7c9f6",
    labels: ["app=storefront", "app.kubernetes.io/part-of=shop"],
  },
  {
    namespace: "shop",
    name: "checkout",
    nodes: [0, 2],
    template: "7f9c6d5b88",
    labels: ["app=checkout", "app.kubernetes.io/part-of=shop", "release=2026-11-2"],
  },
  {
    namespace: "shop",
    name: "payments",
    nodes: [1],
    template: "6b7d8c9f55",
    labels: ["app=payments", "app.kubernetes.io/part-of=shop", "pci=true"],
  },
  {
    namespace: "shop",
    name: "orders-db",
    kind: "StatefulSet",
    nodes: [2],
    labels: ["app=orders-db", "role=database"],
  },
  {
    namespace: "crm",
    name: "crm-suite",
    nodes: [0, 1, 2],
    template: "58fd6c4b9d",
    labels: [
      "app.kubernetes.io/name=crm-suite",
      "app.kubernetes.io/managed-by=Helm",
      "vendor=third-party",
    ],
    account: "crm-suite",
  },
  {
    namespace: "staging",
    name: "api",
    nodes: [1],
    template: "6d4cf56db6",
    labels: ["app=api", "stage=staging"],
  },
  {
    namespace: "staging",
    name: "worker",
    nodes: [2],
    template: "79b5c7d8f4",
    labels: ["app=worker", "stage=staging"],
  },
  {
    namespace: "staging",
    name: "cache",
    kind: "StatefulSet",
    nodes: [0],
    labels: ["app=cache", "stage=staging"],
  },
  {
    namespace: "ci",
    name: "runner",
    kind: "StatefulSet",
    nodes: [0, 1, 2],
    labels: ["app.kubernetes.io/name=ci-runner", "ci.example.com/pool=shared"],
    account: "runner",
  },
  {
    namespace: "monitoring",
    name: "prometheus",
    kind: "StatefulSet",
    nodes: [1],
    labels: ["app.kubernetes.io/name=prometheus"],
    account: "prometheus",
  },
  {
    namespace: "monitoring",
    name: "node-agent",
    kind: "DaemonSet",
    nodes: [0, 1, 2],
    template: "",
    labels: ["app.kubernetes.io/name=node-agent"],
    account: "node-agent",
  },
  {
    namespace: LONG_NAMESPACE,
    name: LONG_WORKLOAD,
    kind: "Job",
    nodes: [2],
    template: "28710",
    labels: [
      "app.kubernetes.io/component=batch-scorer",
      `app.kubernetes.io/instance=${LONG_WORKLOAD}-with-an-instance-name-of-63`,
      "experiments.ml.example.com/hypothesis=longer-session-context-improves-cold-start-ranking",
    ],
    account: "pipeline-runner-with-restricted-egress",
  },
] as const satisfies readonly WorkloadPlan[];

export const BATCH_SCORER = { namespace: LONG_NAMESPACE, name: LONG_WORKLOAD };

function bookinfo(app: string, version: string, node: number, template: string) {
  return {
    namespace: "bookinfo",
    name: `${app}-${version}`,
    nodes: [node],
    template,
    labels: [`app=${app}`, `version=${version}`],
    account: `bookinfo-${app}`,
  };
}

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
  const suffix = (key % 60_466_176).toString(36).padStart(5, "b").slice(0, 5);
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
