import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuery } from "./parse";
import type { QueryError } from "./query-error";

function errorOf(text: string): QueryError {
  const parsed = parseQuery(text);
  if (parsed.ok) throw new Error(`“${text}” was understood.`);
  return parsed.error;
}

function termsOf(text: string) {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query.terms;
}

function equal(text: string) {
  return { op: "=", text, glob: false };
}

describe("what a query may say", () => {
  it("takes nothing for everything", () => {
    expect(parseQuery("  \t ")).toEqual({ ok: true, query: { terms: [] } });
  });

  it("reads several terms, several values, a minus and a glob", () => {
    expect(termsOf("verdict:AUDIT -tag:app-explicit-* src.ns:shop,web  port:443")).toEqual([
      { field: "verdict", negated: false, values: [equal("AUDIT")] },
      { field: "tag", negated: true, values: [{ op: "=", text: "app-explicit-*", glob: true }] },
      { field: "ns", side: "src", negated: false, values: [equal("shop"), equal("web")] },
      { field: "port", negated: false, values: [equal("443")] },
    ]);
  });

  it("reads a field of either end without src. or dst.", () => {
    expect(termsOf("ns:shop")).toEqual([
      { field: "ns", side: "either", negated: false, values: [equal("shop")] },
    ]);
  });

  it("keeps spaces, commas, colons, a minus and a star in quotes", () => {
    expect(termsOf('tag:"a b","c,d","-e","f*g","h:i"')).toEqual([
      {
        field: "tag",
        negated: false,
        values: ["a b", "c,d", "-e", "f*g", "h:i"].map(equal),
      },
    ]);
  });

  it("reads escapes in quotes", () => {
    expect(termsOf('tag:"\\"\\\\\\n\\r\\t\\u{1f600}"')[0]?.values).toEqual([equal('"\\\n\r\t😀')]);
  });

  it("takes a backslash outside quotes as itself", () => {
    expect(termsOf("tag:a\\b")[0]?.values).toEqual([equal("a\\b")]);
  });

  it("tells a quoted star from a glob in one value", () => {
    expect(termsOf('tag:"a*"*')[0]?.values).toEqual([{ op: "=", text: "a\\**", glob: true }]);
  });

  it("reads unquoted IPv6 addresses and blocks", () => {
    expect(termsOf("src.ip:2001:DB8::1 dst.ip:2001:db8::/32,::1")).toEqual([
      { field: "ip", side: "src", negated: false, values: [equal("2001:db8::1")] },
      { field: "ip", side: "dst", negated: false, values: [equal("2001:db8::/32"), equal("::1")] },
    ]);
  });

  it("searches a bare IPv6 address as text", () => {
    expect(termsOf("2001:db8::1")).toEqual([
      { field: "text", negated: false, values: [equal("2001:db8::1")] },
    ]);
  });

  it("compares numbers and reads ranges", () => {
    expect(termsOf("port:>1024,>=1,<9,<=8,22..9200")[0]?.values).toEqual([
      { op: ">", text: "1024", glob: false },
      { op: ">=", text: "1", glob: false },
      { op: "<", text: "9", glob: false },
      { op: "<=", text: "8", glob: false },
      equal("22..9200"),
    ]);
  });

  it.each([
    ["reason:policy_denied", "POLICY_DENIED"],
    ["reason:133", "POLICY_DENIED"],
    ['reason:"Policy denied"', "POLICY_DENIED"],
    ["reason:999", "999"],
    ["reason:none", ""],
    ["reason:0", ""],
    ["identity:Kube-APIServer", "kube-apiserver"],
    ["identity:unknown", "0"],
    ["proto:tcp", "TCP"],
    ["expected:TRUE", "true"],
    ["direction:Egress", "egress"],
    ["certainty:none", "none"],
    ["tag:none", ""],
    ['tag:""', ""],
    ['tag:"none"', "none"],
    ["policy.ns:none", ""],
  ])("reads %s as “%s”", (text, value) => {
    expect(termsOf(text)[0]?.values).toEqual([equal(value)]);
  });
});

