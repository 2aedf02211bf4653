/**
 * Every field of the query language in one table: the parser's errors, the search bar's
 * suggestions and the documentation all read it.
 */
import type { FieldName, PlainField, Side, SideField } from "./query";
import { PLAIN_FIELDS, SIDE_FIELDS } from "./query";

/**
 * - `set`: one of `values`, in any case.
 * - `name`: the whole name, exactly as written, or a glob.
 * - `text`: the whole text in any case (A-Z only), or a glob.
 * - `number`: a number, `>` `>=` `<` `<=` a number, or a range `1..9`.
 * - `ip`: an address or a CIDR block.
 */
export type FieldKind = "set" | "name" | "text" | "number" | "ip";

export type Field = {
  name: PlainField | SideField;
  /** Whether `src.` and `dst.` may stand before it. */
  sided: boolean;
  kind: FieldKind;
  /** One sentence for people. */
  help: string;
  /** Whole terms that parse. */
  examples: readonly string[];
  /** Allowed values of a closed set, in canonical spelling. `reason` has its own table. */
  values?: readonly string[];
  /** What `none` means here; absent where `none` has no special meaning. */
  none?: string;
};

/** In the order in which the search bar offers them. */
export const FIELDS: readonly Field[] = [
  {
    name: "verdict",
    sided: false,
    kind: "set",
    help: "Whether Cilium dropped the packet, or would have (AUDIT).",
    examples: ["verdict:DROPPED", "verdict:AUDIT"],
    values: ["DROPPED", "AUDIT"],
  },
  {
    name: "policy",
    sided: false,
    kind: "name",
    help: "A policy that blocked it, as name or namespace/name; a leading / means cluster-wide.",
    examples: ["policy:deny-web", "policy:shop/deny-*", "policy:/lockdown", "policy:none"],
    none: "no policy is named",
  },
  {
    name: "tag",
    sided: false,
    kind: "name",
    help: "A tag of the policy log. `none` is a drop known to have no tag; see tag.state.",
    examples: ["tag:app-explicit-*", "tag:none"],
    none: "known to have no tag",
  },
  {
    name: "ns",
    sided: true,
    kind: "name",
    help: "Kubernetes namespace.",
    examples: ["ns:shop,web", "dst.ns:kube-system"],
    none: "in no namespace",
  },
  {
    name: "workload",
    sided: true,
    kind: "name",
    help: "Owner of the pod (Deployment, DaemonSet, …), as name or namespace/name.",
    examples: ["src.workload:productpage-v1", "workload:shop/*"],
    none: "no workload is known",
  },
  {
    name: "pod",
    sided: true,
    kind: "name",
    help: "The whole pod name, or namespace/name; end with * for a prefix.",
    examples: ["pod:productpage-v1-*", "dst.pod:kube-system/coredns-*"],
    none: "not a pod",
  },
  {
    name: "ip",
    sided: true,
    kind: "ip",
    help: "An address or a CIDR block, IPv4 or IPv6.",
    examples: ["dst.ip:203.0.113.7", "ip:10.0.0.0/8", "src.ip:2001:db8::/32"],
    none: "no address is known",
  },
  {
    name: "fqdn",
    sided: true,
    kind: "text",
    help: "A DNS name given or remembered for the address; * is any run of characters, dots too.",
    examples: ["dst.fqdn:*.telemetry.example.com", "fqdn:none"],
    none: "no DNS name is known or remembered",
  },
  {
    name: "port",
    sided: false,
    kind: "number",
    help: "Destination port; for ICMP the ICMP type.",
    examples: ["port:443", "port:80,443", "port:>=1024", "port:22..9200", "port:none"],
    none: "no port (0)",
  },
  {
    name: "proto",
    sided: false,
    kind: "set",
    help: "Protocol. ICMP means ICMPv4 or ICMPv6.",
    examples: ["proto:TCP", "proto:ICMP"],
    values: ["TCP", "UDP", "SCTP", "ICMP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"],
    none: "no protocol is known",
  },
  {
    name: "direction",
    sided: false,
    kind: "set",
    help: "Direction in which the policy is enforced.",
    examples: ["direction:egress"],
    values: ["ingress", "egress", "unknown"],
  },
  {
    name: "reason",
    sided: false,
    kind: "set",
    help: "Cilium's drop reason: its name, its number or a glob over the names.",
    examples: ["reason:POLICY_DENIED", "reason:133", "reason:CT_*", "reason:none"],
    none: "no drop reason, as on audit",
  },
  {
    name: "attribution",
    sided: false,
    kind: "set",
    help: "What blocked it: a policy, the lack of an allowing rule, or something else.",
    examples: ["attribution:policy", "attribution:default-deny"],
    values: ["policy", "default-deny", "other"],
  },
  {
    name: "certainty",
    sided: false,
    kind: "set",
    help: "How the attribution is known: reported by one flow, paired from two, or not at all.",
    examples: ["certainty:reported,paired"],
    values: ["reported", "paired", "inferred", "none"],
  },
  {
    name: "identity",
    sided: true,
    kind: "number",
    help: "Cilium's security identity, a number or a reserved name such as world or host.",
    examples: ["dst.identity:world", "identity:kube-apiserver", "src.identity:>=256"],
    none: "no identity (0)",
  },
  {
    name: "label",
    sided: true,
    kind: "name",
    help: "A Cilium label: source:key=value, key=value, or a key alone.",
    examples: ["label:k8s:app=web", "src.label:app=web", "label:reserved:*"],
    none: "no labels are known",
  },
  {
    name: "l7",
    sided: false,
    kind: "text",
    help: "The whole request of layer 7, such as `GET /path` or `DNS name`; use * outside quotes for a part.",
    examples: ['l7:"GET /admin"*', "l7:*login*"],
    none: "not a layer 7 request",
  },
  {
    name: "expected",
    sided: false,
    kind: "set",
    help: "Whether an expectation matches it.",
    examples: ["expected:false"],
    values: ["true", "false"],
  },
  {
    name: "tag.state",
    sided: false,
    kind: "set",
    help: "Whether tags are there, known to be absent, or never exported.",
    examples: ["tag.state:unreported"],
    values: ["tagged", "untagged", "unreported"],
  },
  {
    name: "policy.ns",
    sided: false,
    kind: "name",
    help: "Namespace of a policy that blocked it; `none` is a cluster-wide policy.",
    examples: ["policy.ns:shop", "policy.ns:none"],
    none: "a cluster-wide policy",
  },
  {
    name: "policy.kind",
    sided: false,
    kind: "name",
    help: "Kind of a policy that blocked it.",
    examples: ["policy.kind:CiliumNetworkPolicy"],
    none: "a policy without a kind",
  },
  {
    name: "cluster",
    sided: false,
    kind: "name",
    help: "Cluster of the observing node.",
    examples: ["cluster:default"],
    none: "no cluster is known",
  },
  {
    name: "node",
    sided: false,
    kind: "name",
    help: "Observing node, as name or cluster/name.",
    examples: ["node:worker-*", "node:west/worker-1"],
    none: "no node is known",
  },
  {
    name: "source",
    sided: false,
    kind: "name",
    help: "Id of the source in Droplens that the drop came from.",
    examples: ["source:relay"],
    none: "no source is known",
  },
  {
    name: "group",
    sided: false,
    kind: "name",
    help: "Id of a group, as in a link to it.",
    examples: ["group:0123456789abcdef"],
  },
  {
    name: "series",
    sided: false,
    kind: "name",
    help: "Id of a series, as in a link to it.",
    examples: ["series:0123456789abcdef"],
  },
];

