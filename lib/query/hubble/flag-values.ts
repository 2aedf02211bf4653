/** What the values of `hubble observe` flags are in a FlowFilter, and back. */
import { reservedIdentity } from "@/lib/query/identities";
import { fromType, isType, toType } from "./event-types";
import type { FilterValue } from "./flow-filter";

export type FlagValue = {
  /** Null for text that Hubble refuses. */
  read(text: string): FilterValue | null;
  /** Null for a value that the flag cannot give. */
  write(value: FilterValue): string | null;
  /** What is expected after it. */
  expects: string;
};

const asText = (value: FilterValue) => (typeof value === "string" && value !== "" ? value : null);

export function text(
  expects: string,
  test: (text: string) => boolean = (given) => given !== "",
): FlagValue {
  return { read: (given) => (test(given) ? given : null), write: asText, expects };
}

function oneOf(expects: string, names: readonly string[], upper: boolean): FlagValue {
  return {
    expects,
    read: (given) => {
      const name = upper ? given.toUpperCase() : given.toLowerCase();
      return names.includes(name) ? name : null;
    },
    write: (value) => (typeof value === "string" && names.includes(value) ? value : null),
  };
}

const VERDICTS = [
  "FORWARDED",
  "DROPPED",
  "AUDIT",
  "REDIRECTED",
  "ERROR",
  "TRACED",
  "TRANSLATED",
] as const;
const PROTOCOLS = [
  "tcp",
  "udp",
  "icmp",
  "icmpv4",
  "icmpv6",
  "sctp",
  "vrrp",
  "igmp",
  "dns",
  "http",
  "kafka",
] as const;

export const NAME = text("a name");
export const POD = text("[namespace/]name");
export const LABEL = text("a label selector");
export const ADDRESS = text("an address or CIDR block", (given) =>
  /^[0-9a-fA-F:.]+(?:\/\d{1,3})?$/.test(given),
);
export const FQDN = text("a DNS name, * for any run of characters");
export const PORT = text("a port", (given) => /^\d{1,5}$/.test(given) && Number(given) <= 65_535);
export const PATTERN = text("an expression");

export const WORKLOAD: FlagValue = {
  expects: "[Kind/]name",
  read(given): FilterValue | null {
    const slash = given.indexOf("/");
    if (given === "") return null;
    return slash < 0
      ? { name: given }
      : { name: given.slice(slash + 1), kind: given.slice(0, slash) };
  },
  write(value) {
    if (typeof value !== "object") return null;
    const { name = "", kind = "" } = value;
    if (typeof name !== "string" || name === "" || name.includes("/")) return null;
    return kind === "" ? name : `${String(kind)}/${name}`;
  },
};

/** Names that `--identity` takes; the others only as numbers. */
const IDENTITY_NAMES = [
  "host",
  "world",
  "unmanaged",
  "health",
  "init",
  "remote-node",
  "kube-apiserver",
  "ingress",
  "world-ipv4",
  "world-ipv6",
];

export const IDENTITY: FlagValue = {
  expects: `a number or one of ${IDENTITY_NAMES.join(", ")}`,
  read(given) {
    if (/^\d{1,10}$/.test(given) && Number(given) <= 0xffff_ffff) return Number(given);
    return IDENTITY_NAMES.includes(given) ? reservedIdentity(given) : null;
  },
  write: (value) => (typeof value === "number" ? String(value) : null),
};

export const HEADER: FlagValue = {
  expects: "key:value",
  read(given) {
    const colon = given.indexOf(":");
    return colon < 1 ? null : { key: given.slice(0, colon), value: given.slice(colon + 1) };
  },
  write: (value) =>
    typeof value === "object" ? `${String(value.key)}:${String(value.value)}` : null,
};

export const INTERFACE: FlagValue = {
  expects: "a name",
  read: (given) => (given === "" ? null : { name: given }),
  write: (value) =>
    typeof value === "object" && typeof value.name === "string" && value.index === undefined
      ? value.name
      : null,
};

const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"];

export const TCP: FlagValue = {
  expects: "flags such as syn,ack",
  read(given) {
    const names = given.toUpperCase().split(",");
    if (!names.every((name) => TCP_FLAGS.includes(name))) return null;
    return Object.fromEntries(names.map((name) => [name, true]));
  },
  write(value) {
    if (typeof value !== "object") return null;
    const names = Object.keys(value).filter((name) => value[name] === true);
    return names.length === 0 ? null : names.join(",").toLowerCase();
  },
};

export const TYPE: FlagValue = {
  expects: "an event type such as drop, policy-verdict, l7 or drop:133",
  read: toType,
  write: (value) => (isType(value) ? fromType(value) : null),
};

export const REASON: FlagValue = {
  expects: "a drop reason such as POLICY_DENIED",
  read: (given) => (/^[A-Za-z0-9_]+$/.test(given) ? given.toUpperCase() : null),
  write: asText,
};

export const IP_VERSION: FlagValue = {
  expects: "v4, v6 or none",
  read: (given) =>
    new Map([
      ["v4", "IPv4"],
      ["4", "IPv4"],
      ["ipv4", "IPv4"],
      ["v6", "IPv6"],
      ["6", "IPv6"],
      ["ipv6", "IPv6"],
      ["none", "IP_NOT_USED"],
    ]).get(given.toLowerCase()) ?? null,
  write: (value) =>
    new Map<FilterValue, string>([
      ["IPv4", "v4"],
      ["IPv6", "v6"],
      ["IP_NOT_USED", "none"],
    ]).get(value) ?? null,
};

export const DIRECTION: FlagValue = {
  expects: "ingress or egress",
  read: (given) => (/^(ingress|egress)$/i.test(given) ? given.toUpperCase() : null),
  write: (value) => (value === "INGRESS" || value === "EGRESS" ? value.toLowerCase() : null),
};

export const NAMESPACE: FlagValue = {
  expects: "a namespace",
  read: (given) => (given === "" || given.includes("/") ? null : `${given}/`),
  write: (value) =>
    typeof value === "string" && /^[^/]+\/$/.test(value) ? value.slice(0, -1) : null,
};

export const VERDICT = oneOf(VERDICTS.join(", "), VERDICTS, true);
export const PROTOCOL = oneOf(PROTOCOLS.join(", "), PROTOCOLS, false);
