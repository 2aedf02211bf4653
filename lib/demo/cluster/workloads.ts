/** The workloads of the demo cluster: what runs where, under which labels. */

export type WorkloadPlan = {
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

export const PLANS = [
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
