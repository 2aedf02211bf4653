import { describe, expect, it } from "vitest";
import { filterValues, withFilter, withoutTerm } from "@/components/query/edit-query";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import { EVERYTHING, type Query } from "@/lib/query/query";

function query(text: string): Query {
  const parsed = parseQuery(text);
  return parsed.ok ? parsed.query : EVERYTHING;
}

describe("withFilter", () => {
  it("sets its own term and leaves the others", () => {
    const changed = withFilter(query("verdict:DROPPED port:53"), "verdict", ["AUDIT"]);
    expect(formatQuery(changed)).toBe("verdict:AUDIT port:53");
  });

  it("takes its term away when nothing is chosen", () => {
    expect(formatQuery(withFilter(query("ns:shop coredns"), "ns", []))).toBe("coredns");
  });

  it("does not touch a negated term or one of a single end", () => {
    const changed = withFilter(query("-ns:kube-system src.ns:web"), "ns", ["shop"]);
    expect(formatQuery(changed)).toBe("ns:shop -ns:kube-system src.ns:web");
  });
});

describe("filterValues", () => {
  it("reads the values of the filter's own term", () => {
    expect(filterValues(query("ns:shop,web -verdict:AUDIT"), "ns")).toEqual(["shop", "web"]);
    expect(filterValues(query("-verdict:AUDIT"), "verdict")).toEqual([]);
  });
});

describe("withoutTerm", () => {
  it("removes the one term at its place", () => {
    expect(formatQuery(withoutTerm(query("a port:53 b"), 1))).toBe("a b");
  });
});
