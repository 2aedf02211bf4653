import { describe, expect, it } from "vitest";
import { sampleExpectation } from "./sample-expectation";
import { changedSince, trailPage } from "./trail";
import type { AuditEntry } from "./view";

const AT = "2026-01-16T00:00:00.000Z";

describe("the trail", () => {
  const entry = (seq: number, expectation: string, version: number, name: string): AuditEntry => ({
    seq,
    at: AT,
    expectation,
    action: "changed",
    actor: { name, verified: false },
    from: "",
    before: null,
    after: sampleExpectation({ id: expectation, version, reason: `reason ${version}` }),
    changes: [],
  });
  const entries = [entry(1, "e1", 1, "ada"), entry(2, "e2", 1, "bob"), entry(3, "e1", 2, "eve")];
  const seqs = (id: string | null, before: number | null, limit: number) => {
    const page = trailPage(entries, { id, before, limit });
    return [page.entries.map(({ seq }) => seq), page.next];
  };

  it("is told newest first, a page at a time, of one or of all", () => {
    expect(seqs(null, null, 2)).toEqual([[3, 2], 2]);
    expect(seqs(null, 2, 2)).toEqual([[1], null]);
    expect(seqs("e1", null, 1)).toEqual([[3], 3]);
    expect(seqs("e1", 3, 1)).toEqual([[1], null]);
  });

  it("says what has changed since a version and who changed it last", () => {
    const now = sampleExpectation({ version: 2, reason: "reason 2" });
    expect(changedSince(entries, now, 1)).toEqual({
      changes: ["reason: reason 1 → reason 2"],
      by: "eve",
    });
    expect(changedSince(entries, now, 9)).toEqual({ changes: [], by: "eve" });
    expect(changedSince([], now, 1)).toEqual({ changes: [], by: "" });
  });
});
