/**
 * Drops as CSV (RFC 4180: CRLF, quotes doubled). Pods, names and policies are written by whoever may
 * create them, and a spreadsheet runs a cell that begins like a formula: such a cell gets a leading
 * apostrophe, as OWASP ("CSV injection") advises.
 */
import type { DropColumn } from "@/lib/drops/drop-columns";
import { TCP_FLAGS } from "@/lib/drops/flow";
import { reasonView } from "@/lib/drops/to-view";
import type { StoredDrop } from "@/lib/store/drop-row";
import { formatTime } from "./rows";

type Read = (drop: StoredDrop) => string | number;

/** Several values of one cell are joined by `; `. Times are RFC 3339 UTC with nanoseconds. */
const READ: Record<DropColumn, Read> = {
  time: (drop) => formatTime(drop.timeMs, drop.timeNanos),
  verdict: ({ series }) => series.verdict,
  reason: ({ series }) => reasonView(series.reason)?.name ?? "",
  direction: ({ series }) => series.direction,
  attribution: ({ series }) => series.attribution.kind,
  certainty: ({ series }) => series.attribution.certainty,
  policy: ({ series }) =>
    join(
      series.attribution.policies.map(({ namespace, name }) =>
        namespace === "" ? name : `${namespace}/${name}`,
      ),
    ),
  tag: ({ series }) => join(series.tags),
  "src.ns": ({ series }) => series.source.namespace,
  "src.workload": ({ series }) => series.source.workload,
  "src.pod": (drop) => drop.sourcePod,
  "src.ip": (drop) => drop.sourceIp,
  "src.port": (drop) => numberOrNone(drop.sourcePort),
  "src.identity": (drop) => numberOrNone(drop.sourceIdentity),
  "src.fqdn": ({ series }) => join(series.source.names),
  "src.label": ({ series }) => join(series.source.labels),
  "dst.ns": ({ series }) => series.destination.namespace,
  "dst.workload": ({ series }) => series.destination.workload,
  "dst.pod": (drop) => drop.destinationPod,
  "dst.ip": (drop) => drop.destinationIp,
  port: ({ series }) => numberOrNone(series.port),
  "dst.identity": (drop) => numberOrNone(drop.destinationIdentity),
  "dst.fqdn": ({ series }) => join(series.destination.names),
  "dst.label": ({ series }) => join(series.destination.labels),
  proto: ({ series }) => series.protocol,
  l7: ({ series }) => series.l7,
  flags: (drop) => flagNames(drop.tcpFlags),
  attempt: (drop) => drop.attempt,
  count: (drop) => drop.count,
  node: (drop) => drop.node,
  cluster: ({ series }) => series.cluster,
  source: (drop) => drop.origin,
  group: ({ series }) => series.group,
  series: ({ series }) => series.id,
  uuid: (drop) => drop.uuid,
};

/** The first line. */
export function csvHead(columns: readonly DropColumn[]): string {
  return `${columns.join(",")}\r\n`;
}

/** One line of a drop. */
export function csvLine(drop: StoredDrop, columns: readonly DropColumn[]): string {
  return `${columns.map((column) => csvCell(READ[column](drop))).join(",")}\r\n`;
}

/** What a spreadsheet takes for the begin of a formula, also in full width. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** The same within a text: many spreadsheets cut at semicolons, some at tabs, whatever is quoted. */
const INNER_FORMULA = /([;\t\r\n][^\S\t\r\n]*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** A number stands as it is: it cannot be a formula. */
export function csvCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const inner = value.replace(INNER_FORMULA, "$1'$2");
  const safe = FORMULA.test(inner) ? `'${inner}` : inner;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function join(values: readonly string[]): string {
  return values.join("; ");
}

/** Zero means that there is none. */
function numberOrNone(value: number): number | string {
  return value === 0 ? "" : value;
}

function flagNames(bits: number): string {
  return Object.entries(TCP_FLAGS)
    .flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name]))
    .join(" ");
}
