/**
 * Globs without regular expressions: `*` is any run of characters, everything else is itself.
 * The parts between the stars are searched left to right, each once, so the time is linear in the
 * text whatever the pattern is.
 */

export type TextTest = (text: string) => boolean;

/** Parts of a pattern between its stars; `\` makes the next character plain. */
export function globParts(pattern: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === "*") {
      parts.push(part);
      part = "";
    } else if (character === "\\" && at + 1 < pattern.length) {
      at += 1;
      part += pattern.charAt(at);
    } else {
      part += character;
    }
  }
  parts.push(part);
  return parts;
}

/** Text written so that a pattern matches it and nothing else. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}

/** Compiles a pattern that must match the whole text. */
export function compileGlob(pattern: string): TextTest {
  const parts = globParts(pattern);
  const head = parts[0] ?? "";
  if (parts.length === 1) return (text) => text === head;
  const tail = parts[parts.length - 1] ?? "";
  const middle = parts
    .slice(1, -1)
    .filter((part) => part !== "")
    .map(finder);
  return (text) => {
    if (text.length < head.length + tail.length) return false;
    if (!text.startsWith(head) || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const find of middle) {
      from = find(text, from);
      if (from < 0) return false;
    }
    return from <= text.length - tail.length;
  };
}

/** Compiles a pattern that may match anywhere in the text. */
export function compileGlobInside(pattern: string): TextTest {
  return compileGlob(`*${pattern}*`);
}

/** Lower case of A to Z only: the same rule as ClickHouse's `lower`, so that both ways agree. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
}

/** Returns the index after the first occurrence at or after `from`, or -1. */
type Finder = (text: string, from: number) => number;

/** Below this length the engine's own search does at most this many steps per character. */
const SHORT_PART = 16;

function finder(part: string): Finder {
  if (part.length <= SHORT_PART) {
    return (text, from) => {
      const at = text.indexOf(part, from);
      return at < 0 ? -1 : at + part.length;
    };
  }
  const borders = borderTable(part);
  return (text, from) => findLong(text, from, part, borders);
}

/** Knuth, Morris and Pratt: never looks back in the text. */
function findLong(text: string, from: number, part: string, borders: readonly number[]): number {
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched += 1;
    if (matched === part.length) return at + 1;
  }
  return -1;
}

/** For each prefix, the length of its longest proper prefix that is also its suffix. */
function borderTable(part: string): number[] {
  const borders = [0];
  let matched = 0;
  for (let at = 1; at < part.length; at += 1) {
    const code = part.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched += 1;
    borders.push(matched);
  }
  return borders;
}
