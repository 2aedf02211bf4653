/** The columns that the table of drops can have: their names, widths, and what an export calls them. */
import { blockedBy } from "@/components/triage/blocked-by";
import { portText, withPort } from "@/components/triage/party-text";
import type { DropColumn } from "@/lib/drops/drop-columns";
import type { DropRow } from "@/lib/drops/view";

export type Column = {
  title: string;
  /** Longer, for the list of columns and as the head's hint. */
  says: string;
  /** A track of the grid, px or fr. */
  width: string;
  /** Columns of an export that hold the same. */
  exports: readonly DropColumn[];
};

export const COLUMNS = {
  time: { title: "Time", says: "When it was dropped", width: "96px", exports: ["time"] },
  src: {
    title: "From",
    says: "Source: workload, name or address",
    width: "minmax(110px, 1.1fr)",
    exports: ["src.ns", "src.workload", "src.pod", "src.ip"],
  },
  dst: {
    title: "To",
    says: "Destination: workload, name or address, and port",
    width: "minmax(120px, 1.2fr)",
    exports: ["dst.ns", "dst.workload", "dst.pod", "dst.ip", "dst.fqdn", "port"],
  },
  proto: {
    title: "Proto",
    says: "Protocol and TCP flags",
    width: "72px",
    exports: ["proto", "flags"],
  },
  blocked: {
    title: "Blocked by",
    says: "Policy, default-deny or reason, and how sure that is",
    width: "minmax(120px, 1.1fr)",
    exports: ["attribution", "certainty", "policy"],
  },
  tag: { title: "Tag", says: "Tags of the policy", width: "minmax(90px, 0.9fr)", exports: ["tag"] },
  reason: {
    title: "Reason",
    says: "Cilium's drop reason",
    width: "minmax(90px, 0.8fr)",
    exports: ["reason"],
  },
  direction: { title: "Way", says: "Direction", width: "58px", exports: ["direction"] },
  l7: {
    title: "L7",
    says: "HTTP path, DNS name, Kafka topic",
    width: "minmax(90px, 1fr)",
    exports: ["l7"],
  },
  attempt: { title: "Attempt", says: "New attempt or retry", width: "58px", exports: ["attempt"] },
  count: { title: "Count", says: "Packets it stands for", width: "48px", exports: ["count"] },
  "src.pod": {
    title: "Source pod",
    says: "Source pod",
    width: "minmax(110px, 1fr)",
    exports: ["src.pod"],
  },
  "dst.pod": {
    title: "Destination pod",
    says: "Destination pod",
    width: "minmax(110px, 1fr)",
    exports: ["dst.pod"],
  },
  "src.ip": {
    title: "Source address",
    says: "Source address and port",
    width: "minmax(124px, 0.9fr)",
    exports: ["src.ip", "src.port"],
  },
  "dst.ip": {
    title: "Destination address",
    says: "Destination address and port",
    width: "minmax(124px, 0.9fr)",
    exports: ["dst.ip", "port"],
  },
  "src.identity": {
    title: "Src identity",
    says: "Source security identity",
    width: "74px",
    exports: ["src.identity"],
  },
  "dst.identity": {
    title: "Dst identity",
    says: "Destination security identity",
    width: "74px",
    exports: ["dst.identity"],
  },
  node: {
    title: "Node",
    says: "Node that reported it",
    width: "minmax(80px, 0.6fr)",
    exports: ["node"],
  },
  cluster: {
    title: "Cluster",
    says: "Cluster",
    width: "minmax(60px, 0.5fr)",
    exports: ["cluster"],
  },
  source: {
    title: "Source",
    says: "Where Droplens had it from",
    width: "80px",
    exports: ["source"],
  },
  uuid: {
    title: "uuid",
    says: "Hubble's id of the flow",
    width: "minmax(110px, 0.8fr)",
    exports: ["uuid"],
  },
} as const satisfies Record<string, Column>;

export type ColumnId = keyof typeof COLUMNS;

export const COLUMN_IDS = Object.keys(COLUMNS) as ColumnId[];

export const DEFAULT_COLUMNS: readonly ColumnId[] = [
  "time",
  "src",
  "dst",
  "proto",
  "blocked",
  "tag",
  "reason",
  "node",
];

/** The known among the given, each once and in their order; null when there are none. */
export function readColumns(names: readonly string[]): readonly ColumnId[] | null {
  const known = names.flatMap((name) => COLUMN_IDS.filter((id) => id === name));
  const once = [...new Set(known)];
  return once.length === 0 ? null : once;
}

/** What an export has for these columns of the table; the verdict is always shown. */
export function exportColumns(columns: readonly ColumnId[]): DropColumn[] {
  return [...new Set<DropColumn>(["verdict", ...columns.flatMap((id) => COLUMNS[id].exports)])];
}

/** `10.0.0.1:53`, `[2001:db8::1]:443`, or the bare address without a port. */
export function addressText(ip: string, port: number): string {
  const address = ip === "" ? "unknown" : ip;
  if (port === 0) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `web → orders-db:5432, blocked by …`: the drop in one line, for those who hear the row. */
export function rowText(row: DropRow): string {
  const to = withPort(row.destination, row.protocol, row.port);
  return `${row.source.name} → ${to}, ${row.protocol}, ${blockedBy(row).text}`;
}

/** The destination's port where the protocol has one. */
export function portOf(row: DropRow): string {
  return portText(row.protocol, row.port);
}