describe("what a query may not say", () => {
  it.each<[string, Partial<QueryError>]>([
    ["verdit:AUDIT", { at: 0, length: 6, suggestion: "verdict" }],
    ["ns:a verdict:droped", { at: 13, length: 6, suggestion: "DROPPED" }],
    ["namespace:shop", { at: 0, length: 9, suggestion: "ns" }],
    ["source.ns:shop", { at: 0, length: 9, suggestion: "src.ns" }],
    ["destination.namespace:x", { at: 0, length: 21, suggestion: "dst.ns" }],
    ["dst.port:443", { at: 0, length: 8, suggestion: "port" }],
    ["dst.verdict:DROPPED", { at: 0, length: 11, suggestion: "verdict" }],
    ["k8s:app=web", { at: 0, length: 3, suggestion: "label" }],
    ["-!tag:x", { at: 1, length: 4, suggestion: "tag" }],
    ["!tag:x", { at: 0, length: 4, suggestion: "-tag" }],
    ["zzzzzz:1", { at: 0, length: 6 }],
    [":x", { at: 0, length: 1 }],
    ["tag:", { at: 4, length: 0 }],
    ["tag: x", { at: 4, length: 0 }],
    ["ns:a,,b", { at: 5, length: 0 }],
    ["ns:a, b", { at: 5, length: 0 }],
    ["- a", { at: 1, length: 0 }],
    ["tag:x -", { at: 7, length: 0 }],
    ['tag:"abc', { at: 4, length: 4, suggestion: '"abc"' }],
    ['tag:"a\\x"', { at: 6, length: 2 }],
    ['tag:"\\u{110000}"', { at: 5, length: 2 }],
    ['tag:"\\u{d800}"', { at: 5, length: 2 }],
    ["a OR b", { at: 2, length: 2, suggestion: '"OR"' }],
    ["(a b)", { at: 0, length: 2 }],
    ["*", { at: 0, length: 1 }],
    ['""', { at: 0, length: 2 }],
    ["verdict:AUD*", { at: 8, length: 4 }],
    ["direction:egres", { at: 10, suggestion: "egress" }],
    ["attribution:default", { at: 12, suggestion: "default-deny" }],
    ["certainty:infered", { at: 10, suggestion: "inferred" }],
    ["proto:tpc", { at: 6, suggestion: "TCP" }],
    ["reason:POLICY_DENID", { at: 7, suggestion: "POLICY_DENIED" }],
    ["identity:kube-apiserv", { at: 9, suggestion: "kube-apiserver" }],
    ["port:99999", { at: 5, length: 5 }],
    ["port:http", { at: 5, length: 4 }],
    ["port:>", { at: 5, length: 1 }],
    ["port:9..2", { at: 5, length: 4, suggestion: "2..9" }],
    ["ip:10.1.*", { at: 3, length: 6, suggestion: "10.1.0.0/16" }],
    ["ip:10.0.0.300", { at: 3, length: 10 }],
    ["ip:10.0.0.0/33", { at: 3, length: 11 }],
    ["tag:>3", { at: 4, length: 2, suggestion: '">3"' }],
    ["group:", { at: 6, length: 0 }],
    ['verdict:""', { at: 8, length: 2 }],
    ["tag:\ud800", { at: 4, length: 1 }],
  ])("points at what is wrong in %s", (text, error) => {
    expect(errorOf(text)).toMatchObject(error);
  });

  it("says what was expected", () => {
    expect(errorOf("verdict:x").expected).toEqual(["DROPPED", "AUDIT"]);
    expect(errorOf("x:y").expected).toContain("dst.fqdn:");
  });

  it("turns into a query when a suggestion is taken", () => {
    for (const text of ["verdit:AUDIT", "verdict:droped", 'tag:"abc', "a OR b", "ip:10.1.*"]) {
      const { at, length, suggestion = "" } = errorOf(text);
      const mended = text.slice(0, at) + suggestion + text.slice(at + length);
      expect(parseQuery(mended), mended).toMatchObject({ ok: true });
    }
  });

  it("is at most 2,048 characters, 40 terms and 200 values", () => {
    expect(errorOf("a".repeat(2049))).toMatchObject({ at: 2048, length: 1 });
    expect(parseQuery("a".repeat(2048)).ok).toBe(true);
    expect(parseQuery("a ".repeat(40)).ok).toBe(true);
    expect(errorOf("a ".repeat(41))).toMatchObject({ at: 80 });
    const values = (count: number) => `ns:${Array.from({ length: count }, () => "a").join(",")}`;
    expect(parseQuery(values(200)).ok).toBe(true);
    expect(errorOf(values(201))).toMatchObject({ at: 0 });
  });

  it("never throws, and points into the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const parsed = parseQuery(text);
        if (parsed.ok) return;
        const { at, length, message } = parsed.error;
        expect(message).not.toBe("");
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at + length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 5_000 },
    );
  });
});
