/**
 * What stands at the cursor of a half-written query: a field name, a value of a field, or text
 * that nothing can complete. Reads what the parser would refuse, because it is not finished.
 */
import { fieldName, findField } from "@/lib/query/fields";
import { globParts } from "@/lib/query/glob";
import { isWhite, type RawValue, readRawValue, skipWhite } from "@/lib/query/lex";
import type { FieldName } from "@/lib/query/query";

/** Offsets into the draft, UTF-16 code units; `to` is behind the last character. */
export type Place = { from: number; to: number };

export type FieldSpot = Place & {
  kind: "field";
  /** The term around it, its minus included; empty where a new one would begin. */
  term: Place;
  /** What stands before the cursor. */
  written: string;
  negated: boolean;
};

export type ValueSpot = Place & {
  kind: "value";
  term: Place;
  name: FieldName;
  /** What stands before the cursor, without quotes and escapes. */
  written: string;
  /** As a pattern, when a `*` stands outside quotes before the cursor; else null. */
  pattern: string | null;
  negated: boolean;
  /** The term's other values, as written. */
  others: readonly string[];
};

export type Spot = FieldSpot | ValueSpot | { kind: "text"; term: Place };

/** The spot at an offset. Half a term counts as a term; an open quote runs to the end. */
export function spotAt(draft: string, cursor: number): Spot {
  const term = termAround(draft, cursor);
  if (term === null) {
    const here = { from: cursor, to: cursor };
    return { kind: "field", ...here, term: here, written: "", negated: false };
  }
  const negated = draft.charAt(term.from) === "-";
  const start = negated ? term.from + 1 : term.from;
  const colon = colonOf(draft, start, term.to);
  if (colon >= 0 && cursor > colon) return valueSpot(draft, cursor, term, { start, colon });
  if (colon < 0 && /[",]/.test(draft.slice(start, term.to))) return { kind: "text", term };
  return {
    kind: "field",
    from: start,
    to: colon < 0 ? term.to : colon + 1,
    term,
    written: draft.slice(start, Math.max(start, cursor)),
    negated,
  };
}

/** The draft without the term at the spot: what its values are counted under. */
export function draftWithout(draft: string, { term }: Spot): string {
  return `${draft.slice(0, term.from)} ${draft.slice(term.to)}`.trim();
}

/** The literal part of what is written that values must hold: the longest one of a pattern. */
export function writtenPart(spot: ValueSpot): string {
  if (spot.pattern === null) return spot.written.replace(/^[<>]=?/, "");
  return globParts(spot.pattern).reduce((best, part) => (part.length > best.length ? part : best));
}

/** The term that the cursor is in or at an edge of. */
function termAround(draft: string, cursor: number): Place | null {
  let from = skipWhite(draft, 0);
  while (from < draft.length && from <= cursor) {
    const to = endOf(draft, from, isWhite);
    if (cursor <= to) return { from, to };
    from = skipWhite(draft, to);
  }
  return null;
}

/** The first offset outside quotes whose character ends the run; the length when none does. */
function endOf(draft: string, from: number, ends: (character: string) => boolean): number {
  let quoted = false;
  for (let at = from; at < draft.length; at += 1) {
    const character = draft.charAt(at);
    if (quoted && character === "\\") at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && ends(character)) return at;
  }
  return draft.length;
}

/** As the parser finds it: the first colon before any quote or comma. */
function colonOf(draft: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const character = draft.charAt(at);
    if (character === ":") return at;
    if (character === '"' || character === ",") return -1;
  }
  return -1;
}

function valueSpot(
  draft: string,
  cursor: number,
  term: Place,
  { start, colon }: { start: number; colon: number },
): Spot {
  const ref = findField(draft.slice(start, colon));
  if (ref === null) return { kind: "text", term };
  const pieces = piecesOf(draft, colon + 1, term.to);
  const piece = pieces.find(({ from, to }) => from <= cursor && cursor <= to);
  if (piece === undefined) return { kind: "text", term };
  const before = looseValue(draft.slice(piece.from, cursor));
  return {
    kind: "value",
    from: piece.from,
    to: closedEnd(draft, piece, cursor),
    term,
    name: fieldName(ref),
    written: before.text,
    pattern: before.glob ? before.pattern : null,
    negated: start > term.from,
    others: pieces.flatMap(({ from, to }) => (from === piece.from ? [] : [draft.slice(from, to)])),
  };
}

function piecesOf(draft: string, from: number, to: number): Place[] {
  const pieces: Place[] = [];
  let at = from;
  for (;;) {
    const end = Math.min(
      to,
      endOf(draft, at, (character) => character === ","),
    );
    pieces.push({ from: at, to: end });
    if (end >= to) return pieces;
    at = end + 1;
  }
}

/** A quote that is not closed takes the rest of the line; it is meant to end with its own word. */
function closedEnd(draft: string, piece: Place, cursor: number): number {
  if (readRawValue(draft.slice(piece.from, piece.to), 0).ok) return piece.to;
  let end = Math.max(cursor, piece.from);
  while (end < piece.to && !isWhite(draft.charAt(end)) && draft.charAt(end) !== ",") end += 1;
  return end;
}

/** A value up to the cursor, its quote closed for it. */
function looseValue(written: string): Pick<RawValue, "text" | "pattern" | "glob"> {
  for (const attempt of [written, `${written}"`, `${written.slice(0, -1)}"`]) {
    const lexed = readRawValue(attempt, 0);
    if (lexed.ok) return lexed.value;
  }
  return { text: written.replaceAll('"', ""), pattern: "", glob: false };
}
