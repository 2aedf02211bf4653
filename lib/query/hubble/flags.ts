/**
 * Flags of `hubble observe` (1.19.4), one row each: what a value of the flag is in a FlowFilter and
 * back, or why it does not select flows. Both directions and the documentation read this table.
 */

import { reservedIdentity } from "@/lib/query/identities";
import { fromType, isType, toType } from "./event-types";
import type { FilterField, FilterValue } from "./flow-filter";

export type FilterFlag = {
  kind: "filter";
  name: string;
  short?: string;
  /** Two fields: the flag makes two filters, one for each end. */
  fields: readonly FilterField[];
  /** Null for text that Hubble refuses. */
  read(text: string): FilterValue | null;
  /** Null for a value that the flag cannot give. */
  write(value: FilterValue): string | null;
  /** What is expected after it. */
  expects: string;
};

/** A flag without a value that sets a field. */
export type SwitchFlag = {
  kind: "switch";
  name: string;
  short?: string;
  fields: readonly FilterField[];
  value: FilterValue;
};

/** Raw filters as JSON. */
export type RawFlag = { kind: "raw"; name: string; list: "allow" | "deny" };

/** Which part of the past. */
export type RangeFlag = { kind: "range"; name: string; short?: string; takesValue: boolean };

/** A flag that selects no flows. */
export type OtherFlag = {
  kind: "other";
  name: string;
  short?: string;
  takesValue: boolean;
  /** What it is for, to be told to the reader. */
  about: string;
};

export type Flag =
  | FilterFlag
  | SwitchFlag
  | RawFlag
  | RangeFlag
  | OtherFlag
  | { kind: "not"; name: "not" };

type Codec = Pick<FilterFlag, "read" | "write" | "expects">;

const asText = (value: FilterValue) => (typeof value === "string" && value !== "" ? value : null);

function text(expects: string, test: (text: string) => boolean = (given) => given !== ""): Codec {
  return { read: (given) => (test(given) ? given : null), write: asText, expects };
}

function oneOf(expects: string, names: readonly string[], upper: boolean): Codec {
  return {
    expects,
    read: (given) => {
      const name = upper ? given.toUpperCase() : given.toLowerCase();
      return names.includes(name) ? name : null;
    },
    write: (value) => (typeof value === "string" && names.includes(value) ? value : null),
  };
}

