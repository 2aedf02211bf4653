import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryGlob, arbitraryWord } from "./arbitraries";
import { compileGlob, compileGlobInside, escapeGlob, foldCase, globParts } from "./glob";

describe("compileGlob", () => {
  it.each([
    ["web-*", "web-1", true],
    ["web-*", "my-web-1", false],
    ["*web", "my-web", true],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*ab*ab*", "ab", false],
    ["*ab*ab*", "xabyabz", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["*", "", true],
    ["*", "line\nbreak", true],
    ["a.c", "abc", false],
  ])("%s on “%s” is %s", (pattern, text, matches) => {
    expect(compileGlob(pattern)(text)).toBe(matches);
  });

  it("agrees with trying every place for every part", () => {
    const text = fc.array(arbitraryWord, { maxLength: 4 }).map((words) => words.join(""));
    fc.assert(
      fc.property(arbitraryGlob, text, (pattern, given) => {
        expect(compileGlob(pattern)(given)).toBe(everyPlace(globParts(pattern), given));
      }),
      { numRuns: 5_000 },
    );
  });

  it("finds long parts, which are searched another way, as it finds short ones", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 80 });
    fc.assert(
      fc.property(letters, letters, (part, text) => {
        expect(compileGlobInside(part)(text)).toBe(text.includes(part));
      }),
      { numRuns: 2_000 },
    );
  });

  it("matches an escaped text and nothing else", () => {
    fc.assert(
      fc.property(arbitraryWord, arbitraryWord, (word, other) => {
        expect(compileGlob(escapeGlob(word))(other)).toBe(word === other);
      }),
    );
  });

  it("answers on hostile patterns and texts", () => {
    const text = "a".repeat(65_536);
    expect(compileGlob(`${"*a".repeat(500)}*b`)(text)).toBe(false);
    expect(compileGlobInside(`${"a".repeat(1_000)}b${"a".repeat(1_000)}`)(text)).toBe(false);
  });
});

describe("foldCase", () => {
  it("folds A to Z and leaves the rest alone", () => {
    expect(foldCase("GET /Ünï İ")).toBe("get /Ünï İ");
  });
});

/** The plain meaning, exponential: fine for short texts. */
function everyPlace(parts: readonly string[], text: string): boolean {
  const [head = "", ...rest] = parts;
  if (rest.length === 0) return text === head;
  if (!text.startsWith(head)) return false;
  const left = text.slice(head.length);
  for (let at = 0; at <= left.length; at += 1) {
    if (everyPlace(rest, left.slice(at))) return true;
  }
  return false;
}
