import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draftWithout, spotAt, writtenPart } from "@/components/query/completion-spot";
import { type Completion, completionsAt } from "@/components/query/completions";
import type { CountedValue } from "@/components/query/value-completions";
import { arbitraryQuery, arbitraryWord } from "@/lib/query/arbitraries";
import { fieldRow, findField } from "@/lib/query/fields";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";

/** The cursor is where the bar stands in the text. */
function at(marked: string): [draft: string, cursor: number] {
  return [marked.replace("|", ""), marked.indexOf("|")];
}

function show({ draft, cursor }: Completion): string {
  return `${draft.slice(0, cursor)}|${draft.slice(cursor)}`;
}

/** What is offered at the bar: labels, and the text when one is taken. */
function offer(marked: string, counted: readonly CountedValue[] = []): Map<string, string> {
  return new Map(completionsAt(...at(marked), counted).map((one) => [one.label, show(one)]));
}

const value = (text: string, attempts = 1): CountedValue => ({
  value: text,
  attempts,
  drops: attempts * 3,
});

describe("the spot at the cursor", () => {
  it.each([
    ["|", { kind: "field", written: "" }],
    ["sr|", { kind: "field", written: "sr", from: 0, to: 2 }],
    ["a -po|rt:53", { kind: "field", written: "po", negated: true, from: 3, to: 8 }],
    ["a | b", { kind: "field", written: "", from: 2, to: 2 }],
    ["-|", { kind: "field", written: "", negated: true }],
    ["ns:|", { kind: "value", name: "ns", written: "" }],
    ["SRC.ns:sh|op x", { kind: "value", name: "src.ns", written: "sh", from: 7, to: 11 }],
    ["-ns:a,b|,c", { kind: "value", written: "b", negated: true, others: ["a", "c"] }],
    ['tag:"a, b| c",d', { kind: "value", written: "a, b", others: ["d"] }],
    ['tag:"a|', { kind: "value", written: "a" }],
    ["policy:deny-*|", { kind: "value", written: "deny-*", pattern: "deny-*" }],
    ['policy:"*"|', { kind: "value", written: "*", pattern: null }],
    ["colour:re|", { kind: "text" }],
    ['"two wo|rds"', { kind: "text" }],
  ])("of %s", (marked, spot) => {
    expect(spotAt(...at(marked))).toMatchObject(spot);
  });

  it("is found at every offset of any text, inside it", () => {
    const text = fc.string({ unit: fc.constantFrom(...'ns:port -,"\\*a'), maxLength: 24 });
    fc.assert(
      fc.property(text, fc.nat(24), (draft, seed) => {
        const cursor = Math.min(seed, draft.length);
        const spot = spotAt(draft, cursor);
        expect(spot.term.from).toBeLessThanOrEqual(cursor);
        expect(spot.term.to).toBeGreaterThanOrEqual(cursor);
        if (spot.kind === "text") return;
        expect(spot.from).toBeGreaterThanOrEqual(spot.term.from);
        expect(spot.to).toBeLessThanOrEqual(spot.term.to);
      }),
      { numRuns: 3_000 },
    );
  });

  it("leaves the rest of the draft to count under", () => {
    expect(draftWithout("ns:x b", spotAt("ns:x b", 2))).toBe("b");
    expect(draftWithout("a ns:x", spotAt("a ns:x", 6))).toBe("a");
  });

  it.each([
    ["port:>=10|", "10"],
    ["policy:a*deny-*b|", "deny-"],
    ['tag:"a b|', "a b"],
  ])("asks for what values must hold: %s", (marked, part) => {
    const spot = spotAt(...at(marked));
    expect(spot.kind === "value" && writtenPart(spot)).toBe(part);
  });
});

