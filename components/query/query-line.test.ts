import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  lineOf,
  lineText,
  mendDraft,
  negateChip,
  openAll,
  openChip,
  type QueryLine,
  quoteWord,
  readLine,
  removeChip,
  withDraft,
} from "@/components/query/query-line";
import { arbitraryQuery } from "@/lib/query/arbitraries";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

const RUNS = { numRuns: 2_000 };

/** Canonical text of a generated query, and the line it makes. */
const arbitraryLine = arbitraryQuery.map((query) => ({ query, line: lineOf(formatQuery(query)) }));

function qOf(line: QueryLine): string {
  const read = readLine(line);
  return read.ok ? read.q : `at ${read.error.at}: ${read.error.message}`;
}

function errorOf(draft: string) {
  const parsed = parseQuery(draft);
  if (parsed.ok) throw new Error(`${draft} was meant to be wrong`);
  return parsed.error;
}

describe("the line of a query", () => {
  it("has a chip for each term and says the same query", () => {
    fc.assert(
      fc.property(arbitraryLine, ({ query, line }) => {
        expect(line.chips).toHaveLength(query.terms.length);
        expect(qOf(line)).toBe(formatQuery(query));
      }),
      RUNS,
    );
  });

  it("keeps a query that cannot be understood as text, unchanged", () => {
    const line = lineOf("colour:red  port:53");
    expect(line).toEqual({ chips: [], draft: "colour:red  port:53", at: 0, opened: null });
    expect(readLine(line).ok).toBe(false);
  });

  it("is applied in its canonical spelling", () => {
    expect(qOf(withDraft(lineOf("Verdict:audit"), "  reason:133 "))).toBe(
      "verdict:AUDIT reason:POLICY_DENIED",
    );
  });

  it("keeps what was typed where the canonical spelling would be too long", () => {
    const text = "\u202e".repeat(500);
    expect(qOf(withDraft(lineOf(""), text))).toBe(text);
  });

  it("tells a wrong draft by its place in the draft, and leaves the chips out of it", () => {
    const line = withDraft(lineOf("ns:shop port:53"), 'tag:"open');
    expect(readLine({ ...line, at: 1 })).toMatchObject({ ok: false, error: { at: 4, length: 5 } });
  });

  it("refuses more than a query may hold", () => {
    const line = lineOf(Array.from({ length: 40 }, (_, index) => `w${index}`).join(" "));
    expect(qOf(withDraft(line, "x"))).toContain("at most 40 terms");
    expect(qOf(withDraft(lineOf(""), "x".repeat(9_999)))).toContain("at most 2,048 characters");
    expect(withDraft(lineOf(""), "x".repeat(9_999)).draft).toHaveLength(MAX_QUERY_LENGTH + 1);
  });
});

describe("opening a chip", () => {
  it("changes nothing until something is written", () => {
    fc.assert(
      fc.property(arbitraryLine, fc.nat(), ({ query, line }, seed) => {
        const index = seed % Math.max(1, line.chips.length);
        const opened = openChip(line, index);
        expect(opened === null ? null : qOf(opened)).toBe(formatQuery(query));
        expect(opened?.draft).toBe(line.chips[index] ?? "");
      }),
      RUNS,
    );
  });

  it("puts what was being written where it stood", () => {
    const line = { ...withDraft(lineOf("a b"), "ns:x port:1"), at: 1 };
    expect(openChip(line, 1)).toEqual({
      chips: ["a", "ns:x", "port:1"],
      draft: "b",
      at: 3,
      opened: "b",
    });
    expect(openChip(line, 0)?.chips).toEqual(["ns:x", "port:1", "b"]);
  });

  it("waits for a wrong draft to be mended", () => {
    expect(openChip(withDraft(lineOf("a"), "port:x"), 0)).toBeNull();
  });
});

describe("changing chips", () => {
  it("removes the one at its place, the draft staying where it is", () => {
    const line = { ...withDraft(lineOf("a b c"), "d"), at: 2 };
    expect(lineText(removeChip(line, 0))).toBe("b d c");
    expect(lineText(removeChip(line, 2))).toBe("a b d");
  });

  it("negates as the language does, and back", () => {
    fc.assert(
      fc.property(arbitraryLine, fc.nat(), ({ query, line }, seed) => {
        const index = seed % Math.max(1, line.chips.length);
        const terms = query.terms.map((term, place) =>
          place === index ? { ...term, negated: !term.negated } : term,
        );
        expect(qOf(negateChip(line, index))).toBe(formatQuery({ terms }));
        expect(negateChip(negateChip(line, index), index)).toEqual(line);
      }),
      RUNS,
    );
  });

  it("makes the whole line text", () => {
    fc.assert(
      fc.property(arbitraryLine, ({ query, line }) => {
        expect(openAll(line)).toMatchObject({ chips: [], draft: formatQuery(query) });
        expect(qOf(openAll(line))).toBe(formatQuery(query));
      }),
      RUNS,
    );
  });
});

describe("mending a draft", () => {
  it.each([
    ["verdict:AUDTI", "verdict:AUDIT"],
    ["namespace:shop", "ns:shop"],
    ["a !ns:shop b", "a -ns:shop b"],
    ['tag:"a b', 'tag:"a b"'],
    ["port:80..20", "port:20..80"],
  ])("makes %s %s", (draft, mended) => {
    expect(mendDraft(draft, errorOf(draft))).toBe(mended);
  });

  it("quotes a word that has a colon and no field, and nothing else", () => {
    const quoted = (draft: string) => quoteWord(draft, errorOf(draft));
    expect(quoted("a -colour:red,blue b")).toBe('a -"colour:red,blue" b');
    expect(quoted("port:x")).toBeNull();
    expect(quoted("namespace:shop")).toBeNull();
    expect(quoted(":x")).toBeNull();
  });

  it("offers nothing where there is no suggestion", () => {
    expect(mendDraft("port:x", errorOf("port:x"))).toBeNull();
  });
});
