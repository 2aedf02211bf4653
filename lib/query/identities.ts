/**
 * Cilium's reserved identities: the numbers below 100 that mean the same in every cluster. Their
 * labels are `reserved:<name>`, which CIDR and DNS identities carry as well (`reserved:world`).
 */
const RESERVED: readonly (readonly [name: string, identity: number])[] = [
  ["host", 1],
  ["world", 2],
  ["unmanaged", 3],
  ["health", 4],
  ["init", 5],
  ["remote-node", 6],
  ["kube-apiserver", 7],
  ["ingress", 8],
  ["world-ipv4", 9],
  ["world-ipv6", 10],
  ["encrypted-overlay", 11],
];

export const RESERVED_NAMES: readonly string[] = RESERVED.map(([name]) => name);

const BY_NAME = new Map<string, number>(RESERVED);

/** Number of a reserved identity, or null. */
export function reservedIdentity(name: string): number | null {
  return BY_NAME.get(name) ?? null;
}
