import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryQuery } from "./arbitraries";
import { formatQuery } from "./format";
import { parseQuery } from "./parse";
import { MAX_QUERY_LENGTH } from "./query";

describe("formatQuery", () => {
  it("writes what parseQuery reads back as the same query", () => {
    fc.assert(
      fc.property(arbitraryQuery, (query) => {
        const text = formatQuery(query);
        fc.pre(text.length <= MAX_QUERY_LENGTH);
        expect(parseQuery(text)).toEqual({ ok: true, query });
      }),
      { numRuns: 10_000 },
    );
  });

  it("gives the same line for every way of writing a query", () => {
    fc.assert(
      fc.property(fc.array(PIECE, { maxLength: 12 }), (pieces) => {
        const first = parseQuery(pieces.join(""));
        fc.pre(first.ok);
        const line = formatQuery(first.query);
        fc.pre(line.length <= MAX_QUERY_LENGTH);
        const second = parseQuery(line);
        expect(second).toEqual(first);
        expect(second.ok && formatQuery(second.query)).toBe(line);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    ['tag:"a b"', 'tag:"a b"'],
    ['tag:"plain"', "tag:plain"],
    ['tag:"none",none,""', 'tag:"none",none,none'],
    ['tag:"a*b"*"c d"', 'tag:"a*b"*"c d"'],
    ["Verdict:audit", "verdict:AUDIT"],
    ["SRC.NS:shop", "src.ns:shop"],
    ["ip:10.1.2.3/8", "ip:10.0.0.0/8"],
    ["port:0443,none", "port:443,0"],
    ["2001:db8::1", '"2001:db8::1"'],
    ["label:k8s:app=web", "label:k8s:app=web"],
    ['-"-foo"', '-"-foo"'],
    ['"OR"', '"OR"'],
    ["pod:a**b", "pod:a*b"],
  ])("writes %s as %s", (written, canonical) => {
    const parsed = parseQuery(written);
    expect(parsed.ok && formatQuery(parsed.query)).toBe(canonical);
  });

  it("shows characters that cannot be seen", () => {
    const text = "\u202eevil\u0000\n\u00a0";
    const query = { terms: [{ field: "tag", negated: false, values: [literal(text)] }] } as const;
    expect(formatQuery(query)).toBe('tag:"\\u{202e}evil\\u{0}\\n\\u{a0}"');
    expect(parseQuery(formatQuery(query))).toEqual({ ok: true, query });
  });
});

function literal(text: string) {
  return { op: "=", text, glob: false } as const;
}

/** Pieces of queries, which in a row are sometimes one. */
const PIECE = fc.oneof(
  fc.constantFrom("verdict:", "tag:", "-", " ", ",", "*", '"', '\\"', "\\", "src.ip:", "port:"),
  fc.constantFrom("DROPPED", "audit", "none", "10.0.0.0/9", "2001:db8::1", "80", ">", "1..9", "OR"),
  fc.constantFrom("policy:", "reason:", "CT_*", "identity:", "World", "fqdn:", "a", "/", "😀", "("),
);
