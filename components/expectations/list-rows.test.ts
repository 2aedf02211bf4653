import { describe, expect, it } from "vitest";
import { formatExpectedUrl, parseExpectedUrl } from "@/components/expectations/expected-url";
import { authorsOf, listRows } from "@/components/expectations/list-rows";
import { sampleRow } from "@/components/expectations/sample-row";

const ALL = { text: "", state: "all", author: "", sort: "end" } as const;
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe("listRows", () => {
  it("leaves out what was revoked unless it is asked for", () => {
    const rows = [
      sampleRow({ id: "kept" }),
      sampleRow({ id: "gone", revokedAt: "2026-01-15T10:00:00Z", states: ["revoked"] }),
    ];
    expect(ids(listRows(rows, { ...ALL, state: "current" }))).toEqual(["kept"]);
    expect(ids(listRows(rows, { ...ALL, state: "revoked" }))).toEqual(["gone"]);
    expect(listRows(rows, ALL)).toHaveLength(2);
  });

  it("finds every word in reason, query, author or ticket, in any case", () => {
    const rows = [sampleRow({ id: "a", reason: "Telemetry of the vendor", ticket: "SEC-1" })];
    expect(ids(listRows(rows, { ...ALL, text: "telemetry sec-1" }))).toEqual(["a"]);
    expect(listRows(rows, { ...ALL, text: "telemetry sec-2" })).toEqual([]);
  });

  it("puts what surges first, then what ends first, and what never ends last", () => {
    const rows = [
      sampleRow({ id: "never", expiresAt: null }),
      sampleRow({ id: "late", expiresAt: "2027-01-01T00:00:00Z" }),
      sampleRow({ id: "soon", expiresAt: "2026-02-01T00:00:00Z" }),
      sampleRow({ id: "surge", expiresAt: null, states: ["active", "surging"] }),
    ];
    expect(ids(listRows(rows, ALL))).toEqual(["surge", "soon", "late", "never"]);
  });

  it("names each author once", () => {
    const rows = ["ben", "ada", "ben", ""].map((author) => sampleRow({ author }));
    expect(authorsOf(rows)).toEqual(["ada", "ben"]);
  });
});

describe("the address of the Expected screen", () => {
  it("brings back what it was made from", () => {
    const url = {
      pane: "trail",
      text: "a b",
      state: "surging",
      author: "Ada L",
      sort: "hits",
      open: "e1",
      selected: ["e1", "e2"],
      draft: { query: "port:443", basis: "group:0123456789abcdef" },
    } as const;
    expect(parseExpectedUrl(new URLSearchParams(formatExpectedUrl(url)))).toEqual(url);
  });

  it("falls back to the plain list for what it does not know", () => {
    const url = parseExpectedUrl(new URLSearchParams("pane=x&state=y&sort=z"));
    expect(formatExpectedUrl(url)).toBe("");
  });
});
