/** The audit trail as a file: CSV for a spreadsheet, JSON lines for everything else. */
import type { AuditEntry } from "@/lib/expectations/view";
import { csvCell } from "./export-csv";

const COLUMNS = [
  "seq",
  "at",
  "action",
  "expectation",
  "actor",
  "verified",
  "from",
  "query",
  "reason",
  "changes",
] as const;

/** One line an entry, its changes joined by `; `. No cell can be taken for a formula. */
export function auditAsCsv(entries: readonly AuditEntry[]): string {
  const lines = entries.map(({ seq, at, action, expectation, actor, from, after, changes }) =>
    [
      ...[seq, at, action, expectation, actor.name, String(actor.verified), from],
      ...[after.query, after.reason, changes.join("; ")],
    ]
      .map(csvCell)
      .join(","),
  );
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

/** One JSON object an entry, with the whole expectation before and after. */
export function auditAsLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
}
