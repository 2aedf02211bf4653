import { describe, expect, it } from "vitest";
import { FIELD_NAMES, FIELDS, fieldName, findField } from "./fields";
import { parseQuery } from "./parse";
import { PLAIN_FIELDS, SIDE_FIELDS } from "./query";

describe("the table of fields", () => {
  it("has every field once", () => {
    const names = FIELDS.map((field) => field.name);
    expect(names.toSorted()).toEqual([...PLAIN_FIELDS, ...SIDE_FIELDS].toSorted());
    expect(
      FIELDS.filter((field) => field.sided)
        .map((field) => field.name)
        .toSorted(),
    ).toEqual(SIDE_FIELDS.toSorted());
  });

  it("has examples that parse, of the field they explain", () => {
    for (const { name, examples } of FIELDS) {
      for (const example of examples) {
        const parsed = parseQuery(example);
        expect(parsed.ok && parsed.query.terms.map((term) => term.field), example).toEqual([name]);
      }
    }
  });

  it("says what `none` means exactly where `none` is understood as absent", () => {
    for (const { name, none } of FIELDS) {
      const parsed = parseQuery(`${name}:none`);
      const text = parsed.ok ? parsed.query.terms[0]?.values[0]?.text : undefined;
      expect(text === "" || text === "0", name).toBe(none !== undefined);
    }
  });

  it("finds every way to write a field, in any case", () => {
    for (const name of FIELD_NAMES) {
      const ref = findField(name.toUpperCase());
      expect(ref !== null && fieldName(ref)).toBe(name);
    }
    expect(findField("src.verdict")).toBeNull();
  });
});
