/**
 * Writes a query as its one canonical line: `parseQuery(formatQuery(query))` is the query again.
 * Control, bidirectional and other unseen characters are written as `\u{…}` so that a reader sees
 * them. Lone surrogates, which no UTF-8 text can hold, become U+FFFD.
 */
import { fieldName, fieldRow } from "./fields";
import { globParts } from "./glob";
import type { Query, Term, Value } from "./query";
import { isSideTerm } from "./query";

export function formatQuery(query: Query): string {
  return query.terms.map(termText).join(" ");
}

/** One term as it stands in a query: what a chip shows. */
export function termText(term: Term): string {
  const sign = term.negated ? "-" : "";
  if (term.field === "text") {
    return sign + term.values.map((value) => valueText(value, isPlainWord)).join(",");
  }
  const name = isSideTerm(term)
    ? fieldName({ field: term.field, side: term.side })
    : fieldName({ field: term.field, side: null });
  const hasNone = fieldRow(term.field).none !== undefined;
  const isPlain = (text: string) => isPlainValue(text) && !(hasNone && text === "none");
  const values = term.values.map((value) =>
    hasNone && isNone(value) ? "none" : valueText(value, isPlain),
  );
  return `${sign}${name}:${values.join(",")}`;
}

function isNone(value: Value): boolean {
  return value.op === "=" && !value.glob && value.text === "";
}

function valueText(value: Value, isPlain: (text: string) => boolean): string {
  const operator = value.op === "=" ? "" : value.op;
  if (!value.glob) return operator + pieceText(value.text, isPlain);
  const parts = globParts(value.text);
  return parts.map((part) => (part === "" ? "" : pieceText(part, isPlain))).join("*");
}

function pieceText(text: string, isPlain: (text: string) => boolean): string {
  return isPlain(text) ? text : quote(text);
}

const NEEDS_QUOTES = /[\s",*\\\p{C}]/u;
const LEADING_SIGN = /^[-<>(!]/;
/** Words of other query languages; the parser explains them unless they are quoted. */
export const FOREIGN_WORDS: readonly string[] = ["AND", "OR", "NOT", "&&", "||"];

function isPlainValue(text: string): boolean {
  return text !== "" && !NEEDS_QUOTES.test(text) && !LEADING_SIGN.test(text);
}

function isPlainWord(text: string): boolean {
  return isPlainValue(text) && !text.includes(":") && !FOREIGN_WORDS.includes(text);
}

const NAMED = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function quote(text: string): string {
  let quoted = "";
  for (const character of text) quoted += NAMED.get(character) ?? visible(character);
  return `"${quoted}"`;
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  const isUnseen = character !== " " && /[\s\p{C}]/u.test(character);
  return isUnseen ? `\\u{${code.toString(16)}}` : character;
}
