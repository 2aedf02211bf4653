/**
 * What the search bar offers at a spot of the draft, and the draft as it is when one is taken.
 * Fields come from the table of the language, values of closed sets too; values that occur in the
 * range are handed in with their counts.
 */
import { type FieldSpot, type Spot, spotAt } from "@/components/query/completion-spot";
import { type CountedValue, valueCompletions } from "@/components/query/value-completions";
import { FIELDS, type Field, fieldRow, findField } from "@/lib/query/fields";
import { foldCase } from "@/lib/query/glob";
import { parseQuery } from "@/lib/query/parse";
import type { FieldName } from "@/lib/query/query";

export type Completion = {
  section: "field" | "value" | "operator";
  label: string;
  detail: string;
  /** A whole term, for a field; else empty. */
  example: string;
  /** Attempts and drops in the range; null where nobody counted. */
  counts: { attempts: number; drops: number } | null;
  /** The draft and the cursor once it is taken. */
  draft: string;
  cursor: number;
  /** Whether the term is whole then; otherwise something must follow at the cursor. */
  whole: boolean;
};

/** `counted` are the values of the spot's field, as the server knows them. */
export function completionsAt(
  draft: string,
  cursor: number,
  counted: readonly CountedValue[] = [],
): Completion[] {
  const spot = spotAt(draft, cursor);
  const found = completionsOf(draft, spot, counted);
  return found.filter((one) => one.draft !== draft);
}

function completionsOf(draft: string, spot: Spot, counted: readonly CountedValue[]): Completion[] {
  if (spot.kind === "field") return fieldCompletions(draft, spot);
  return spot.kind === "value" ? valueCompletions(draft, spot, counted) : [];
}

type Named = { name: string; help: string; example: string };

function fieldCompletions(draft: string, spot: FieldSpot): Completion[] {
  const wanted = foldCase(spot.written);
  const fields = (wanted === "" ? plainNames() : matchingNames(wanted)).map((named) =>
    completeField(draft, spot, named),
  );
  return [...fields, ...closedValues(draft, spot, wanted), ...minus(draft, spot, wanted)];
}

/** With nothing written: each field once, and the two prefixes for the rest. */
function plainNames(): Named[] {
  return [
    ...FIELDS.map(eitherEnd),
    { name: "src.", help: "The sending end: src.ns, src.pod, src.ip, …", example: "" },
    { name: "dst.", help: "The receiving end: dst.ns, dst.pod, dst.ip, …", example: "" },
  ];
}

function eitherEnd({ name, sided, help, examples }: Field): Named {
  const isOfName = (example: string) => example.startsWith(`${name}:`);
  const words = sided ? `${help.replace(/\.$/, "")}, of either end.` : help;
  return { name, help: words, example: examples.find(isOfName) ?? "" };
}

function oneEnd({ name, help, examples }: Field): Named[] {
  return (["src", "dst"] as const).map((side) => ({
    name: `${side}.${name}`,
    help: `${help} Of the ${side === "src" ? "source" : "destination"}.`,
    example: examples.find((example) => example.startsWith(`${side}.`)) ?? "",
  }));
}

/** Names that begin with what is written, then those of which a part does, then the explained so. */
function matchingNames(wanted: string): Named[] {
  const all = FIELDS.flatMap((field) => [eitherEnd(field), ...(field.sided ? oneEnd(field) : [])]);
  return all
    .map((named) => ({ ...named, rank: rankOf(named, wanted) }))
    .filter(({ rank }) => rank < 3)
    .toSorted((a, b) => a.rank - b.rank);
}

/** Shorter words begin too many sentences. */
const SHORTEST_HELP_WORD = 3;

function rankOf({ name, help }: { name: string; help: string }, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  if (name.split(".").some((part) => part.startsWith(wanted))) return 1;
  if (wanted.length < SHORTEST_HELP_WORD) return 3;
  const words = foldCase(help).split(/[^a-z0-9]+/);
  return words.some((word) => word.startsWith(wanted)) ? 2 : 3;
}

function completeField(draft: string, spot: FieldSpot, named: Named): Completion {
  const { name, help, example } = named;
  const isPrefix = name.endsWith(".");
  const written = isPrefix ? name : `${name}:`;
  const before = draft.slice(0, spot.from);
  const values = draft.slice(spot.to, spot.term.to);
  const fits = !isPrefix && values !== "" && parseQuery(written + values).ok;
  return {
    section: "field",
    label: written,
    detail: help,
    example,
    counts: null,
    draft: before + written + (fits ? values : "") + draft.slice(spot.term.to),
    cursor: before.length + written.length,
    whole: fits,
  };
}

const CLOSED: readonly FieldName[] = ["verdict", "direction", "attribution", "proto", "certainty"];

/** `aud` is most likely meant as `verdict:AUDIT`. */
function closedValues(draft: string, spot: FieldSpot, wanted: string): Completion[] {
  if (wanted.length < 2) return [];
  return CLOSED.flatMap((name) => {
    const ref = findField(name);
    const values = (ref === null ? [] : fieldRow(ref.field).values) ?? [];
    return values
      .filter((value) => foldCase(value).startsWith(wanted))
      .map((value) => completeWord(draft, spot, `${name}:${value}`));
  });
}

function completeWord(draft: string, spot: FieldSpot, text: string): Completion {
  const before = draft.slice(0, spot.from) + text;
  return {
    section: "value",
    label: text,
    detail: "",
    example: "",
    counts: null,
    draft: before + draft.slice(spot.term.to),
    cursor: before.length,
    whole: true,
  };
}

function minus(draft: string, spot: FieldSpot, wanted: string): Completion[] {
  if (wanted !== "" || spot.negated) return [];
  const before = `${draft.slice(0, spot.from)}-`;
  return [
    {
      section: "operator",
      label: "-",
      detail: "Not: the term must not hold",
      example: "",
      counts: null,
      draft: before + draft.slice(spot.from),
      cursor: before.length,
      whole: spot.from < spot.term.to,
    },
  ];
}
