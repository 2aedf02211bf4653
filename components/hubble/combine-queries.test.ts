import { describe, expect, it } from "vitest";
import { combineQueries } from "@/components/hubble/combine-queries";
import { parseQuery } from "@/lib/query/parse";
import { MAX_TERMS, type Query } from "@/lib/query/query";

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.query;
}

describe("combineQueries", () => {
  it("asks for both, each term once", () => {
    const both = combineQueries(parsed("verdict:AUDIT ns:shop"), parsed("verdict:AUDIT -port:53"));
    expect(both).toEqual({ ok: true, q: "verdict:AUDIT ns:shop -port:53" });
  });

  it("keeps a term and its opposite: that no drop matches is what was asked for", () => {
    const both = combineQueries(parsed("ns:shop"), parsed("-ns:shop"));
    expect(both).toEqual({ ok: true, q: "ns:shop -ns:shop" });
  });

  it("fails where the two have too many terms together", () => {
    const many = (letter: string) =>
      parsed(Array.from({ length: MAX_TERMS - 1 }, (_, at) => `ns:${letter}${at}`).join(" "));
    expect(combineQueries(many("a"), many("b")).ok).toBe(false);
  });
});
