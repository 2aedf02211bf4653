/**
 * Hubble's `flow.FlowFilter` as JSON, and flat as the translations work on it. Inside a filter all
 * fields must hold, inside a field any of its values. A flow passes if the allowlist is empty or one
 * of its filters holds, and none of the denylist does.
 */

/** All fields of `flow.FlowFilter` (Cilium 1.20) that are lists. */
export const LIST_FIELDS = [
  "uuid",
  "source_ip",
  "source_ip_xlated",
  "source_pod",
  "source_fqdn",
  "source_label",
  "source_service",
  "source_workload",
  "source_cluster_name",
  "destination_ip",
  "destination_pod",
  "destination_fqdn",
  "destination_label",
  "destination_service",
  "destination_workload",
  "destination_cluster_name",
  "traffic_direction",
  "verdict",
  "drop_reason_desc",
  "interface",
  "event_type",
  "http_status_code",
  "protocol",
  "source_port",
  "destination_port",
  "reply",
  "dns_query",
  "source_identity",
  "destination_identity",
  "http_method",
  "http_path",
  "http_url",
  "http_header",
  "tcp_flags",
  "node_name",
  "node_labels",
  "ip_version",
  "trace_id",
  "ip_trace_id",
  "encrypted",
] as const;

export type ListField = (typeof LIST_FIELDS)[number];
/** With the one field of `experimental` beside the others. */
export type FilterField = ListField | "cel_expression";
export const FILTER_FIELDS: readonly FilterField[] = [...LIST_FIELDS, "cel_expression"];

/** Objects are workloads `{name, kind}`, event types, headers, interfaces and sets of TCP flags. */
export type FilterValue =
  | string
  | number
  | boolean
  | Readonly<Record<string, string | number | boolean>>;

/** A filter, flat. `{}` matches every flow. */
export type Filter = { readonly [F in FilterField]?: readonly FilterValue[] };

/** As `--allowlist`, `--denylist` and the exporter's lists take it. */
export type FlowFilterJson = { readonly [F in ListField]?: readonly FilterValue[] } & {
  readonly experimental?: { readonly cel_expression: readonly FilterValue[] };
};

export type Filters = { allow: readonly Filter[]; deny: readonly Filter[] };

export function filterJson(filter: Filter): FlowFilterJson {
  const { cel_expression: cel, ...rest } = filter;
  return cel === undefined ? rest : { ...rest, experimental: { cel_expression: cel } };
}

/** Fields that are set, in the order in which they were set. */
export function fieldsOf(filter: Filter): FilterField[] {
  return FILTER_FIELDS.filter((field) => filter[field] !== undefined).sort(
    (a, b) => Object.keys(filter).indexOf(a) - Object.keys(filter).indexOf(b),
  );
}

/** Equal for equal filters, whatever the order of fields and values. */
export function filterKey(filter: Filter): string {
  const fields = FILTER_FIELDS.filter((field) => filter[field] !== undefined);
  return JSON.stringify(fields.map((field) => [field, (filter[field] ?? []).map(valueKey).sort()]));
}

/** Equal for equal values, whatever the order of an object's keys. */
export function valueKey(value: FilterValue): string {
  if (typeof value !== "object") return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * JSON of one line in which every character can be seen: control, bidirectional and other unseen
 * characters are escaped. Half surrogates become U+FFFD.
 */
export function visibleJson(value: unknown): string {
  return escapeUnseen(JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, "\\ufffd"));
}

/** Escapes what JSON leaves as it is and neither a terminal nor YAML shows. For quoted text only. */
export function escapeUnseen(json: string): string {
  return json.replace(/[^\P{C}\n]|[\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => {
      const code = character.charCodeAt(at);
      return `\\u${code.toString(16).padStart(4, "0")}`;
    }).join(""),
  );
}
