/** Reading the audit trail: a page of it, and what was done since somebody looked last. */
import { changesInWords } from "./change";
import type { Expectation } from "./expectation";
import type { AuditEntry, AuditTrail } from "./view";

/** The newest first, of one expectation or all; `before` is a `seq`. `entries`: the oldest first. */
export function trailPage(
  entries: readonly AuditEntry[],
  { id, before, limit }: { id: string | null; before: number | null; limit: number },
): AuditTrail {
  const page: AuditEntry[] = [];
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    const entry = entries[at];
    if (entry === undefined || (before !== null && entry.seq >= before)) continue;
    if (id !== null && entry.expectation !== id) continue;
    if (page.length === limit) return { entries: page, next: page.at(-1)?.seq ?? null };
    page.push(entry);
  }
  return { entries: page, next: null };
}

/** What is different since one of its versions, and who changed it last; empty when not known. */
export function changedSince(
  entries: readonly AuditEntry[],
  current: Expectation,
  version: number,
): { changes: string[]; by: string } {
  const then = entries.find(
    ({ expectation, after }) => expectation === current.id && after.version === version,
  );
  const last = entries.findLast(({ expectation }) => expectation === current.id);
  return {
    changes: then === undefined ? [] : changesInWords(then.after, current),
    by: last?.actor.name ?? "",
  };
}
