import { describe, expect, it } from "vitest";
import { DEFAULT_PREFERENCES, parsePreferences } from "@/components/ui/preferences";

describe("parsePreferences", () => {
  it("falls back to the defaults for whatever it does not understand", () => {
    for (const text of [null, "", "not json", "[]", "7", '{"theme":"pink","folded":"all"}']) {
      expect(parsePreferences(text)).toEqual(DEFAULT_PREFERENCES);
    }
  });

  it("keeps what was chosen", () => {
    const stored = JSON.stringify({ theme: "dark", zone: "local", folded: ["infrastructure"] });
    expect(parsePreferences(stored)).toMatchObject({
      theme: "dark",
      zone: "local",
      density: "normal",
      folded: ["infrastructure"],
    });
  });
});