export const VERDICTS = [
  "FORWARDED",
  "DROPPED",
  "AUDIT",
  "REDIRECTED",
  "ERROR",
  "TRACED",
  "TRANSLATED",
] as const;
export const PROTOCOLS = [
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

const NAME = text("a name");
const POD = text("[namespace/]name");
const LABEL = text("a label selector");
const ADDRESS = text("an address or CIDR block", (given) =>
  /^[0-9a-fA-F:.]+(?:\/\d{1,3})?$/.test(given),
);
const FQDN = text("a DNS name, * for any run of characters");
const PORT = text("a port", (given) => /^\d{1,5}$/.test(given) && Number(given) <= 65_535);
const PATTERN = text("an expression");

const WORKLOAD: Codec = {
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

const IDENTITY: Codec = {
  expects: `a number or one of ${IDENTITY_NAMES.join(", ")}`,
  read(given) {
    if (/^\d{1,10}$/.test(given) && Number(given) <= 0xffff_ffff) return Number(given);
    return IDENTITY_NAMES.includes(given) ? reservedIdentity(given) : null;
  },
  write: (value) => (typeof value === "number" ? String(value) : null),
};

const HEADER: Codec = {
  expects: "key:value",
  read(given) {
    const colon = given.indexOf(":");
    return colon < 1 ? null : { key: given.slice(0, colon), value: given.slice(colon + 1) };
  },
  write: (value) =>
    typeof value === "object" ? `${String(value.key)}:${String(value.value)}` : null,
};

const INTERFACE: Codec = {
  expects: "a name",
  read: (given) => (given === "" ? null : { name: given }),
  write: (value) =>
    typeof value === "object" && typeof value.name === "string" && value.index === undefined
      ? value.name
      : null,
};

const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"];

const TCP: Codec = {
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

const TYPE: Codec = {
  expects: "an event type such as drop, policy-verdict, l7 or drop:133",
  read: toType,
  write: (value) => (isType(value) ? fromType(value) : null),
};

const REASON: Codec = {
  expects: "a drop reason such as POLICY_DENIED",
  read: (given) => (/^[A-Za-z0-9_]+$/.test(given) ? given.toUpperCase() : null),
  write: asText,
};

const IP_VERSION: Codec = {
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

const DIRECTION: Codec = {
  expects: "ingress or egress",
  read: (given) => (/^(ingress|egress)$/i.test(given) ? given.toUpperCase() : null),
  write: (value) => (value === "INGRESS" || value === "EGRESS" ? value.toLowerCase() : null),
};

type EndField = "pod" | "service" | "workload" | "ip" | "fqdn" | "label" | "identity" | "port";

/** `--x`, `--from-x` and `--to-x`. */
function sided(
  name: string,
  field: EndField | "cluster_name",
  codec: Codec,
  short?: string,
): FilterFlag[] {
  const source: FilterField = `source_${field}`;
  const destination: FilterField = `destination_${field}`;
  const both: FilterFlag = { kind: "filter", name, fields: [source, destination], ...codec };
  return [
    short === undefined ? both : { ...both, short },
    { kind: "filter", name: `from-${name}`, fields: [source], ...codec },
    { kind: "filter", name: `to-${name}`, fields: [destination], ...codec },
  ];
}

const NAMESPACE: Codec = {
  expects: "a namespace",
  read: (given) => (given === "" || given.includes("/") ? null : `${given}/`),
  write: (value) =>
    typeof value === "string" && /^[^/]+\/$/.test(value) ? value.slice(0, -1) : null,
};

function filter(name: string, field: FilterField, codec: Codec, short?: string): FilterFlag {
  const flag: FilterFlag = { kind: "filter", name, fields: [field], ...codec };
  return short === undefined ? flag : { ...flag, short };
}

function turn(
  name: string,
  fields: readonly FilterField[],
  value: FilterValue,
  short?: string,
): SwitchFlag {
  const flag: SwitchFlag = { kind: "switch", name, fields, value };
  return short === undefined ? flag : { ...flag, short };
}

const FILTER_FLAGS: readonly (FilterFlag | SwitchFlag)[] = [
  ...sided("namespace", "pod", NAMESPACE, "n"),
  turn("all-namespaces", ["source_pod", "destination_pod"], "/", "A"),
  turn("from-all-namespaces", ["source_pod"], "/"),
  turn("to-all-namespaces", ["destination_pod"], "/"),
  ...sided("pod", "pod", POD),
  ...sided("service", "service", POD),
  ...sided("workload", "workload", WORKLOAD),
  ...sided("ip", "ip", ADDRESS),
  filter("snat-ip", "source_ip_xlated", ADDRESS),
  ...sided("fqdn", "fqdn", FQDN),
  ...sided("label", "label", LABEL, "l"),
  ...sided("identity", "identity", IDENTITY),
  ...sided("cluster", "cluster_name", NAME),
  ...sided("port", "port", PORT),
  filter("verdict", "verdict", oneOf(VERDICTS.join(", "), VERDICTS, true)),
  filter("drop-reason-desc", "drop_reason_desc", REASON),
  filter("type", "event_type", TYPE, "t"),
  filter("traffic-direction", "traffic_direction", DIRECTION),
  filter("protocol", "protocol", oneOf(PROTOCOLS.join(", "), PROTOCOLS, false)),
  filter("tcp-flags", "tcp_flags", TCP),
  turn("ipv4", ["ip_version"], "IPv4", "4"),
  turn("ipv6", ["ip_version"], "IPv6", "6"),
  filter("ip-version", "ip_version", IP_VERSION),
  filter("http-status", "http_status_code", text("a status such as 404 or 5+")),
  filter("http-method", "http_method", text("a method")),
  filter("http-path", "http_path", PATTERN),
  filter("http-url", "http_url", PATTERN),
  filter("http-header", "http_header", HEADER),
  filter("node-name", "node_name", text("[cluster/]node")),
  filter("node-label", "node_labels", LABEL),
  filter("interface", "interface", INTERFACE),
  turn("encrypted", ["encrypted"], true),
  turn("unencrypted", ["encrypted"], false),
  turn("reply", ["reply"], true),
  turn("not-reply", ["reply"], false),
  filter("uuid", "uuid", NAME),
  filter("trace-id", "trace_id", NAME),
  filter("ip-trace-id", "ip_trace_id", NAME),
  filter("cel-expression", "cel_expression", text("a CEL expression")),
];

function other(about: string, takesValue: boolean, names: readonly string[]): OtherFlag[] {
  return names.map((written) => {
    const [name = "", short] = written.split("/");
    const flag: OtherFlag = { kind: "other", name, takesValue, about };
    return short === undefined ? flag : { ...flag, short };
  });
}

const CONNECTION = "It says how to reach Hubble; Droplens has its own sources.";
const OUTPUT = "It says what is printed, not which flows.";

/** Every flag. */
export const FLAGS: readonly Flag[] = [
  ...FILTER_FLAGS,
  { kind: "not", name: "not" },
  { kind: "raw", name: "allowlist", list: "allow" },
  { kind: "raw", name: "denylist", list: "deny" },
  { kind: "range", name: "since", takesValue: true },
  { kind: "range", name: "until", takesValue: true },
  { kind: "range", name: "follow", short: "f", takesValue: false },
  { kind: "range", name: "all", takesValue: false },
  { kind: "range", name: "last", takesValue: true },
  { kind: "range", name: "first", takesValue: true },
  ...other("Droplens always takes whole flows.", true, ["field-mask", "experimental-field-mask"]),
  ...other("Droplens always takes whole flows.", false, [
    "use-default-field-masks",
    "experimental-use-default-field-masks",
  ]),
  ...other(OUTPUT, true, ["output/o", "time-format", "color"]),
  ...other(OUTPUT, false, [
    "json/j",
    "dict",
    "numeric",
    "ip-translation",
    "print-node-name",
    "print-policy-names",
    "print-raw-filters",
    "silent-errors/s",
    "debug/D",
    "help/h",
  ]),
  ...other("It reads flows from a file; give Droplens that file as a source.", true, [
    "input-file",
  ]),
  ...other(CONNECTION, true, [
    "server",
    "tls-ca-cert-files",
    "tls-client-cert-file",
    "tls-client-key-file",
    "tls-server-name",
    "basic-auth-username",
    "basic-auth-password",
    "timeout",
    "request-timeout",
    "config",
    "port-forward-port",
    "kube-context",
    "kube-namespace",
    "kubeconfig",
  ]),
  ...other(CONNECTION, false, ["tls", "tls-allow-insecure", "port-forward/P"]),
];

const BY_NAME = new Map<string, Flag>(
  FLAGS.flatMap((flag): [string, Flag][] => [
    [`--${flag.name}`, flag],
    ...("short" in flag && flag.short !== undefined
      ? [[`-${flag.short}`, flag] as [string, Flag]]
      : []),
  ]),
);

/** A flag as it is written, `--verdict` or `-t`; null for one that Hubble 1.19.4 does not have. */
export function findFlag(written: string): Flag | null {
  return BY_NAME.get(written) ?? null;
}

export const FLAG_NAMES: readonly string[] = [...BY_NAME.keys()];

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
