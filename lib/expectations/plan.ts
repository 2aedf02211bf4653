/**
 * What reading a file would change: each entry against the set as it is. Nothing is done here, so
 * that an import can be looked at first.
 */
import { changesInWords } from "./change";
import { type Expectation, NOTHING_KNOWN } from "./expectation";
import { openIn } from "./refuse";
import { type Bounds, type Draft, misfitsOf } from "./validate";
import type { ImportResult } from "./view";
import type { YamlEntry, YamlError } from "./yaml";

export type PlannedStep = {
  action: "create" | "change" | "revoke" | "keep";
  before: Expectation | null;
  after: Expectation;
};

export type Plan = { steps: PlannedStep[]; errors: YamlError[] };

export type PlanOptions = Bounds & {
  /** Name of the file that the entries are from and stay in; null for an import. */
  file: string | null;
  /** Who is the author where an entry names none. */
  author: { name: string; verified: boolean };
  /** The id of an entry that has none. */
  newId: (entry: YamlEntry) => string;
};

export function planEntries(
  entries: readonly YamlEntry[],
  all: readonly Expectation[],
  options: PlanOptions,
): Plan {
  const byId = new Map(all.map((one) => [one.id, one]));
  const byQuery = new Map(
    all.filter(({ revokedAt }) => revokedAt === null).map((one) => [one.query, one]),
  );
  const plan: Plan = { steps: [], errors: [] };
  const seen = new Map<string, number>();
  for (const entry of entries) {
    const id = entry.id ?? idOf(entry, byQuery, options);
    const twice = seen.get(id);
    if (twice !== undefined) {
      const message = `${entry.id === null ? "query" : "id"}: the same as on line ${twice}.`;
      plan.errors.push({ line: entry.line, message });
      continue;
    }
    seen.set(id, entry.line);
    planEntry(entry, id, byId.get(id) ?? null, options, plan);
  }
  return plan;
}

/** Without an id, an import means the one of the same query, so that it can be done twice. */
function idOf(
  entry: YamlEntry,
  byQuery: ReadonlyMap<string, Expectation>,
  { file, newId }: PlanOptions,
): string {
  const same = file === null ? byQuery.get(entry.query) : undefined;
  return same?.id ?? newId(entry);
}

function planEntry(
  entry: YamlEntry,
  id: string,
  before: Expectation | null,
  options: PlanOptions,
  { steps, errors }: Plan,
): void {
  if (options.file === null && before !== null && before.file !== null) {
    const message = `id: ${id} comes from the file ${before.file}. Change it there.`;
    errors.push({ line: entry.line, message });
    return;
  }
  const draft = draftOfEntry(entry, before);
  const misfits = misfitsOf(draft, options, before);
  for (const { field, message } of misfits) {
    errors.push({ line: entry.lines.get(field) ?? entry.line, message: `${field}: ${message}` });
  }
  if (misfits.length > 0) return;
  const after = afterEntry(entry, id, draft, before, options);
  // What was taken back and never was there need not come to be.
  if (before === null && entry.revoked) return;
  steps.push({ action: actionOf(before, after), before, after });
}

function draftOfEntry(entry: YamlEntry, before: Expectation | null): Draft {
  const { query, reason, ticket, appliesFrom, expiresAt, ceilingPerMinute, mode } = entry;
  const isSame = before !== null && before.query === query;
  const watch = entry.watch ?? (isSame ? before.watch : openIn(query));
  return { query, reason, ticket, appliesFrom, expiresAt, ceilingPerMinute, mode, watch };
}

function afterEntry(
  { author: written, revoked }: YamlEntry,
  id: string,
  draft: Draft,
  before: Expectation | null,
  { file, author, nowMs }: PlanOptions,
): Expectation {
  const at = new Date(nowMs).toISOString();
  const base = before ?? { createdAt: at, known: NOTHING_KNOWN, revokedAt: null, version: 0 };
  return {
    ...base,
    ...draft,
    id,
    ...authorOf(written, before, author),
    updatedAt: at,
    revokedAt: revoked ? (base.revokedAt ?? at) : null,
    file,
    version: base.version + 1,
  };
}

/** A name in a file is the word of whoever wrote the file. */
function authorOf(
  written: string | null,
  before: Expectation | null,
  fallback: { name: string; verified: boolean },
): Pick<Expectation, "author" | "authorVerified"> {
  if (before !== null && (written === null || written === before.author)) {
    return { author: before.author, authorVerified: before.authorVerified };
  }
  if (written !== null) return { author: written, authorVerified: false };
  return { author: fallback.name, authorVerified: fallback.verified };
}

function actionOf(before: Expectation | null, after: Expectation): PlannedStep["action"] {
  if (before === null) return "create";
  if (before.revokedAt === null && after.revokedAt !== null) return "revoke";
  return changesInWords(before, after).length === 0 ? "keep" : "change";
}

/** The plan as the API tells it. */
export function planInWords({ steps, errors }: Plan, applied: boolean): ImportResult {
  return {
    applied,
    errors,
    changes: steps.map(({ action, before, after }) => ({
      action,
      id: after.id,
      query: after.query,
      changes: action === "keep" ? [] : changesInWords(before, after),
    })),
  };
}
