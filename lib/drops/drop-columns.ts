/**
 * The columns of a drop in an export, by the names that the query language has for the same things.
 * `columns.tsx` of the Flows screen says which of them its own columns stand for.
 */
export const DROP_COLUMNS = [
  "time",
  "verdict",
  "reason",
  "direction",
  "attribution",
  "certainty",
  "policy",
  "tag",
  "src.ns",
  "src.workload",
  "src.pod",
  "src.ip",
  "src.port",
  "src.identity",
  "src.fqdn",
  "src.label",
  "dst.ns",
  "dst.workload",
  "dst.pod",
  "dst.ip",
  "port",
  "dst.identity",
  "dst.fqdn",
  "dst.label",
  "proto",
  "l7",
  "flags",
  "attempt",
  "count",
  "node",
  "cluster",
  "source",
  "group",
  "series",
  "uuid",
] as const;

export type DropColumn = (typeof DROP_COLUMNS)[number];

export const EXPORT_FORMATS = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
