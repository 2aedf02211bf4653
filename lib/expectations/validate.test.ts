import { describe, expect, it } from "vitest";
import { changesInWords } from "./change";
import { SINCE_EVER } from "./expectation";
import { sampleExpectation } from "./sample-expectation";
import { type Draft, draftOf, misfitsOf } from "./validate";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const BOUNDS = { nowMs: NOW, maxDays: 365 };
const DRAFT: Draft = draftOf(
  { query: " port:5432 ", reason: " why ", expiresAt: "2026-12-01T00:00:00Z" },
  NOW,
);

const fields = (over: Partial<Draft>, before: Draft | null = null, bounds = BOUNDS) =>
  misfitsOf({ ...DRAFT, ...over }, bounds, before).map(({ field }) => field);

describe("draftOf", () => {
  it("fills in what is left out", () => {
    expect(DRAFT).toEqual({
      query: "port:5432",
      reason: "why",
      ticket: "",
      appliesFrom: SINCE_EVER,
      expiresAt: "2026-12-01T00:00:00Z",
      ceilingPerMinute: null,
      mode: "hide",
      watch: ["source", "destination"],
    });
  });

  it("takes now for the time it is", () => {
    const request = { query: "port:1", reason: "a", expiresAt: null, appliesFrom: "now" };
    expect(draftOf(request, NOW).appliesFrom).toBe("2026-11-21T10:00:00Z");
  });
});

describe("misfitsOf", () => {
  it("is nothing for what fits", () => {
    expect(misfitsOf(DRAFT, BOUNDS)).toEqual([]);
  });

  it("names every field at once", () => {
    expect(fields({ query: "", reason: "", ticket: "javascript:x", ceilingPerMinute: -1 })).toEqual(
      ["query", "reason", "ticket", "ceilingPerMinute"],
    );
  });

  it("holds the end to the maximum, to the millisecond", () => {
    const latest = "2027-11-21T10:00:00Z";
    expect(fields({ expiresAt: latest })).toEqual([]);
    expect(fields({ expiresAt: "2027-11-21T10:00:00.001Z" })).toEqual(["expiresAt"]);
    expect(fields({ expiresAt: null })).toEqual(["expiresAt"]);
    expect(fields({ expiresAt: null }, null, { ...BOUNDS, maxDays: 0 })).toEqual([]);
  });

  it("holds the end after the start, to the nanosecond", () => {
    const appliesFrom = "2026-11-21T10:00:00.000000001Z";
    expect(fields({ appliesFrom, expiresAt: "2026-11-21T10:00:00.000000002Z" })).toEqual([]);
    expect(fields({ appliesFrom, expiresAt: appliesFrom })).toEqual(["expiresAt"]);
  });

  it("looks at what changes alone, so that an undo is never refused", () => {
    const old = { ...DRAFT, query: "", expiresAt: null, ticket: "javascript:x" };
    expect(fields({ ...old, reason: "better" }, old)).toEqual([]);
    expect(fields({ ...old, query: "*" }, old)).toEqual(["query"]);
  });

  it("tells of a start that is moved behind the end", () => {
    expect(fields({ appliesFrom: "2027-01-01T00:00:00Z" }, DRAFT)).toEqual(["appliesFrom"]);
  });

  it.each(["OPS-123", "#42", "Change 7/2026", "https://tickets.example.com/1?a=b"])(
    "takes %s for a ticket",
    (ticket) => {
      expect(fields({ ticket })).toEqual([]);
    },
  );

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//evil.test",
    "http://",
    "https://a b",
    "https://user:secret@host/",
    "file:///etc/passwd",
    "vbscript:x",
    "OPS\u202e1",
  ])("takes %j for none", (ticket) => {
    expect(fields({ ticket })).toEqual(["ticket"]);
  });
});

describe("changesInWords", () => {
  const before = sampleExpectation({ expiresAt: null, appliesFrom: SINCE_EVER });

  it("is nothing for what is the same", () => {
    expect(changesInWords(before, { ...before, version: 2, updatedAt: "later" })).toEqual([]);
  });

  it("tells each field before and after", () => {
    const after = {
      ...before,
      expiresAt: "2026-12-01T00:00:00Z",
      appliesFrom: "2026-11-21T00:00:00Z",
      ticket: "OPS-1",
      watch: ["source", "port"] as const,
    };
    expect(changesInWords(before, after)).toEqual([
      "ticket: none → OPS-1",
      "appliesFrom: all that is stored → 2026-11-21T00:00:00Z",
      "expiresAt: none → 2026-12-01T00:00:00Z",
      "watch: nothing → source, port",
    ]);
  });

  it("tells what came to be known, and not all of it when it is much", () => {
    const known = { source: ["a", "b", "c", "d", "e", "f", "g"], destination: [], port: [80] };
    expect(changesInWords(before, { ...before, known })).toEqual([
      "known sources: + a, b, c, d, e and 2 more",
      "known ports: + 80",
    ]);
    expect(changesInWords({ ...before, known }, before)).toEqual([
      "known sources: - a, b, c, d, e and 2 more",
      "known ports: - 80",
    ]);
  });
});
