/** The marks of what stands for itself at every level, and what each kind of node is called. */
import type { GraphLevel, NodeKind, NodeMark } from "@/lib/graph/graph";

export const MARK_BADGES: Readonly<Record<NodeMark, { badge: string; words: string }>> = {
  world: { badge: "WORLD", words: "outside the cluster" },
  host: { badge: "HOST", words: "the node itself" },
  "remote-node": { badge: "NODE", words: "other nodes" },
  "kube-apiserver": { badge: "API", words: "Kubernetes API server" },
  dns: { badge: "DNS", words: "the cluster's DNS" },
  metadata: { badge: "META", words: "cloud metadata service" },
  ingress: { badge: "INGR", words: "Cilium's ingress" },
  health: { badge: "HLTH", words: "Cilium's health checks" },
};

export const KIND_WORDS: Readonly<Record<NodeKind, string>> = {
  workload: "workload",
  labels: "label set",
  reserved: "reserved identity",
  name: "DNS name",
  cidr: "address range",
  address: "address",
  unknown: "unknown",
  domain: "DNS domain",
  network: "network",
  namespace: "namespace",
  cluster: "cluster",
  outside: "outside the cluster",
};

export const LEVEL_WORDS: Readonly<Record<GraphLevel, { name: string; says: string }>> = {
  identity: {
    name: "Identities",
    says: "Each workload, label set, DNS name, address and range by itself",
  },
  workload: {
    name: "Workloads",
    says: "Workloads by themselves; names folded into their domain, addresses into their network",
  },
  namespace: { name: "Namespaces", says: "Workloads folded into their namespace" },
  cluster: { name: "Clusters", says: "Namespaces folded into their cluster" },
};
