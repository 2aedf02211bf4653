import { describe, expect, it } from "vitest";
import { nextAction } from "@/components/facets/facet-value-row";

describe("nextAction", () => {
  it("includes what is free, and takes back what the query names", () => {
    expect(nextAction("free", false)).toBe("include");
    expect(nextAction("included", false)).toBe("remove");
    expect(nextAction("excluded", false)).toBe("remove");
  });

  it("excludes with Alt, and takes that back the same way", () => {
    expect(nextAction("free", true)).toBe("exclude");
    expect(nextAction("included", true)).toBe("exclude");
    expect(nextAction("excluded", true)).toBe("remove");
  });
});
