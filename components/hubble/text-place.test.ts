import { describe, expect, it } from "vitest";
import { placeOf } from "@/components/hubble/text-place";

describe("placeOf", () => {
  const text = "hubble observe \\\n  --verdict WRONG \\\n  --port 443";

  it("counts lines and characters from one", () => {
    expect(placeOf(text, 0, 6)).toEqual({ line: 1, column: 1, before: "", wrong: "hubble" });
  });

  it("shows what is wrong with what stands before it on its line", () => {
    expect(placeOf(text, text.indexOf("WRONG"), 5)).toEqual({
      line: 2,
      column: 13,
      before: "  --verdict ",
      wrong: "WRONG",
    });
  });

  it("has nothing to show at the end of the text or of a line", () => {
    expect(placeOf(text, text.length, 0)).toMatchObject({ line: 3, wrong: "" });
    expect(placeOf(text, text.indexOf("\n"), 1)).toMatchObject({ line: 1, wrong: "" });
    expect(placeOf("", 0, 0)).toEqual({ line: 1, column: 1, before: "", wrong: "" });
  });
});
