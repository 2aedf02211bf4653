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
    for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]) {
      expect(readLine(csvCell(text))).toEqual([`'${text}`]);
    }
    expect(csvCell("a=1")).toBe("a=1");
    expect(csvCell(-1)).toBe("-1");
  });

  it("quotes what would end a cell or a line", () => {
    expect(csvCell('say "hi", then\nleave')).toBe('"say ""hi"", then\nleave"');
  });

  it("comes back as it was, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 }),
        (texts) => {
          const read = readLine(texts.map(csvCell).join(","));
          expect(read.map((cell, index) => (cell === texts[index] ? cell : cell.slice(1)))).toEqual(
            texts,
          );
          expect(read.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
        },
      ),
    );
  });
});
