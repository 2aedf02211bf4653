/** Cells of the table of drops as terms of the query: the field and value that find them again. */
import type { ColumnId } from "@/components/flows/columns";
import { policyValue } from "@/components/triage/policy-value";
import type { DropRow } from "@/lib/drops/view";
import type { FieldName } from "@/lib/query/query";

export type Asked = { field: FieldName; value: string };

/** Null where the query language has no field for a column, or the cell is empty. */
export function askedOf(row: DropRow, column: ColumnId): Asked | null {
  switch (column) {
    case "proto":
      return { field: "proto", value: row.protocol };
    case "reason":
      return row.reason === null ? null : { field: "reason", value: row.reason.name };
    case "direction":
      return { field: "direction", value: row.direction };
    case "l7":
      return filled("l7", row.l7);
    case "src.pod":
      return filled("src.pod", row.sourcePod);
    case "dst.pod":
      return filled("dst.pod", row.destinationPod);
    case "src.ip":
      return filled("src.ip", row.sourceIp);
    case "dst.ip":
      return filled("dst.ip", row.destinationIp);
    case "src.identity":
      return numbered("src.identity", row.sourceIdentity);
    case "dst.identity":
      return numbered("dst.identity", row.destinationIdentity);
    case "node":
      return filled("node", row.node);
    case "cluster":
      return filled("cluster", row.cluster);
    case "source":
      return filled("source", row.origin);
    default:
      return null;
  }
}

/** What blocked it: its first policy, or else the kind of its attribution. */
export function blockedField({ attribution }: DropRow): Asked {
  const [first] = attribution.policies;
  if (first !== undefined) return { field: "policy", value: policyValue(first) };
  return { field: "attribution", value: attribution.kind };
}

function filled(field: FieldName, value: string): Asked | null {
  return value === "" ? null : { field, value };
}

function numbered(field: FieldName, value: number): Asked | null {
  return value === 0 ? null : { field, value: String(value) };
}
