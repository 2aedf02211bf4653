/** Cilium's reserved identities: numbers below 256 that mean the same in every cluster. */

/** Names by number. The worlds (2, 9, 10) are left out: they say only that an end is outside. */
const NAME_BY_IDENTITY = new Map([
  [1, "host"],
  [3, "unmanaged"],
  [4, "health"],
  [5, "init"],
  [6, "remote-node"],
  [7, "kube-apiserver"],
  [8, "ingress"],
  [11, "encrypted-overlay"],
]);

/** An end can carry several of these (`host` and `kube-apiserver`): the first one names it. */
const IN_ORDER = [
  "host",
  "kube-apiserver",
  "health",
  "remote-node",
  "ingress",
  "init",
  "unmanaged",
  "encrypted-overlay",
];

/** The reserved name of an end that is not simply outside the cluster; empty when it has none. */
export function reservedName(identity: number, labels: readonly string[]): string {
  for (const name of IN_ORDER) if (labels.includes(`reserved:${name}`)) return name;
  return NAME_BY_IDENTITY.get(identity) ?? "";
}
