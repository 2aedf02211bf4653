/**
 * Flags of `hubble observe` (1.19.4), one row each: what a value of the flag is in a FlowFilter and
 * back, or why it does not select flows. Both directions and the documentation read this table.
 */

import type { FlagValue } from "./flag-values";
import {
  ADDRESS,
  DIRECTION,
  FQDN,
  HEADER,
  IDENTITY,
  INTERFACE,
  IP_VERSION,
  LABEL,
  NAME,
  NAMESPACE,
  PATTERN,
  POD,
  PORT,
  PROTOCOL,
  REASON,
  TCP,
  TYPE,
  text,
  VERDICT,
  WORKLOAD,
} from "./flag-values";
import type { FilterField, FilterValue } from "./flow-filter";

export type FilterFlag = FlagValue & {
  kind: "filter";
  name: string;
  short?: string;
  /** Two fields: the flag makes two filters, one for each end. */
  fields: readonly FilterField[];
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

type EndField = "pod" | "service" | "workload" | "ip" | "fqdn" | "label" | "identity" | "port";

/** `--x`, `--from-x` and `--to-x`. */
function sided(
  name: string,
  field: EndField | "cluster_name",
  codec: FlagValue,
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

function filter(name: string, field: FilterField, codec: FlagValue, short?: string): FilterFlag {
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
  filter("verdict", "verdict", VERDICT),
  filter("drop-reason-desc", "drop_reason_desc", REASON),
  filter("type", "event_type", TYPE, "t"),
  filter("traffic-direction", "traffic_direction", DIRECTION),
  filter("protocol", "protocol", PROTOCOL),
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
