import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeForm } from "@/components/hubble/write-forms";
import { HUBBLE_FORMS } from "@/components/ui/preferences";
import { arbitraryQuery } from "@/lib/query/arbitraries";
import { readHubble } from "@/lib/query/hubble/from-hubble";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.query;
}

describe("writeForm", () => {
  it.each(HUBBLE_FORMS)("%s: every block reads back as the query", (form) => {
    const query = parsed("verdict:AUDIT src.ns:shop -dst.ns:web tag:expected");
    const { blocks } = writeForm(form, query, { since: "1h" });
    expect(blocks).not.toEqual([]);
    for (const { text } of blocks) {
      const reading = readHubble(text);
      expect(reading.ok ? new Set(reading.query.terms) : text).toEqual(new Set(query.terms));
    }
  });

  it("names what is left out in every form", () => {
    for (const form of HUBBLE_FORMS) {
      const { notes } = writeForm(form, parsed("word -certainty:none"), {});
      const lost = notes.filter(({ level }) => level === "lost").map(({ about }) => about);
      expect(lost).toEqual(["word", "-certainty:none"]);
    }
  });

  it("holds no character that cannot be seen", () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.constantFrom(...HUBBLE_FORMS), (query, form) => {
        for (const { text } of writeForm(form, query, {}).blocks) {
          expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});
