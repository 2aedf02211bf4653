import { describe, expect, it } from "vitest";
import { changeFrom, draftOfRow, inDays, newDraft, undoOf } from "@/components/expectations/draft";
import { readLocal, writeLocal } from "@/components/expectations/local-time";
import { sampleRow } from "@/components/expectations/sample-row";

const NOW_MS = Date.parse("2026-01-15T10:00:00.500Z");

describe("newDraft", () => {
  it("suggests 30 days, or what the server takes at most", () => {
    expect(newDraft("port:1", NOW_MS, 365).expiresAt).toBe("2026-02-14T10:00:00Z");
    expect(newDraft("port:1", NOW_MS, 7).expiresAt).toBe("2026-01-22T10:00:00Z");
  });
});

describe("changeFrom", () => {
  it("sends only what differs, with the version it is made to", () => {
    const row = sampleRow({ version: 4 });
    const draft = { ...draftOfRow(row), reason: "Another", ceiling: 20 };
    expect(changeFrom(row, draft, null, "")).toEqual({
      version: 4,
      reason: "Another",
      ceilingPerMinute: 20,
    });
  });

  it("is undone by the fields as they were", () => {
    const row = sampleRow({ ceilingPerMinute: 5 });
    const change = { version: 1, ceilingPerMinute: null, expiresAt: inDays(1, NOW_MS) };
    expect(undoOf(change, row, 2)).toEqual({
      version: 2,
      ceilingPerMinute: 5,
      expiresAt: row.expiresAt,
    });
  });
});

describe("times of the form", () => {
  it.each(["utc", "local"] as const)("are read back as they were written, in %s", (zone) => {
    expect(readLocal(writeLocal("2026-02-14T10:00:00Z", zone), zone)).toBe("2026-02-14T10:00:00Z");
  });

  it("are none while they are unfinished", () => {
    expect(readLocal("", "utc")).toBeNull();
    expect(readLocal("2026-13-40T00:00", "utc")).toBeNull();
  });
});
