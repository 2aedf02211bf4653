import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RECENT, parseRecent, withRecent } from "@/components/query/recent-queries";
import { arbitraryQuery } from "@/lib/query/arbitraries";
import { formatQuery } from "@/lib/query/format";

describe("recent queries", () => {
  it("are read again: only what is still a query is offered, each once", () => {
    const stored = ["ns:shop", "colour:red", 7, null, "", "Verdict:audit", "verdict:AUDIT"];
    expect(parseRecent(JSON.stringify(stored))).toEqual(["ns:shop", "verdict:AUDIT"]);
  });

  it.each([null, "", "{", "{}", '"ns:shop"', "7"])("are none where %j is stored", (stored) => {
    expect(parseRecent(stored)).toEqual([]);
  });

  it("are the newest first, distinct, and only so many", () => {
    fc.assert(
      fc.property(fc.array(arbitraryQuery, { maxLength: 30 }), (queries) => {
        const texts = queries.map(formatQuery).filter((text) => text !== "");
        const recent = texts.reduce<readonly string[]>(withRecent, []);
        expect(recent).toEqual([...new Set(texts.toReversed())].slice(0, MAX_RECENT));
        expect(parseRecent(JSON.stringify(recent))).toEqual(recent);
      }),
    );
  });

  it("remember neither everything nor what is no query", () => {
    expect(withRecent(["a"], "")).toEqual(["a"]);
    expect(withRecent(["a"], "colour:red")).toEqual(["a"]);
  });
});
