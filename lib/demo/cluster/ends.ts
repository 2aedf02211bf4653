/**
 * The two ends of a demo packet as an observing node sees them: a pod, or something outside with a
 * reserved or node-local identity. Numbers above 0x01000000 belong to the node that gave them.
 */
import { type ClusterNode, mac, NODES, type Pod } from "./inventory";
import { hash } from "./random";

export type End = {
  ip: string;
  mac: string;
  pod: Pod | null;
  labels: readonly string[];
  /** DNS names the other end's DNS cache holds for this address. */
  names: string[];
  identityOn(node: ClusterNode): number;
};

/** First node-local identity that Cilium gives to a prefix or a name. */
const LOCAL_SCOPE = 0x01000000;

/** Prefixes some policy of the cluster names, hence with identities of their own. */
const LOCAL_PREFIXES = [
  "cidrgroup:cloud-metadata",
  "kube-apiserver",
  "cidr:198.51.100.0/24",
  "cidr:192.0.2.0/24",
  "fqdn:*.updates.example.net",
  "cidr:2001-db8-5--0/48",
] as const;
export type LocalPrefix = (typeof LOCAL_PREFIXES)[number];

/** The identity of a prefix on one node: another number on the next, where it may mean another prefix. */
export function localIdentity(prefix: LocalPrefix, node: ClusterNode): number {
  return LOCAL_SCOPE + 1 + ((LOCAL_PREFIXES.indexOf(prefix) + node.index * 2) % 61);
}

export function podEnd(pod: Pod, family: "v4" | "v6" = "v4"): End {
  return {
    ip: family === "v4" ? pod.ip : pod.ip6,
    mac: pod.mac,
    pod,
    labels: pod.labels,
    names: [],
    identityOn: () => pod.identity,
  };
}

const WORLD_V4 = ["reserved:world-ipv4"];
const WORLD_V6 = ["reserved:world-ipv6"];

/** Anything outside that no policy names. The cluster is dual-stack: identities 9 and 10. */
export function worldEnd(ip: string, names: string[] = []): End {
  const isV6 = ip.includes(":");
  return outside(ip, names, isV6 ? WORLD_V6 : WORLD_V4, () => (isV6 ? 10 : 9));
}

/** An address inside a prefix that a policy names. */
export function prefixEnd(prefix: LocalPrefix, ip: string, names: string[] = []): End {
  return outside(ip, names, prefixLabels(prefix, ip), (node) => localIdentity(prefix, node));
}

export function hostEnd(node: ClusterNode): End {
  return outside(node.ip, [], ["reserved:host"], () => 1);
}

export function remoteNodeEnd(node: ClusterNode): End {
  return outside(node.ip, [], ["reserved:remote-node"], () => 6);
}

/** An end Cilium knows nothing of: a multicast or link-local address, or no identity at all. */
export function unknownEnd(ip: string): End {
  return outside(ip, [], [], () => 0);
}

function outside(
  ip: string,
  names: string[],
  labels: readonly string[],
  identityOn: End["identityOn"],
): End {
  return { ip, mac: mac(hash("outside", ip)), pod: null, labels, names, identityOn };
}

function prefixLabels(prefix: LocalPrefix, ip: string): string[] {
  const world = ip.includes(":") ? "reserved:world-ipv6" : "reserved:world-ipv4";
  if (prefix === "kube-apiserver") return ["reserved:kube-apiserver", world];
  if (prefix === "cidrgroup:cloud-metadata") {
    return [
      "cidrgroup:io.cilium.policy.cidrgroupname/azure-imds",
      "cidrgroup:policy=azure-imds",
      world,
    ];
  }
  return [prefix, world];
}

/** The node that observes an end: the pod's own, or the first for what lives outside. */
export function nodeOf(end: End): ClusterNode {
  return end.pod?.node ?? NODES[0];
}
