import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvCell } from "./export-csv";

/** One line of RFC 4180, read back. */
function readLine(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line.slice(at));
    const cell = quoted?.[0] ?? /^[^,]*/.exec(line.slice(at))?.[0] ?? "";
    cells.push(quoted === null ? cell : (quoted[1] ?? "").replaceAll('""', '"'));
    at += cell.length + 1;
  }
  return cells;
}

describe("csvCell", () => {
  it("takes the sting out of what a spreadsheet would run", () => {
    for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1+1"]) {
      expect(readLine(csvCell(text))).toEqual([`'${text}`]);
    }
    for (const text of ["a=1", "a;b", "a; b=1"]) expect(csvCell(text)).toBe(text);
    expect(csvCell(-1)).toBe("-1");
  });

  it("takes it also where a spreadsheet cuts at semicolons, tabs or lines instead of commas", () => {
    expect(csvCell("imds;=1+1")).toBe("imds;'=1+1");
    expect(csvCell("imds; =1+1; @a")).toBe("imds; '=1+1; '@a");
    expect(csvCell("a\t=1")).toBe("a\t'=1");
    expect(csvCell("a\n＋1")).toBe('"a\n\'＋1"');
  });

  it("quotes what would end a cell or a line", () => {
    expect(csvCell('say "hi", then\nleave')).toBe('"say ""hi"", then\nleave"');
  });

  it("comes back as it was but for apostrophes, whatever the text", () => {
    const character = fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom(..."=+-@;'\"\t\r\n ,".split("")),
    );
    const text = fc.array(character, { maxLength: 8 }).map((parts) => parts.join(""));
    const plain = (cell: string) => cell.replaceAll("'", "");
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const read = readLine(texts.map(csvCell).join(","));
        expect(read.map(plain)).toEqual(texts.map(plain));
        for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r]|[;\t\r\n]\s*[=+\-@]/);
      }),
    );
  });
});
