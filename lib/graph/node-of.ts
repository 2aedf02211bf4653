/**
 * Which node of a level a party belongs to. Keys are made of a party's key and names only, never
 * of numbers that mean something else on another node, so that one thing is one node wherever its
 * drops were observed.
 */
import type { Party } from "@/lib/drops/drop";
import { hash64 } from "@/lib/drops/hash";
import { describeAddress } from "@/lib/drops/party";
import type { GraphContainer, GraphLevel, GraphNode, NodeKind, NodeMark } from "./graph";

export type Placed = { node: GraphNode; container: GraphContainer };

/** What distinguishes a node, before it has an id. */
type Draft = {
  key: string;
  kind: NodeKind;
  name: string;
  mark?: NodeMark | null;
  container: GraphContainer;
  namespace?: string;
  cluster?: string;
};

const MAX_LABELS = 8;
const MAX_NAMES = 5;

export function nodeOf(party: Party, level: GraphLevel): Placed {
  const draft = draftOf(party, level);
  const isItself = draft.key === party.key;
  return {
    container: draft.container,
    node: {
      id: hash64(`${level}\n${draft.key}`),
      kind: draft.kind,
      name: draft.name,
      namespace: draft.namespace ?? "",
      cluster: draft.cluster ?? "",
      mark: draft.mark ?? null,
      container: draft.container.id,
      parties: 1,
      labels: isItself ? ownLabels(party.labels) : [],
      names: isItself ? party.names.slice(0, MAX_NAMES) : [],
      identity: isItself ? party.identity : 0,
    },
  };
}

function draftOf(party: Party, level: GraphLevel): Draft {
  const itself: Draft = {
    key: party.key,
    kind: party.kind,
    name: party.name === "" ? "unknown" : party.name,
    namespace: party.namespace,
    cluster: party.cluster,
    mark: markOf(party),
    container: containerOf(party, level),
  };
  if (level === "identity" || itself.mark !== null) return itself;
  if (isInside(party)) {
    if (level === "workload" || party.namespace === "") return itself;
    return level === "namespace" ? namespaceDraft(party) : clusterDraft(party);
  }
  return level === "workload" ? neighbourhoodDraft(party, itself) : outsideDraft(party, itself);
}

/** Has a place in a cluster: a workload, or labels of a namespace. */
function isInside(party: Party): boolean {
  return party.kind === "workload" || party.kind === "labels";
}

function namespaceDraft(party: Party): Draft {
  const { cluster, namespace } = party;
  return {
    key: `namespace:${cluster}/${namespace}`,
    kind: "namespace",
    name: namespace,
    namespace,
    cluster,
    container: containerOf(party, "namespace"),
  };
}

function clusterDraft(party: Party): Draft {
  const name = party.cluster === "" ? "no cluster name" : party.cluster;
  return {
    key: `cluster:${party.cluster}`,
    kind: "cluster",
    name,
    cluster: party.cluster,
    container: containerOf(party, "cluster"),
  };
}

/** At the level of workloads, outside names are folded into their domain and addresses into nets. */
function neighbourhoodDraft(party: Party, itself: Draft): Draft {
  if (party.kind === "name") {
    const name = domainOf(party.name);
    return name === party.name
      ? itself
      : { ...itself, key: `domain:${name}`, kind: "domain", name };
  }
  if (party.kind !== "address") return itself;
  const name = networkOf(party.name);
  return name === party.name ? itself : { ...itself, key: `cidr:${name}`, kind: "network", name };
}

function outsideDraft(party: Party, itself: Draft): Draft {
  if (party.kind === "reserved" || party.kind === "unknown") return itself;
  const named = party.kind === "name";
  return {
    key: named ? "outside:names" : "outside:addresses",
    kind: "outside",
    name: named ? "the world, by name" : "the world, by address",
    mark: "world",
    container: itself.container,
  };
}

/** `*.example.com` for `api.example.com`; names of up to two labels stay themselves. */
export function domainOf(name: string): string {
  const labels = name.split(".");
  if (labels.length < 3 || labels[0] === "*") return name;
  return `*.${labels.slice(1).join(".")}`;
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one; what is neither stays itself. */
export function networkOf(address: string): string {
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four !== null) return `${four[1]}.0/24`;
  const groups = firstGroups(address);
  return groups === null ? address : `${groups.join(":")}::/64`;
}

/** The first four groups of an IPv6 address, or null where it is none. */
function firstGroups(address: string): string[] | null {
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return null;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail === undefined && before.length !== 8) return null;
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...(tail === undefined ? [] : zeros), ...after].slice(0, 4);
}

const MARKED_NAMES: ReadonlyMap<string, NodeMark> = new Map([
  ["world", "world"],
  ["host", "host"],
  ["remote-node", "remote-node"],
  ["kube-apiserver", "kube-apiserver"],
  ["ingress", "ingress"],
  ["health", "health"],
]);

/** Names under which the cluster's DNS runs, beside the label that it has had since kube-dns. */
const DNS_NAMES = new Set([
  "coredns",
  "kube-dns",
  "node-local-dns",
  "nodelocaldns",
  "rke2-coredns",
]);
const DNS_LABEL = "k8s:k8s-app=kube-dns";

function markOf(party: Party): NodeMark | null {
  if (party.kind === "reserved") return MARKED_NAMES.get(party.name) ?? null;
  if (party.kind === "address") return describeAddress(party.name) === "" ? null : "metadata";
  if (!isInside(party)) return null;
  const isDns =
    party.labels.includes(DNS_LABEL) ||
    ((party.namespace === "kube-system" || party.namespace === "openshift-dns") &&
      DNS_NAMES.has(party.name));
  return isDns ? "dns" : null;
}

const WORLD = outsideOf("world");
const NAMES = outsideOf("world, by name");
const ADDRESSES = outsideOf("world, by address");
const METADATA = outsideOf("cloud metadata");
const NODES = containerAs("nodes", "nodes and control plane");
const UNKNOWN = containerAs("unknown", "no identity");

function outsideOf(title: string): GraphContainer {
  return containerAs("outside", title);
}

function containerAs(kind: GraphContainer["kind"], title: string, cluster = ""): GraphContainer {
  return { id: hash64(`container\n${kind}\n${cluster}\n${title}`), kind, title, cluster };
}

function containerOf(party: Party, level: GraphLevel): GraphContainer {
  const { cluster, namespace } = party;
  if (isInside(party)) {
    const inCluster = level === "namespace" || level === "cluster" || namespace === "";
    return inCluster
      ? containerAs("cluster", cluster === "" ? "no cluster name" : cluster, cluster)
      : containerAs("namespace", namespace, cluster);
  }
  const isCoarse = level === "namespace" || level === "cluster";
  if (party.kind === "reserved") return party.name === "world" ? WORLD : NODES;
  if (party.kind === "unknown") return UNKNOWN;
  if (isCoarse) return WORLD;
  if (party.kind === "name") return NAMES;
  return describeAddress(party.name) === "" ? ADDRESSES : METADATA;
}

function ownLabels(labels: readonly string[]): string[] {
  const own = labels.filter((label) => !label.includes(":io.k") && !label.includes(":io.cilium"));
  return own.slice(0, MAX_LABELS);
}
