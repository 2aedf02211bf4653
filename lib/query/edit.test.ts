import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryDrop, arbitraryQuery } from "./arbitraries";
import {
  excludeValue,
  includeValue,
  negateTerm,
  removeValue,
  replaceTerm,
  setField,
  stateOfValue,
  termOf,
  valuesOf,
  withoutTerm,
  withTerm,
  wordTerm,
} from "./edit";
import { formatQuery } from "./format";
import { matchesQuery } from "./match";
import { parseQuery } from "./parse";
import type { Query, Term } from "./query";

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}

function onlyTerm(text: string): Term {
  const [term] = queryOf(text).terms;
  if (term === undefined) throw new Error(`“${text}” has no term.`);
  return term;
}

describe("terms", () => {
  it("are added at the end, once", () => {
    const query = queryOf("ns:shop");
    expect(formatQuery(withTerm(query, onlyTerm("port:443")))).toBe("ns:shop port:443");
    expect(withTerm(query, onlyTerm("ns:shop"))).toBe(query);
  });

  it("replace their opposite", () => {
    const query = queryOf("-ns:shop port:443");
    expect(formatQuery(withTerm(query, onlyTerm("ns:shop")))).toBe("port:443 ns:shop");
  });

  it("are removed, replaced and negated in place", () => {
    const query = queryOf("ns:shop port:443 web");
    const term = onlyTerm("port:443");
    expect(formatQuery(withoutTerm(query, term))).toBe("ns:shop web");
    expect(formatQuery(replaceTerm(query, term, onlyTerm("port:80")))).toBe("ns:shop port:80 web");
    expect(formatQuery(negateTerm(query, term))).toBe("ns:shop -port:443 web");
  });
});

describe("values", () => {
  it("are set in place and taken literally", () => {
    const query = queryOf("ns:a port:443 ns:b -ns:c");
    expect(formatQuery(setField(query, "ns", ["x*", "none"]))).toBe(
      'ns:"x*","none" port:443 -ns:c',
    );
    expect(formatQuery(setField(query, "ns", []))).toBe("port:443 -ns:c");
    expect(formatQuery(setField(query, "verdict", ["AUDIT"]))).toBe(
      "ns:a port:443 ns:b -ns:c verdict:AUDIT",
    );
  });

  it("are included beside others of their field and then no longer excluded", () => {
    const query = queryOf("src.ns:a -src.ns:b,c ns:d");
    expect(formatQuery(includeValue(query, "src.ns", "b"))).toBe("src.ns:a,b -src.ns:c ns:d");
    expect(formatQuery(excludeValue(query, "src.ns", "a"))).toBe("-src.ns:b,c,a ns:d");
    expect(includeValue(query, "src.ns", "a")).toBe(query);
    expect(formatQuery(removeValue(query, "src.ns", "a"))).toBe("-src.ns:b,c ns:d");
  });

  it("know whether they are included, excluded or free", () => {
    const query = queryOf("reason:133 -port:80 tag:none");
    expect(stateOfValue(query, "reason", "POLICY_DENIED")).toBe("included");
    expect(stateOfValue(query, "reason", "133")).toBe("included");
    expect(stateOfValue(query, "port", "80")).toBe("excluded");
    expect(stateOfValue(query, "tag", "")).toBe("included");
    expect(stateOfValue(query, "tag", "none")).toBe("free");
    expect(valuesOf(query, "reason")).toEqual(["POLICY_DENIED"]);
    expect(valuesOf(query, "port", true)).toEqual(["80"]);
  });

  it("of a cell make a term that reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), (text) => {
        const terms = [termOf("tag", [text]), termOf("dst.pod", [text], true), wordTerm(text)];
        expect(parseQuery(formatQuery({ terms }))).toEqual({ ok: true, query: { terms } });
      }),
      { numRuns: 2_000 },
    );
  });

  it("of a drop's own cells match that drop when included, and not when excluded", () => {
    fc.assert(
      fc.property(arbitraryDrop, (drop) => {
        const { series } = drop;
        const cells = [
          ["verdict", series.verdict],
          ["direction", series.direction],
          ["reason", String(series.reason)],
          ["src.ns", series.source.namespace],
          ["dst.workload", series.destination.workload],
          ["port", String(series.port)],
          ["proto", series.protocol],
          ["l7", series.l7],
          ["group", series.group],
          ["source", drop.origin],
        ] as const;
        for (const [name, text] of cells) {
          if (text.includes("/") && name === "dst.workload") continue;
          const query = { terms: [] };
          expect(matchesQuery(includeValue(query, name, text), drop), name).toBe(true);
          expect(matchesQuery(excludeValue(query, name, text), drop), name).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("leave the given query as it was", () => {
    fc.assert(
      fc.property(arbitraryQuery, (query) => {
        const before = JSON.stringify(query);
        includeValue(query, "ns", "web");
        excludeValue(query, "tag", "web");
        setField(query, "port", ["80"]);
        expect(JSON.stringify(query)).toBe(before);
      }),
      { numRuns: 300 },
    );
  });
});
