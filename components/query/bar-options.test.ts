import { describe, expect, it } from "vitest";
import { presetOption, sectionsOf, tabOption } from "@/components/query/bar-options";
import { completionsAt } from "@/components/query/completions";
import { lineOf, openChip, type QueryLine, withDraft } from "@/components/query/query-line";

function barOf(line: QueryLine, recent: readonly string[] = [], pasted: string | null = null) {
  const completions = completionsAt(line.draft, line.draft.length);
  const sections = sectionsOf({ line, completions, recent, pasted });
  const options = sections.flatMap((section) => section.options);
  return { titles: sections.map(({ title }) => title), options };
}

const typed = (draft: string) => withDraft(lineOf(""), draft);

describe("what is offered", () => {
  it("is recent queries and fields where nothing is written", () => {
    const { titles, options } = barOf(typed(""), ["ns:shop", "port:53"]);
    expect(titles).toEqual(["Recent queries", "Fields", "Operators"]);
    expect(options.slice(0, 3)).toEqual([
      { kind: "recent", q: "ns:shop" },
      { kind: "recent", q: "port:53" },
      { kind: "forget-all" },
    ]);
  });

  it("is never the query that stands there, and few others beside one", () => {
    const recent = ["ns:shop", "a", "b", "c", "d"];
    const { options } = barOf(lineOf("ns:shop"), recent);
    const offered = options.flatMap((option) => (option.kind === "recent" ? [option.q] : []));
    expect(offered).toEqual(["a", "b", "c"]);
  });

  it("is what can be done with a term while its chip is open and unchanged", () => {
    const opened = openChip(lineOf("-ns:shop"), 0) ?? lineOf("");
    expect(barOf(opened).options.slice(0, 3)).toEqual([
      { kind: "negate", term: "ns:shop" },
      { kind: "remove", term: "-ns:shop" },
      { kind: "copy", term: "-ns:shop" },
    ]);
    expect(barOf(withDraft(opened, "-ns:sho")).titles).not.toContain("This term");
  });

  it("is the parser's own suggestion, once", () => {
    expect(barOf(typed("verdict:AUDTI")).options[0]).toEqual({
      kind: "mend",
      draft: "verdict:AUDIT",
    });
    expect(barOf(typed("verdict:AUD")).titles).toEqual(["Values, with attempts in this range"]);
  });

  it("is only what to do with pasted filters of Hubble, while nobody has said", () => {
    const { options } = barOf(typed("a"), ["b"], "hubble observe");
    expect(options).toEqual([{ kind: "translate" }, { kind: "as-text" }]);
  });
});

describe("what Enter takes unasked", () => {
  const preset = (draft: string) => {
    const line = typed(draft);
    return presetOption(barOf(line).options, line);
  };

  it("is nothing while the draft is a query: Enter applies it", () => {
    for (const draft of ["", "ns:shop", "policy:deny", "word", "verdict:AUDIT"]) {
      expect(preset(draft), draft).toBeNull();
    }
  });

  it("is the first that brings a draft further which is no query yet", () => {
    for (const draft of ["verdict:", "verdict:aud", "-", "verdict:AUDTI", "namespace:x"]) {
      expect(preset(draft), draft).toBe(0);
    }
  });

  it("is nothing where the wrong part is elsewhere", () => {
    expect(preset("colour:red sho")).toBeNull();
  });
});

describe("what Tab takes unasked", () => {
  const tab = (draft: string) => {
    const line = typed(draft);
    const { options } = barOf(line);
    const at = tabOption(options, line);
    return at === null ? null : options[at];
  };

  it("is the first completion of something begun", () => {
    expect(tab("verd")).toMatchObject({ completion: { draft: "verdict:" } });
    expect(tab("verdict:dr")).toMatchObject({ completion: { draft: "verdict:DROPPED" } });
  });

  it("is nothing where nothing is begun or all is whole, so that Tab goes on", () => {
    expect(tab("")).toBeNull();
    expect(tab("verdict:DROPPED")).toBeNull();
  });
});