const BY_NAME = new Map<string, Field>(FIELDS.map((field) => [field.name, field]));

/** Row of a field of the table, without `src.` or `dst.`. */
export function fieldRow(name: PlainField | SideField): Field {
  const row = BY_NAME.get(name);
  if (row === undefined) throw new Error(`The table of fields lacks ${name}.`);
  return row;
}

/** Every way to write a field: plain, either end, `src.`, `dst.`. */
export const FIELD_NAMES: readonly FieldName[] = [
  ...PLAIN_FIELDS,
  ...SIDE_FIELDS.flatMap((name): FieldName[] => [name, `src.${name}`, `dst.${name}`]),
];

export type FieldRef = { field: PlainField; side: null } | { field: SideField; side: Side };

const REFS = new Map<string, FieldRef>([
  ...PLAIN_FIELDS.map((field): [string, FieldRef] => [field, { field, side: null }]),
  ...SIDE_FIELDS.flatMap((field): [string, FieldRef][] => [
    [field, { field, side: "either" }],
    [`src.${field}`, { field, side: "src" }],
    [`dst.${field}`, { field, side: "dst" }],
  ]),
]);

/** Reads a field name in any case; null when there is no such field. */
export function findField(name: string): FieldRef | null {
  return REFS.get(name.toLowerCase()) ?? null;
}

/** The name as it is written before the colon. */
export function fieldName(ref: FieldRef): FieldName {
  if (ref.side === null) return ref.field;
  return ref.side === "either" ? ref.field : `${ref.side}.${ref.field}`;
}
