/** The values that the search bar offers for a field: of closed sets, counted ones, `none`, and patterns. */
import { type ValueSpot, writtenPart } from "@/components/query/completion-spot";
import type { Completion } from "@/components/query/completions";
import { termOf } from "@/lib/query/edit";
import { type Field, fieldRow, findField } from "@/lib/query/fields";
import { termText } from "@/lib/query/format";
import { compileGlob, foldCase } from "@/lib/query/glob";
import { RESERVED_NAMES } from "@/lib/query/identities";
import { parseQuery } from "@/lib/query/parse";
import { REASON_NAMES } from "@/lib/query/reasons";

/** As `/api/facets` answers: `value` is meant literally, the empty text is "has none". */
export type CountedValue = { value: string; label?: string; attempts: number; drops: number };

type Offered = Pick<Completion, "section" | "label" | "detail" | "counts" | "whole"> & {
  /** What stands in the query. */
  text: string;
};

/** Most values offered; the rest is found by writing more. */
const MAX_OFFERED = 50;

export function valueCompletions(
  draft: string,
  spot: ValueSpot,
  counted: readonly CountedValue[],
): Completion[] {
  const ref = findField(spot.name);
  if (ref === null) return [];
  const row = fieldRow(ref.field);
  const taken = new Set(spot.others);
  const values = offeredValues(spot, row, counted).filter(({ text }) => !taken.has(text));
  const offered = [
    ...values.slice(0, MAX_OFFERED),
    ...operators(spot, row),
    ...patterns(spot, row),
    ...more(draft, spot),
  ];
  return offered.map((one) => place(draft, spot, one));
}

function place(draft: string, spot: ValueSpot, { text, ...one }: Offered): Completion {
  const before = draft.slice(0, spot.from) + text;
  return { ...one, example: "", draft: before + draft.slice(spot.to), cursor: before.length };
}

/** Counted values first, in the order they came, then what a closed set has besides. */
function offeredValues(spot: ValueSpot, row: Field, counted: readonly CountedValue[]): Offered[] {
  const holds = holdsWritten(spot);
  const offered = new Map<string, Offered>();
  for (const { value, label, attempts, drops } of counted) {
    const text = valueText(spot, value);
    const isNone = value === "" && row.none !== undefined;
    if (!isValueOf(spot, text)) continue;
    if (!holds(isNone ? "none" : value) && !(label !== undefined && holds(label))) continue;
    const detail = isNone ? (row.none ?? "") : (label ?? "");
    const counts = { attempts, drops };
    offered.set(text, {
      section: "value",
      text,
      label: isNone ? "none" : value,
      detail,
      counts,
      whole: true,
    });
  }
  for (const value of setOf(row)) {
    if (offered.has(valueText(spot, value)) || !holds(value)) continue;
    const text = valueText(spot, value);
    offered.set(text, {
      section: "value",
      text,
      label: value,
      detail: "",
      counts: null,
      whole: true,
    });
  }
  if (row.none !== undefined && !offered.has("none") && !offered.has("0") && holds("none")) {
    offered.set("none", {
      section: "value",
      text: "none",
      label: "none",
      detail: row.none,
      counts: null,
      whole: true,
    });
  }
  return beginningFirst([...offered.values()], spot);
}

function setOf(row: Field): readonly string[] {
  if (row.name === "reason") return REASON_NAMES;
  if (row.name === "identity") return RESERVED_NAMES;
  return row.kind === "set" ? (row.values ?? []) : [];
}

/** The value as it stands in a term, quoted where the language needs it. */
function valueText(spot: ValueSpot, value: string): string {
  return termText(termOf(spot.name, [value])).slice(spot.name.length + 1);
}

/** A drop may have what the language has no value for, such as an address that is none. */
function isValueOf(spot: ValueSpot, text: string): boolean {
  return parseQuery(`${spot.name}:${text}`).ok;
}

function holdsWritten(spot: ValueSpot): (text: string) => boolean {
  if (spot.pattern !== null) {
    const matches = compileGlob(foldCase(`${spot.pattern}*`));
    return (text) => matches(foldCase(text));
  }
  const part = foldCase(writtenPart(spot));
  return (text) => foldCase(text).includes(part);
}

/** What begins with the written text is meant more often than what only holds it. */
function beginningFirst(offered: readonly Offered[], spot: ValueSpot): Offered[] {
  const wanted = foldCase(spot.written);
  const rank = ({ label }: Offered) => (foldCase(label).startsWith(wanted) ? 0 : 1);
  return offered.toSorted((a, b) => rank(a) - rank(b));
}

function operators(spot: ValueSpot, row: Field): Offered[] {
  if (row.kind !== "number") return [];
  const operator = (text: string, detail: string): Offered => ({
    section: "operator",
    text,
    label: text,
    detail,
    counts: null,
    whole: false,
  });
  if (spot.written === "") {
    return [
      operator(">=", "at least the number"),
      operator(">", "more than the number"),
      operator("<=", "at most the number"),
      operator("<", "less than the number"),
    ];
  }
  if (!/^\d{1,10}$/.test(spot.written)) return [];
  return [operator(`${spot.written}..`, "up to another number, both included")];
}

/** `deny` may be meant as a part of the name. */
function patterns(spot: ValueSpot, row: Field): Offered[] {
  const takes = row.kind === "name" || row.kind === "text" || row.name === "reason";
  if (!takes || spot.pattern !== null || spot.written === "") return [];
  const piece = valueText(spot, spot.written);
  const pattern = (text: string, detail: string): Offered[] =>
    isValueOf(spot, text)
      ? [{ section: "operator", text, label: text, detail, counts: null, whole: true }]
      : [];
  return [
    ...pattern(`${piece}*`, "any that begins so"),
    ...pattern(`*${piece}*`, "any that holds it"),
  ];
}

/** Behind a whole value: another one. */
function more(draft: string, spot: ValueSpot): Offered[] {
  const value = draft.slice(spot.from, spot.to);
  if (value === "") return [];
  if (!isValueOf(spot, value)) return [];
  const detail = `Or: another value of ${spot.name}`;
  return [
    { section: "operator", text: `${value},`, label: ",", detail, counts: null, whole: false },
  ];
}
