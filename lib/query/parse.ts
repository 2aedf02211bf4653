/**
 * Reads a query from one line of text, in one pass from left to right:
 *
 *     query = { term }          terms are separated by white space; all must hold
 *     term  = [ "-" ] [ field ":" ] value { "," value }     one of the values must hold
 *     value = { character | "quoted text" }                 `*` outside quotes is a glob
 *
 * Nothing is guessed: what cannot be understood is an error that points at the character.
 */
import { readBlock } from "./address";
import { fieldWords, unknownField } from "./field-errors";
import type { FieldRef } from "./fields";
import { findField } from "./fields";
import { FOREIGN_WORDS } from "./format";
import type { RawValue } from "./lex";
import { isWhite, readRawValue, skipWhite } from "./lex";
import type { Query, Term, Value } from "./query";
import { MAX_QUERY_LENGTH, MAX_TERMS, MAX_VALUES } from "./query";
import type { QueryError } from "./query-error";
import { readValue } from "./values";

export type ParseResult = { ok: true; query: Query } | { ok: false; error: QueryError };

/** Reads a query of at most 2,048 characters, 40 terms and 200 values. Never throws. */
export function parseQuery(text: string): ParseResult {
  const misfit = unfitText(text);
  if (misfit !== null) return { ok: false, error: misfit };
  const terms: Term[] = [];
  let values = 0;
  let at = skipWhite(text, 0);
  while (at < text.length) {
    if (terms.length === MAX_TERMS) return tooMany(text, at, MAX_TERMS, "terms");
    const read = readTerm(text, at);
    if (!read.ok) return read;
    values += read.term.values.length;
    if (values > MAX_VALUES) return tooMany(text, at, MAX_VALUES, "values");
    terms.push(read.term);
    at = skipWhite(text, read.end);
  }
  return { ok: true, query: { terms } };
}

function unfitText(text: string): QueryError | null {
  if (text.length > MAX_QUERY_LENGTH) {
    return {
      message: `A query is at most ${MAX_QUERY_LENGTH.toLocaleString("en")} characters long.`,
      at: MAX_QUERY_LENGTH,
      length: text.length - MAX_QUERY_LENGTH,
    };
  }
  // With the u flag a surrogate that belongs to a pair is not matched.
  const lone = /\p{Surrogate}/u.exec(text);
  if (lone === null) return null;
  return { message: "This is half of a character.", at: lone.index, length: 1 };
}

type TermResult = { ok: true; term: Term; end: number } | { ok: false; error: QueryError };

function readTerm(text: string, start: number): TermResult {
  const negated = text[start] === "-";
  const at = negated ? start + 1 : start;
  if (at >= text.length || isWhite(text.charAt(at))) {
    const message = "Expected a field or a word after the minus.";
    return { ok: false, error: { message, at, length: 0, expected: fieldWords() } };
  }
  const colon = fieldColon(text, at);
  if (colon < 0) return readWord(text, at, negated);
  const written = text.slice(at, colon);
  const ref = findField(written);
  if (ref !== null) return readFieldTerm(text, colon + 1, ref, negated);
  const word = wordAt(text, at);
  // A bare IPv6 address is the one word with colons that nobody means as a field.
  if (readBlock(word) !== null) {
    const value: Value = { op: "=", text: word, glob: false };
    return { ok: true, term: { field: "text", negated, values: [value] }, end: at + word.length };
  }
  return { ok: false, error: unknownField(written, at, word, negated) };
}

/** Offset of the colon that ends a field name beginning at `at`, or -1 for a bare word. */
function fieldColon(text: string, at: number): number {
  for (let next = at; next < text.length; next += 1) {
    const character = text.charAt(next);
    if (character === ":") return next;
    if (character === '"' || character === "," || isWhite(character)) return -1;
  }
  return -1;
}

function wordAt(text: string, at: number): string {
  let end = at;
  while (end < text.length && !isWhite(text.charAt(end))) end += 1;
  return text.slice(at, end);
}

function readFieldTerm(text: string, at: number, ref: FieldRef, negated: boolean): TermResult {
  const values: Value[] = [];
  const end = readList(text, at, (raw) => {
    const read = readValue(ref.field, raw, text);
    if (!read.ok) return read.error;
    values.push(read.value);
    return null;
  });
  if (typeof end !== "number") return { ok: false, error: end };
  const term: Term =
    ref.side === null
      ? { field: ref.field, negated, values }
      : { field: ref.field, side: ref.side, negated, values };
  return { ok: true, term, end };
}

function readWord(text: string, at: number, negated: boolean): TermResult {
  const values: Value[] = [];
  const end = readList(text, at, (raw) => {
    const foreign = foreignWord(text, raw);
    if (foreign !== null) return foreign;
    values.push({ op: "=", text: raw.glob ? raw.pattern : raw.text, glob: raw.glob });
    return null;
  });
  if (typeof end !== "number") return { ok: false, error: end };
  return { ok: true, term: { field: "text", negated, values }, end };
}

/** Reads values between commas; returns the offset after the last, or what is wrong. */
function readList(
  text: string,
  start: number,
  take: (raw: RawValue) => QueryError | null,
): number | QueryError {
  let at = start;
  for (;;) {
    const lexed = readRawValue(text, at);
    if (!lexed.ok) return lexed.error;
    const { value } = lexed;
    if (value.end === value.at) return missingValue(text, start, at);
    const problem = take(value);
    if (problem !== null) return problem;
    if (text[value.end] !== ",") return value.end;
    at = value.end + 1;
  }
}

function missingValue(text: string, start: number, at: number): QueryError {
  const before = at === start ? "here" : "after the comma";
  const spaced = at < text.length && isWhite(text.charAt(at)) && skipWhite(text, at) < text.length;
  const hint = spaced ? " Leave out the space, or quote a value that has one." : "";
  return {
    message: `Expected a value ${before}.${hint}`,
    at,
    length: 0,
    expected: ["a value", '"quoted text"'],
  };
}

/** Signs of other query languages, which would otherwise be searched for as text. */
function foreignWord(text: string, raw: RawValue): QueryError | null {
  if (raw.pattern.replaceAll("*", "") === "") {
    const message = "This would match everything; leave it out.";
    return { message, at: raw.at, length: raw.end - raw.at };
  }
  const written = text.slice(raw.at, raw.end);
  const quoted = { length: written.length, at: raw.at, suggestion: `"${raw.text}"` };
  if (FOREIGN_WORDS.includes(written)) {
    const rule = "A space means AND, a comma between values means OR, a leading minus means NOT.";
    return { message: `${rule} Quote ${written} to search for the word.`, ...quoted };
  }
  if (written.startsWith("(")) {
    return { message: "There are no parentheses. Quote the text to search for it.", ...quoted };
  }
  if (written.startsWith("!")) {
    const suggestion = `-${written.slice(1)}`;
    return { message: "A leading minus means NOT.", ...quoted, suggestion };
  }
  return null;
}

function tooMany(text: string, at: number, most: number, what: string): ParseResult {
  const message = `A query has at most ${most} ${what}.`;
  return { ok: false, error: { message, at, length: text.length - at } };
}
