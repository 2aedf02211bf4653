/** What the form holds, and the requests it makes of it. Pure. */
import { type Expectation, SINCE_EVER, type Watched } from "@/lib/expectations/expectation";
import { openIn } from "@/lib/expectations/refuse";
import type {
  ExpectationChange,
  ExpectationRow,
  NewExpectation,
  Preview,
  PreviewRequest,
} from "@/lib/expectations/view";

export type Draft = {
  query: string;
  reason: string;
  ticket: string;
  /** `past`, `now`, or a time. */
  appliesFrom: string;
  expiresAt: string | null;
  /** `suggested`: what the preview says, until somebody says otherwise. */
  ceiling: number | null | "suggested";
  mode: Expectation["mode"];
  /** Null: what the query leaves open, also after it is changed. */
  watch: readonly Watched[] | null;
};

export const DAY_MS = 86_400_000;
export const SUGGESTED_DAYS = 30;

export function newDraft(query: string, nowMs: number, maxDays: number): Draft {
  const days = maxDays === 0 ? SUGGESTED_DAYS : Math.min(SUGGESTED_DAYS, maxDays);
  return {
    query,
    reason: "",
    ticket: "",
    appliesFrom: "past",
    expiresAt: inDays(days, nowMs),
    ceiling: "suggested",
    mode: "hide",
    watch: null,
  };
}

export function draftOfRow(row: ExpectationRow): Draft {
  const { query, reason, ticket, expiresAt, ceilingPerMinute, mode, watch } = row;
  const appliesFrom = row.appliesFrom === SINCE_EVER ? "past" : row.appliesFrom;
  return { query, reason, ticket, appliesFrom, expiresAt, ceiling: ceilingPerMinute, mode, watch };
}

/** A copy starts its time anew. */
export function draftOfCopy(row: ExpectationRow, nowMs: number, maxDays: number): Draft {
  const { expiresAt } = newDraft(row.query, nowMs, maxDays);
  return { ...draftOfRow(row), expiresAt };
}

/** So many days from now, to the second. */
export function inDays(days: number, nowMs: number): string {
  const timeMs = Math.floor(nowMs / 1_000) * 1_000 + days * DAY_MS;
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}

export function watchOf(draft: Draft): readonly Watched[] {
  return draft.watch ?? openIn(draft.query);
}

/** The ceiling a save means; undefined while the suggestion is not known. */
export function ceilingOf(draft: Draft, preview: Preview | null): number | null | undefined {
  if (draft.ceiling !== "suggested") return draft.ceiling;
  return preview === null ? undefined : preview.suggestedCeiling;
}

export function previewRequest(
  draft: Draft,
  basis: string,
  replaces: string | null,
): PreviewRequest {
  return {
    query: draft.query,
    appliesFrom: draft.appliesFrom,
    expiresAt: draft.expiresAt,
    ceilingPerMinute: draft.ceiling === "suggested" ? null : draft.ceiling,
    mode: draft.mode,
    watch: watchOf(draft),
    basis,
    ...(replaces !== null && { replaces }),
  };
}

export function newExpectation(
  draft: Draft,
  preview: Preview | null,
  author: string,
): NewExpectation {
  return {
    query: draft.query,
    reason: draft.reason,
    ...(author !== "" && { author }),
    ticket: draft.ticket,
    appliesFrom: draft.appliesFrom,
    expiresAt: draft.expiresAt,
    ceilingPerMinute: ceilingOf(draft, preview) ?? null,
    mode: draft.mode,
    watch: watchOf(draft),
  };
}

/** What differs from the expectation as it stood when the form was opened. */
export function changeFrom(
  row: ExpectationRow,
  draft: Draft,
  preview: Preview | null,
  author: string,
): ExpectationChange {
  const wanted = newExpectation(draft, preview, author);
  const before = newExpectation(draftOfRow(row), preview, author);
  const change: ExpectationChange = { version: row.version };
  if (author !== "") change.author = author;
  if (wanted.query !== before.query) change.query = wanted.query;
  if (wanted.reason !== before.reason) change.reason = wanted.reason;
  if (wanted.ticket !== before.ticket && wanted.ticket !== undefined) change.ticket = wanted.ticket;
  if (wanted.appliesFrom !== before.appliesFrom && wanted.appliesFrom !== undefined) {
    change.appliesFrom = wanted.appliesFrom;
  }
  if (wanted.expiresAt !== before.expiresAt) change.expiresAt = wanted.expiresAt;
  if (wanted.ceilingPerMinute !== before.ceilingPerMinute) {
    change.ceilingPerMinute = wanted.ceilingPerMinute ?? null;
  }
  if (wanted.mode !== before.mode && wanted.mode !== undefined) change.mode = wanted.mode;
  if (String(wanted.watch) !== String(before.watch) && wanted.watch !== undefined) {
    change.watch = wanted.watch;
  }
  return change;
}

/** The fields of a change as they were, to undo it. */
export function undoOf(
  change: ExpectationChange,
  before: ExpectationRow,
  version: number,
): ExpectationChange {
  const undo: ExpectationChange = { version };
  if (change.query !== undefined) undo.query = before.query;
  if (change.reason !== undefined) undo.reason = before.reason;
  if (change.ticket !== undefined) undo.ticket = before.ticket;
  if (change.appliesFrom !== undefined) undo.appliesFrom = before.appliesFrom;
  if (change.expiresAt !== undefined) undo.expiresAt = before.expiresAt;
  if (change.ceilingPerMinute !== undefined) undo.ceilingPerMinute = before.ceilingPerMinute;
  if (change.mode !== undefined) undo.mode = before.mode;
  if (change.watch !== undefined) undo.watch = before.watch;
  if (change.revoked !== undefined) undo.revoked = before.revokedAt !== null;
  if (change.accept !== undefined) undo.forget = change.accept;
  return undo;
}
