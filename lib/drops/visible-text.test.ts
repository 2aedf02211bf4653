import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visibleText } from "./visible-text";

describe("visibleText", () => {
  it.each([
    ["a right-to-left override", "prod\u202Edorp", "prod\\u202Edorp"],
    ["a zero-width space", "pa\u200Byments", "pa\\u200Byments"],
    ["an escape character", "\x1b[2J", "\\u001B[2J"],
    ["a line end", "a\nb", "a\\u000Ab"],
    ["a C1 control", "a\u009Bb", "a\\u009Bb"],
    ["a byte order mark", "\uFEFFa", "\\uFEFFa"],
    ["a tag character", "a\u{E0041}", "a\\u{E0041}"],
    ["an unpaired surrogate", "a\uD800", "a\\uD800"],
    ["a Hangul filler", "a\u3164", "a\\u3164"],
    ["a variation selector", "a\uFE0F", "a\\uFE0F"],
    ["a combining grapheme joiner", "a\u034F", "a\\u034F"],
  ])("writes %s as an escape", (_name, text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });

  it("leaves letters of all scripts, blanks and emoji alone", () => {
    const text = "größe 命名空間 пространство שלום 🙂 a-b_c/d.e:f";
    expect(visibleText(text)).toBe(text);
  });

  it("leaves no control or format character in any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});
