/**
 * What an expectation must say before it is taken: the same for a form, an import and a file.
 * Only what a change touches is looked at, so that what was allowed once can be undone to.
 */
import { type Expectation, SINCE_EVER } from "./expectation";
import { formatMoment, isBefore, readMoment } from "./moment";
import { openIn, refusalOf } from "./refuse";
import type { NewExpectation } from "./view";

/** What of an expectation people decide. */
export type Draft = Pick<
  Expectation,
  | "query"
  | "reason"
  | "ticket"
  | "appliesFrom"
  | "expiresAt"
  | "ceilingPerMinute"
  | "mode"
  | "watch"
>;

/** `maxDays`: how many days from now it may last; 0 for no maximum. */
export type Bounds = { maxDays: number; nowMs: number };

export type Misfit = { field: keyof Draft; message: string };

export const MAX_REASON = 1_000;
export const MAX_TICKET = 500;
export const MAX_CEILING = 1_000_000_000;
const DAY_MS = 86_400_000;

/** The draft that a request means, with defaults and `past` and `now` made times. */
export function draftOf(input: NewExpectation, nowMs: number): Draft {
  return {
    query: input.query.trim(),
    reason: input.reason.trim(),
    ticket: input.ticket?.trim() ?? "",
    appliesFrom: startOf(input.appliesFrom ?? "past", nowMs),
    expiresAt: input.expiresAt,
    ceilingPerMinute: input.ceilingPerMinute ?? null,
    mode: input.mode ?? "hide",
    watch: input.watch ?? openIn(input.query),
  };
}

export function startOf(text: string, nowMs: number): string {
  if (text === "past") return SINCE_EVER;
  return text === "now" ? formatMoment({ timeMs: nowMs, timeNanos: 0 }) : text;
}

/** All that is wrong with the draft; with `before`, of what differs from it. */
export function misfitsOf(draft: Draft, bounds: Bounds, before: Draft | null = null): Misfit[] {
  const misfits: Misfit[] = [];
  const isNew = (field: keyof Draft) => before === null || before[field] !== draft[field];
  const check = (field: keyof Draft, message: string | null) => {
    if (message !== null && isNew(field)) misfits.push({ field, message });
  };
  check("query", refusalOf(draft.query));
  check("reason", reasonMisfit(draft.reason));
  check("ticket", ticketMisfit(draft.ticket));
  check("appliesFrom", timeMisfit(draft.appliesFrom));
  check("expiresAt", endMisfit(draft, bounds, isNew("expiresAt")));
  if (isNew("appliesFrom") && !isNew("expiresAt")) check("appliesFrom", orderMisfit(draft));
  check("ceilingPerMinute", ceilingMisfit(draft.ceilingPerMinute));
  return misfits;
}

/** One line for a person. */
export function misfitsInWords(misfits: readonly Misfit[]): string {
  return misfits.map(({ field, message }) => `${field}: ${message}`).join(" ");
}

function reasonMisfit(reason: string): string | null {
  if (reason === "") return "say why it is expected; others will read it.";
  if (reason.length > MAX_REASON) return `at most ${MAX_REASON} characters.`;
  return unseenIn(reason);
}

/** A link opens where it says; anything else is a ticket's name and never a link. */
function ticketMisfit(ticket: string): string | null {
  if (ticket === "") return null;
  if (ticket.length > MAX_TICKET) return `at most ${MAX_TICKET} characters.`;
  if (/^https?:\/\//i.test(ticket)) {
    if (!URL.canParse(ticket) || /\s/.test(ticket)) return "this is no address that can be opened.";
    const { username, password } = new URL(ticket);
    if (username !== "" || password !== "") return "leave user and password out of the address.";
    return unseenIn(ticket);
  }
  if (/^[\p{L}\p{N}#][\p{L}\p{N} ._#/-]*$/u.test(ticket)) return null;
  return "it must be an http or https address, or a plain name such as OPS-123.";
}

function timeMisfit(text: string): string | null {
  if (readMoment(text) !== null) return null;
  return `${JSON.stringify(text.slice(0, 80))} must be a time with a zone, such as 2026-12-01T00:00:00Z.`;
}

function endMisfit(draft: Draft, { maxDays, nowMs }: Bounds, isNew: boolean): string | null {
  const { expiresAt } = draft;
  if (expiresAt === null) {
    if (maxDays === 0) return null;
    return `an end is needed, at most ${maxDays} days from now.`;
  }
  const end = readMoment(expiresAt);
  if (end === null) return timeMisfit(expiresAt);
  const wrongOrder = orderMisfit(draft);
  if (wrongOrder !== null) return wrongOrder;
  if (isNew && maxDays > 0 && end.timeMs > nowMs + maxDays * DAY_MS) {
    const latest = formatMoment({ timeMs: nowMs + maxDays * DAY_MS, timeNanos: 0 });
    return `at most ${maxDays} days from now, so ${latest} is the latest.`;
  }
  return null;
}

function orderMisfit({ appliesFrom, expiresAt }: Draft): string | null {
  const from = readMoment(appliesFrom);
  const end = expiresAt === null ? null : readMoment(expiresAt);
  if (from === null || end === null || isBefore(from, end)) return null;
  return "the end must lie after the time it applies from.";
}

function ceilingMisfit(ceiling: number | null): string | null {
  if (ceiling === null) return null;
  if (Number.isInteger(ceiling) && ceiling >= 1 && ceiling <= MAX_CEILING) return null;
  return `a whole number of drops a minute from 1 to ${MAX_CEILING.toLocaleString("en")}, or none.`;
}

/** Line breaks are fine in a reason; characters that nobody sees, or that turn text round, are not. */
function unseenIn(text: string): string | null {
  return /[^\P{C}\n\t]|[\u2028\u2029]/u.test(text) ? "it holds unseen characters." : null;
}
