/**
 * The line of the search bar as a plain value: terms that stand as chips, and among them, at `at`,
 * the text that is being written. Every key and click is a function from one line to the next.
 */
import { formatQuery, termText } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";
import type { QueryError } from "@/lib/query/query-error";

export type QueryLine = {
  /** Each is the canonical text of one term, as `termText` writes it. */
  chips: readonly string[];
  /** The text being written; empty at rest. It may hold any number of terms, or none yet. */
  draft: string;
  /** How many chips stand before the draft. */
  at: number;
  /** The chip that the draft was made from, for as long as it is being edited; null for new text. */
  opened: string | null;
};

/** The line of a query at rest. A query that cannot be understood stays text, to be mended. */
export function lineOf(q: string): QueryLine {
  const parsed = parseQuery(q);
  if (!parsed.ok) return { chips: [], draft: q, at: 0, opened: null };
  const chips = parsed.query.terms.map(termText);
  return { chips, draft: "", at: chips.length, opened: null };
}

/** The whole line as one text. */
export function lineText({ chips, draft, at }: QueryLine): string {
  const parts = [...chips.slice(0, at), draft.trim(), ...chips.slice(at)];
  return parts.filter((part) => part !== "").join(" ");
}

export type LineResult =
  | { ok: true; q: string }
  /** Places in the draft. */
  | { ok: false; error: QueryError };

/**
 * The query of the line in its canonical spelling, or what is wrong with the draft. The draft is
 * read by itself, so that an open quote in it does not run into the chips behind it.
 */
export function readLine(line: QueryLine): LineResult {
  const draft = parseQuery(line.draft);
  if (!draft.ok) return draft;
  const text = lineText(line);
  const whole = parseQuery(text);
  if (!whole.ok) {
    // Only the limits of the whole can be passed here.
    const place = { at: 0, length: line.draft.length };
    return { ok: false, error: { message: whole.error.message, ...place } };
  }
  const canonical = formatQuery(whole.query);
  // Escapes make hidden characters longer; what was typed is then kept as it is.
  return { ok: true, q: canonical.length > MAX_QUERY_LENGTH ? text : canonical };
}

/**
 * Opens a chip: its text becomes the draft, in its place. What was being written becomes chips;
 * null when that cannot be understood, for it would be lost.
 */
export function openChip(line: QueryLine, index: number): QueryLine | null {
  const folded = foldDraft(line);
  if (folded === null) return null;
  const at = index < line.at ? index : index + folded.chips.length - line.chips.length;
  const opened = folded.chips[at];
  if (opened === undefined) return folded;
  return { chips: folded.chips.toSpliced(at, 1), draft: opened, at, opened };
}

/** The draft as chips in its place, with an empty draft behind all; null if it does not parse. */
function foldDraft(line: QueryLine): QueryLine | null {
  const parsed = parseQuery(line.draft);
  if (!parsed.ok) return null;
  const chips = line.chips.toSpliced(line.at, 0, ...parsed.query.terms.map(termText));
  return { chips, draft: "", at: chips.length, opened: null };
}

export function removeChip(line: QueryLine, index: number): QueryLine {
  const at = index < line.at ? line.at - 1 : line.at;
  return { ...line, chips: line.chips.toSpliced(index, 1), at };
}

export function negateChip(line: QueryLine, index: number): QueryLine {
  const chips = line.chips.map((chip, place) => (place === index ? negated(chip) : chip));
  return { ...line, chips };
}

/** A term's text with its minus put there or taken away. Text that begins with a minus is quoted. */
export function negated(term: string): string {
  return term.startsWith("-") ? term.slice(1) : `-${term}`;
}

/** The whole line as text to edit. */
export function openAll(line: QueryLine): QueryLine {
  return { chips: [], draft: lineText(line), at: 0, opened: null };
}

export function withDraft(line: QueryLine, draft: string): QueryLine {
  // One more than is allowed, so that what is too long is said and not cut unseen.
  return { ...line, draft: draft.slice(0, MAX_QUERY_LENGTH + 1) };
}

/** The draft as the error suggests; null when that would not get further than before. */
export function mendDraft(draft: string, error: QueryError): string | null {
  if (error.suggestion === undefined) return null;
  const mended = draft.slice(0, error.at) + error.suggestion + draft.slice(error.at + error.length);
  const again = parseQuery(mended);
  return again.ok || again.error.at > error.at ? mended : null;
}

/** The word in quotes, where what stands before its colon is no field: then it may be meant as text. */
export function quoteWord(draft: string, error: QueryError): string | null {
  const end = error.at + error.length;
  if (error.suggestion !== undefined || error.length === 0 || draft[end] !== ":") return null;
  const word = /^[^\s"\\]+/.exec(draft.slice(error.at))?.[0] ?? "";
  const quoted = `${draft.slice(0, error.at)}"${word}"${draft.slice(error.at + word.length)}`;
  const again = parseQuery(quoted);
  return again.ok || again.error.at > error.at ? quoted : null;
}