describe("fields", () => {
  it("are all offered where nothing is written, in the order of the table", () => {
    const offered = offer("ns:shop |");
    expect([...offered.keys()].slice(0, 3)).toEqual(["verdict:", "policy:", "tag:"]);
    expect(offered.get("src.")).toBe("ns:shop src.|");
    expect(offered.get("-")).toBe("ns:shop -|");
  });

  it("are found by their beginning, by a part, and by what they are about", () => {
    expect([...offer("n|").keys()].slice(0, 4)).toEqual(["ns:", "node:", "src.ns:", "dst.ns:"]);
    expect(offer("dst.|").size).toBe(7);
    expect(offer("namesp|").has("ns:")).toBe(true);
    expect(offer("PORT|").get("port:")).toBe("port:|");
  });

  it("keep the values behind them where they fit", () => {
    expect(offer("|n:shop b").get("ns:")).toBe("ns:|shop b");
    expect(offer("po|rt:53 b").get("policy:")).toBe("policy:|53 b");
    expect(offer("n|s:shop").get("node:")).toBe("node:|shop");
    expect(offer("p|olicy:shop b").get("port:")).toBe("port:| b");
  });

  it("are guessed from a value of a closed set", () => {
    expect(offer("-aud|").get("verdict:AUDIT")).toBe("-verdict:AUDIT|");
    expect(offer("egr|").get("direction:egress")).toBe("direction:egress|");
  });
});

describe("values", () => {
  it("come with their counts, those that begin as written first", () => {
    const counted = [value("my-shop", 9), value("shop", 4), value("web", 2)];
    const found = completionsAt("src.ns:sho", 10, counted);
    expect(found.slice(0, 2)).toMatchObject([
      { label: "shop", counts: { attempts: 4, drops: 12 } },
      { label: "my-shop", counts: { attempts: 9 } },
    ]);
    expect(found.map(({ label }) => label)).not.toContain("web");
  });

  it("are quoted where the language needs it", () => {
    const offered = offer("tag:|", [value('a "b", c'), value("none"), value("-x")]);
    expect(offered.get('a "b", c')).toBe('tag:"a \\"b\\", c"|');
    expect(offered.get("-x")).toBe('tag:"-x"|');
    // A tag that is called none, and having no tag.
    expect(
      [...completionsAt("tag:", 4, [value("none"), value("")])].map(({ draft }) => draft),
    ).toEqual(expect.arrayContaining(['tag:"none"', "tag:none"]));
  });

  it("of a closed set are there without a server", () => {
    expect([...offer("verdict:|").keys()]).toEqual(["DROPPED", "AUDIT"]);
    expect(offer("reason:stale|").has("STALE_OR_UNROUTABLE_IP")).toBe(true);
    expect(offer("identity:wor|").get("world")).toBe("identity:world|");
    expect(offer("expected:|").size).toBe(2);
  });

  it("that the term has already are not offered again", () => {
    expect([...offer("ns:a,|", [value("a"), value("b")]).keys()]).toEqual(["b", "none"]);
    expect(offer("verdict:AUDIT|").has("AUDIT")).toBe(false);
  });

  it("are narrowed by a pattern that is being written", () => {
    const counted = [value("deny-web"), value("allow"), value("deny-api")];
    const labels = [...offer("policy:deny-*|", counted).keys()];
    expect(labels.slice(0, 2)).toEqual(["deny-web", "deny-api"]);
    expect(labels).not.toContain("allow");
  });

  it("are found by what they are called, too", () => {
    const world = { ...value("2"), label: "world" };
    expect(offer("dst.identity:wo|", [world]).get("2")).toBe("dst.identity:2|");
  });

  it("are followed by a comma for another one", () => {
    expect(offer("ns:shop|").get(",")).toBe("ns:shop,|");
    expect(offer("ns:|").has(",")).toBe(false);
    expect(offer("port:x|").has(",")).toBe(false);
  });

  it("of numbers can be compared", () => {
    expect(offer("port:|").get(">=")).toBe("port:>=|");
    expect(offer("port:22|").get("22..")).toBe("port:22..|");
    expect(offer("ns:|").has(">=")).toBe(false);
  });

  it("can be patterns of what is written", () => {
    expect(offer("policy:deny|").get("deny*")).toBe("policy:deny*|");
    expect(offer('policy:"a b|').get('*"a b"*')).toBe('policy:*"a b"*|');
    expect(offer("verdict:a|").has("a*")).toBe(false);
  });

  it("replace no more than their own word behind a quote that is not closed", () => {
    expect(offer('ns:"sh| port:53', [value("shop")]).get("shop")).toBe("ns:shop| port:53");
  });
});

