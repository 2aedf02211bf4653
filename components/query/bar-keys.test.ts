import { describe, expect, it } from "vitest";
import { type BarFacts, type BarKey, intentOf } from "@/components/query/bar-keys";
import type { BarOption } from "@/components/query/bar-options";
import { lineOf, openChip, withDraft } from "@/components/query/query-line";

const RECENT: BarOption = { kind: "recent", q: "ns:shop" };

function facts(change: Partial<BarFacts> = {}): BarFacts {
  return { line: lineOf("a b c"), open: true, options: [RECENT], active: null, ...change };
}

function key(name: string, change: Partial<BarKey> = {}): BarKey {
  return { key: name, shift: false, control: false, alt: false, from: 0, to: 0, ...change };
}

describe("a key in the search bar", () => {
  it("takes the active option with Enter, and applies the line without one", () => {
    expect(intentOf(key("Enter"), facts({ active: 0 }))).toEqual({ to: "take", option: RECENT });
    expect(intentOf(key("Enter"), facts())).toEqual({ to: "apply" });
  });

  it("leaves Tab to the page where there is nothing to complete", () => {
    expect(intentOf(key("Tab"), facts())).toBeNull();
    expect(intentOf(key("Tab", { shift: true }), facts({ active: 0 }))).toBeNull();
    expect(intentOf(key("Tab"), facts({ active: 0, open: false }))).toBeNull();
    expect(intentOf(key("Tab"), facts({ active: 0 }))).toEqual({ to: "take", option: RECENT });
  });

  it("closes the list with Escape first", () => {
    expect(intentOf(key("Escape"), facts())).toEqual({ to: "close" });
    expect(intentOf(key("Escape"), facts({ open: false }))).toEqual({ to: "give-up" });
  });

  it("goes to the chip beside the edge of the text, wherever the text stands", () => {
    expect(intentOf(key("Backspace"), facts())).toEqual({ to: "chip", index: 2 });
    expect(intentOf(key("ArrowLeft"), facts())).toEqual({ to: "chip", index: 2 });
    expect(intentOf(key("ArrowRight"), facts())).toBeNull();
    const line = openChip(lineOf("a b c"), 1) ?? lineOf("");
    expect(intentOf(key("ArrowLeft"), facts({ line }))).toEqual({ to: "chip", index: 0 });
    const end = key("ArrowRight", { from: 1, to: 1 });
    expect(intentOf(end, facts({ line }))).toEqual({ to: "chip", index: 1 });
  });

  it("moves within the text everywhere else", () => {
    const line = withDraft(lineOf("a"), "word");
    const inside = { from: 2, to: 2 };
    for (const name of ["Backspace", "ArrowLeft", "ArrowRight", "x", "Delete"]) {
      expect(intentOf(key(name, inside), facts({ line })), name).toBeNull();
    }
    expect(intentOf(key("Backspace", { from: 0, to: 4 }), facts({ line }))).toBeNull();
    expect(intentOf(key("ArrowLeft", { shift: true }), facts())).toBeNull();
    expect(intentOf(key("Backspace"), facts({ line: withDraft(lineOf(""), "x") }))).toBeNull();
  });

  it("opens all of the line as text when all of the draft is selected already", () => {
    const all = key("a", { control: true });
    expect(intentOf(all, facts())).toEqual({ to: "open-all" });
    expect(intentOf(all, facts({ line: withDraft(lineOf("a"), "word") }))).toBeNull();
    expect(intentOf(all, facts({ line: lineOf("") }))).toBeNull();
  });

  it("forgets the active recent query with Shift and Delete", () => {
    const press = key("Delete", { shift: true });
    expect(intentOf(press, facts({ active: 0 }))).toEqual({ to: "forget", q: "ns:shop" });
    expect(intentOf(press, facts())).toBeNull();
  });

  it("leaves keys with Control or Alt to the browser", () => {
    expect(intentOf(key("ArrowLeft", { alt: true }), facts())).toBeNull();
    expect(intentOf(key("Enter", { control: true }), facts())).toBeNull();
  });
});
