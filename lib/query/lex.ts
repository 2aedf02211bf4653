/**
 * Reads one value of a query: plain and "quoted" pieces up to a comma, a space or the end. Inside
 * quotes every character is itself; `\"`, `\\`, `\n`, `\r`, `\t` and `\u{202e}` are escapes.
 */
import { escapeGlob } from "./glob";
import type { QueryError } from "./query-error";

/** A value as written, before its field gives it a meaning. */
export type RawValue = {
  at: number;
  /** Offset after the last character. */
  end: number;
  /** Without quotes and escapes. */
  text: string;
  /** The same as a pattern: `*` from outside quotes, the rest escaped. */
  pattern: string;
  /** A `*` stands outside quotes. */
  glob: boolean;
  /** Some of it is in quotes. */
  quoted: boolean;
};

export type Lexed = { ok: true; value: RawValue } | { ok: false; error: QueryError };

const WHITE = /\s/;

export function isWhite(character: string): boolean {
  return WHITE.test(character);
}

/** Offset of the first character at or after `at` that is no white space. */
export function skipWhite(source: string, at: number): number {
  let next = at;
  while (next < source.length && isWhite(source.charAt(next))) next += 1;
  return next;
}

/** Reads the value that begins at `at`; it may be empty. */
export function readRawValue(source: string, at: number): Lexed {
  const value: RawValue = { at, end: at, text: "", pattern: "", glob: false, quoted: false };
  let next = at;
  while (next < source.length) {
    const character = source.charAt(next);
    if (character === "," || isWhite(character)) break;
    if (character === '"') {
      const quoted = readQuoted(source, next);
      if (!quoted.ok) return quoted;
      addPlain(value, quoted.text);
      value.quoted = true;
      next = quoted.end;
    } else {
      if (character === "*") addStar(value);
      else addPlain(value, character);
      next += 1;
    }
  }
  value.end = next;
  return { ok: true, value };
}

function addPlain(value: RawValue, text: string): void {
  value.text += text;
  value.pattern += escapeGlob(text);
}

/** Two stars in a row are one. An escaped star ends in `\*`, after which a star is a new one. */
function addStar(value: RawValue): void {
  const doubled = value.glob && value.pattern.endsWith("*") && !endsEscaped(value.pattern);
  value.text += "*";
  if (!doubled) value.pattern += "*";
  value.glob = true;
}

/** Whether the last character of a pattern is made plain by a `\` before it. */
function endsEscaped(pattern: string): boolean {
  let slashes = 0;
  while (pattern.charAt(pattern.length - 2 - slashes) === "\\") slashes += 1;
  return slashes % 2 === 1;
}

type Quoted = { ok: true; text: string; end: number } | { ok: false; error: QueryError };

function readQuoted(source: string, start: number): Quoted {
  let text = "";
  let next = start + 1;
  while (next < source.length) {
    const character = source.charAt(next);
    if (character === '"') return { ok: true, text, end: next + 1 };
    if (character !== "\\") {
      text += character;
      next += 1;
      continue;
    }
    const escaped = readEscape(source, next);
    if (escaped === null) return { ok: false, error: badEscape(source, next) };
    text += escaped.text;
    next = escaped.end;
  }
  const error: QueryError = {
    message: "This quote is not closed.",
    at: start,
    length: source.length - start,
    expected: ['"'],
    suggestion: `${source.slice(start)}"`,
  };
  return { ok: false, error };
}

const NAMED_ESCAPES = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);

function readEscape(source: string, at: number): { text: string; end: number } | null {
  const named = NAMED_ESCAPES.get(source.charAt(at + 1));
  if (named !== undefined) return { text: named, end: at + 2 };
  const hex = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(source.slice(at, at + 10));
  if (hex === null) return null;
  const code = Number.parseInt(hex[1] ?? "", 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || isSurrogate) return null;
  return { text: String.fromCodePoint(code), end: at + hex[0].length };
}

function badEscape(source: string, at: number): QueryError {
  const atEnd = at + 1 >= source.length;
  return {
    message: atEnd
      ? "The quote is not closed after this backslash."
      : 'After a backslash in quotes stands one of " \\ n r t or u{hex}; write \\\\ for a backslash.',
    at,
    length: atEnd ? 1 : 2,
    expected: ['\\"', "\\\\", "\\n", "\\r", "\\t", "\\u{…}"],
  };
}