describe("taking a completion", () => {
  const counted = fc.array(
    arbitraryWord.map((text) => value(text)),
    { maxLength: 4 },
  );
  /** What may be half-written at the cursor. */
  const typed = fc.constantFrom(
    "",
    "",
    "x",
    "*",
    '"',
    '"a b',
    "sh",
    ">=",
    "none",
    "-",
    "ver",
    "\\",
  );

  /**
   * Takes each completion of a sound query into which something was typed, wherever the cursor is;
   * where something must follow, an example of the field does.
   */
  function outcomes(draft: string, cursor: number, values: readonly CountedValue[]): string[] {
    return completionsAt(draft, cursor, values).map((one) => {
      if (one.whole) return one.draft;
      const follows = continuationOf(one);
      return one.draft.slice(0, one.cursor) + follows + one.draft.slice(one.cursor);
    });
  }

  function continuationOf({ draft, cursor, label }: Completion): string {
    if (label === "-") return "word";
    if (label === "src." || label === "dst.") return "ns:x";
    const spot = spotAt(draft, cursor);
    if (spot.kind !== "value") return "";
    if (/^\d+\.\.$/.test(label)) return label.slice(0, -2);
    if (/^[<>]/.test(label)) return "5";
    const ref = findField(spot.name);
    const example = ref === null ? "" : (fieldRow(ref.field).examples[0] ?? "");
    return example.slice(example.indexOf(":") + 1);
  }

  it("always gives a query, whatever its value, wherever the cursor is in a query", () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.nat(), counted, (query, seed, values) => {
        const draft = formatQuery(query);
        const cursor = seed % (draft.length + 1);
        for (const outcome of outcomes(draft, cursor, values)) {
          expect(parseQuery(outcome), outcome).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("always gives a query where only the term that is written is not one yet", () => {
    const start = fc.constantFrom("", "-", "ns:", "-dst.pod:", "port:", "tag:a,", "reason:", "ip:");
    fc.assert(
      fc.property(
        fc.tuple(arbitraryQuery, arbitraryQuery).map((both) => both.map(formatQuery)),
        start,
        typed,
        counted,
        ([before = "", behind = ""], begun, half, values) => {
          // An open quote takes what stands behind it; that is tested above, with its own rule.
          const rest = half.includes('"') ? "" : behind;
          const written = `${before} ${begun}${half}`;
          for (const outcome of outcomes(`${written} ${rest}`, written.length, values)) {
            expect(parseQuery(outcome), outcome).toMatchObject({ ok: true });
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("never offers a value that the language has no words for", () => {
    expect(offer("src.ip:|", [value("not an address"), value("10.0.0.1")]).size).toBe(2);
    expect(offer("verdict:|", [value("")]).has("")).toBe(false);
  });

  it("takes a value as itself: the term then names exactly it", () => {
    fc.assert(
      fc.property(arbitraryWord, (text) => {
        const [first] = completionsAt("dst.pod:", 8, [value(text)]);
        const parsed = parseQuery(first?.draft ?? "");
        const values = [{ op: "=", text, glob: false }];
        expect(parsed).toMatchObject({ ok: true, query: { terms: [{ field: "pod", values }] } });
      }),
      { numRuns: 1_000 },
    );
  });
});
