/**
 * What a person calls one end of a flow: its workload if it is a pod, else its reserved
 * name, its labels, its DNS name, its CIDR or its address. The key is equal for the same thing seen
 * from different nodes, so node-local numbers (identities from 0x01000000 up) are never part of it.
 */
import type { Party } from "./drop";
import type { Endpoint } from "./flow";
import { reservedName } from "./reserved";
import { workloadOfPod } from "./workload-name";

/** Labels that name an application, the most telling first. */
export const APP_LABELS = [
  "k8s:app.kubernetes.io/name=",
  "k8s:app=",
  "k8s:k8s-app=",
  "k8s:app.kubernetes.io/instance=",
  "k8s:name=",
];
const NAMESPACE_LABEL = "k8s:io.kubernetes.pod.namespace=";
const CLUSTER_LABEL = "k8s:io.cilium.k8s.policy.cluster=";
export const CIDR_GROUP_LABEL = "cidrgroup:io.cilium.policy.cidrgroupname/";

/** Identities from here up mean something else on every node. */
const FIRST_NODE_LOCAL_IDENTITY = 0x0100_0000;

/** What is known of an end before its address and DNS names are looked at. */
export type PartyBase = Omit<Party, "names">;

/**
 * Names one end. `observer` is the cluster of the observing node, for endpoints that carry no
 * cluster of their own (before Cilium 1.17). DNS names may come unsorted.
 */
export function buildParty(
  endpoint: Endpoint,
  ip: string,
  names: readonly string[],
  observer: string,
): Party {
  return finishParty(buildPartyBase(endpoint, observer), ip, sorted(names));
}

/** The part that depends on the endpoint alone: `kind` is `unknown` when it needs a name or address. */
export function buildPartyBase(endpoint: Endpoint, observer: string): PartyBase {
  const labels = sorted(endpoint.labels);
  const namespace = endpoint.namespace || labelValue(labels, NAMESPACE_LABEL);
  const cluster = endpoint.cluster || labelValue(labels, CLUSTER_LABEL) || observer;
  const identity = endpoint.identity < FIRST_NODE_LOCAL_IDENTITY ? endpoint.identity : 0;
  const base: PartyBase = {
    kind: "unknown",
    key: "",
    name: "",
    cluster,
    namespace,
    workload: "",
    workloadKind: "",
    labels,
    identity,
  };
  // A pod may come with identity 2 (world) while its identity is being replaced: the pod is right.
  const workload =
    endpoint.workloads[0] ?? (endpoint.pod === "" ? null : workloadOfPod(endpoint.pod));
  if (workload !== null) {
    const key = `workload:${cluster}/${namespace}/${workload.name}`;
    return {
      ...base,
      kind: "workload",
      key,
      name: workload.name,
      workload: workload.name,
      workloadKind: workload.kind,
    };
  }
  // Before the labels: with node selectors in use, the host carries its node's labels too.
  const reserved = reservedName(endpoint.identity, labels);
  if (reserved !== "") {
    return { ...base, kind: "reserved", key: `reserved:${cluster}/${reserved}`, name: reserved };
  }
  const labelled = nameOfLabels(labels, namespace);
  if (labelled !== "") {
    return {
      ...base,
      kind: "labels",
      key: `labels:${cluster}/${namespace}/${labelled}`,
      name: labelled,
    };
  }
  return { ...base, cluster: endpoint.cluster };
}

/** Adds DNS names, and names the end by them, its CIDR or its address where nothing better did. */
export function finishParty(base: PartyBase, ip: string, names: readonly string[]): Party {
  if (base.kind !== "unknown") return { ...base, names };
  const [dnsName] = names;
  if (dnsName !== undefined)
    return { ...base, kind: "name", key: `name:${dnsName}`, name: dnsName, names };
  const cidr = longestCidr(base.labels);
  if (cidr !== "" && !(ip !== "" && isSingleAddress(cidr))) {
    return { ...base, kind: "cidr", key: `cidr:${cidr}`, name: cidr, names };
  }
  const group = cidrGroup(base.labels);
  if (group !== "") return { ...base, kind: "cidr", key: `cidrgroup:${group}`, name: group, names };
  if (ip !== "") return { ...base, kind: "address", key: `address:${ip}`, name: ip, names };
  if (isWorld(base))
    return { ...base, kind: "reserved", key: "reserved:world", name: "world", names };
  return { ...base, kind: "unknown", key: "unknown:", name: "unknown", names };
}

/** Whether the address takes part in the name, so that each address is a party of its own. */
export function needsAddress(base: PartyBase, names: readonly string[]): boolean {
  return base.kind === "unknown" && names.length === 0;
}

/** What is known about a well-known address, for display beside it; empty for all others. */
export function describeAddress(ip: string): string {
  return ip === "169.254.169.254" || ip === "fd00:ec2::254" ? "cloud metadata" : "";
}

/** A sorted copy, or the list itself when it is sorted already. */
export function sorted(texts: readonly string[]): readonly string[] {
  for (let i = 1; i < texts.length; i++) {
    if ((texts[i - 1] ?? "") > (texts[i] ?? "")) return texts.toSorted();
  }
  return texts;
}

/** The application's name, else the labels that are not Cilium's own, else the namespace. */
function nameOfLabels(labels: readonly string[], namespace: string): string {
  for (const prefix of APP_LABELS) {
    const value = labelValue(labels, prefix);
    if (value !== "") return value;
  }
  const own = labels.filter((label) => label.startsWith("k8s:") && !label.startsWith("k8s:io."));
  if (own.length > 0) return own.map((label) => label.slice("k8s:".length)).join(", ");
  return namespace;
}

function labelValue(labels: readonly string[], prefix: string): string {
  for (const label of labels) if (label.startsWith(prefix)) return label.slice(prefix.length);
  return "";
}

/** The most specific `cidr:` label; in IPv6 labels Cilium writes `-` for `:`. */
function longestCidr(labels: readonly string[]): string {
  let longest = "";
  let longestBits = -1;
  for (const label of labels) {
    if (!label.startsWith("cidr:")) continue;
    const text = label.slice("cidr:".length);
    const bits = Number(text.slice(text.indexOf("/") + 1));
    if (!(bits > longestBits)) continue;
    longest = text.includes(".") ? text : text.replaceAll("-", ":");
    longestBits = bits;
  }
  return longest;
}

function isSingleAddress(cidr: string): boolean {
  return cidr.endsWith(cidr.includes(":") ? "/128" : "/32");
}

function cidrGroup(labels: readonly string[]): string {
  return (
    labels.find((label) => label.startsWith(CIDR_GROUP_LABEL))?.slice(CIDR_GROUP_LABEL.length) ?? ""
  );
}

function isWorld(base: PartyBase): boolean {
  const { identity, labels } = base;
  return (
    identity === 2 ||
    identity === 9 ||
    identity === 10 ||
    labels.some((label) => label.startsWith("reserved:world"))
  );
}
