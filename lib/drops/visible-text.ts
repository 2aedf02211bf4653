/**
 * Flow text comes from the network and may hold characters that hide or reorder what is read. For
 * display they are written as escapes such as `\u202E`. Matching always uses the text itself.
 */

// Controls, line and paragraph separators, and format characters: zero-width, bidi, soft hyphen,
// tags; besides them blanks that look like nothing (Hangul fillers, Braille blank), variation
// selectors, and unpaired surrogates.
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Variation_Selector}]|[\u115F\u1160\u2800\u3164\uFFA0]|\u034F|\u17B4|\u17B5/gu;

/** The text with hidden characters written as `\u` escapes; the text itself when it has none. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, escapeOf);
}

function escapeOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16).toUpperCase();
  return point > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
