/** Flags that Hubble refuses beside each other (1.19.4). */

/** Flags of which at most one may stand in a command, negated and other flags separately. */
const ONE_OF: readonly (readonly string[])[] = [
  ...["from", "to"].flatMap((side) => [
    [
      `${side}-fqdn`,
      `${side}-ip`,
      "ip",
      "fqdn",
      `${side}-namespace`,
      "namespace",
      `${side}-all-namespaces`,
      "all-namespaces",
    ],
    [`${side}-fqdn`, `${side}-ip`, "ip", "fqdn", `${side}-pod`, "pod"],
  ]),
  ["encrypted", "unencrypted"],
];

/** A flag of the first list may not stand with one of the second. */
const NOT_WITH: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ["namespace", "all-namespaces"],
    ["from-pod", "to-pod", "from-service", "to-service"],
  ],
  ...["label", "service", "port", "identity", "workload", "pod", "cluster"].map(
    (name): [string[], string[]] => [[name], [`from-${name}`, `to-${name}`]],
  ),
];

/** The flags that Hubble refuses together, as `--a with --b`; null when it takes them all. */
export function refusedTogether(names: readonly string[]): string | null {
  const given = new Set(names);
  for (const group of ONE_OF) {
    const [one, other] = group.filter((name) => given.has(name));
    if (one !== undefined && other !== undefined) return `--${one} with --${other}`;
  }
  for (const [ones, others] of NOT_WITH) {
    const one = ones.find((name) => given.has(name));
    const other = others.find((name) => given.has(name));
    if (one !== undefined && other !== undefined) return `--${one} with --${other}`;
  }
  return null;
}
