import { describe, expect, it } from "vitest";
import { countOf, formatCount } from "@/components/ui/number-text";

describe("formatCount", () => {
  it("groups what is short and abbreviates what is not", () => {
    expect(
      [0, 1_488, 99_999, 123_400, 999_600, 4_512_000, 45_000_000, 12e9].map(formatCount),
    ).toEqual(["0", "1,488", "99,999", "123 k", "1.0 M", "4.5 M", "45 M", "12 G"]);
  });
});

describe("countOf", () => {
  it("agrees in number", () => {
    expect([countOf(1, "group"), countOf(0, "group"), countOf(2, "policy", "policies")]).toEqual([
      "1 group",
      "0 groups",
      "2 policies",
    ]);
  });
});
