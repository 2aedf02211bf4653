import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bindLiterals } from "./bind";

describe("bindLiterals", () => {
  it("writes a number as its digits and its type", () => {
    expect(bindLiterals("a = {n:UInt32}", { n: 7 })).toBe("a = toUInt32(7)");
  });

  it("writes text that is plain as it is", () => {
    expect(bindLiterals("{s:String}", { s: "shop/web-1" })).toBe("'shop/web-1'");
  });

  it("never lets text end its quotes or start an escape of its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bound = bindLiterals("{s:String}", { s: text });
        expect(bound).toMatch(/^'(?:[A-Za-z0-9_.:/@-]|\\x[0-9a-f]{2})*'$/);
      }),
    );
  });

  it("does not read a placeholder out of a value", () => {
    const params = { s: "{t:String}", t: "secret" };
    expect(bindLiterals("{s:String}", params)).not.toContain("secret");
  });

  it.each([
    ["a number with a fraction", "UInt32", 1.5],
    ["a number past 2^53", "Int64", 2 ** 53],
    ["text where a number belongs", "UInt32", "1 OR 1"],
    ["a number where text belongs", "String", 1],
    ["infinity", "Float64", Number.POSITIVE_INFINITY],
    ["text in an array of numbers", "Array(UInt64)", ["1"]],
    ["a type it does not know", "Nothing", 1],
  ])("refuses %s", (_, type, value) => {
    expect(() => bindLiterals(`{p:${type}}`, { p: value })).toThrow(TypeError);
  });

  it("refuses a placeholder without a value", () => {
    expect(() => bindLiterals("{p:String}", {})).toThrow("has no value");
  });
});
