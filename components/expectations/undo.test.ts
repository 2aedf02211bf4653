import { describe, expect, it } from "vitest";
import { sampleRow } from "@/components/expectations/sample-row";
import { undoOfImport } from "@/components/expectations/undo";
import type { ImportResult } from "@/lib/expectations/view";

type Action = ImportResult["changes"][number]["action"];

function imported(action: Action, id: string): ImportResult {
  return { applied: true, errors: [], changes: [{ action, id, query: "port:1", changes: [] }] };
}

describe("undoOfImport", () => {
  it("revokes what the import made", () => {
    expect(undoOfImport(imported("create", "new"), [])).toEqual([
      { id: "new", change: { version: 1, revoked: true } },
    ]);
  });

  it("puts back every field of what it changed, made to the version that the import left", () => {
    const row = sampleRow({ id: "a", version: 4, reason: "Scrapers", mode: "trial" });
    const [undo] = undoOfImport(imported("change", "a"), [row]);
    expect(undo?.change).toMatchObject({
      version: 5,
      query: row.query,
      reason: "Scrapers",
      mode: "trial",
      expiresAt: row.expiresAt,
      revoked: false,
    });
  });

  it("brings back what it revoked", () => {
    const [undo] = undoOfImport(imported("revoke", "a"), [sampleRow({ id: "a", version: 2 })]);
    expect(undo).toMatchObject({ id: "a", change: { version: 3, revoked: false } });
  });

  it("has nothing to do for what stayed as it was", () => {
    expect(undoOfImport(imported("keep", "a"), [sampleRow({ id: "a" })])).toEqual([]);
  });
});
