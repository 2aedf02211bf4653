"use client";
/** What the search bar offers at the cursor, the server's counted values among it. */
import {
  type BarOption,
  type BarSection,
  presetOption,
  sectionsOf,
} from "@/components/query/bar-options";
import { draftWithout, type Spot, spotAt, writtenPart } from "@/components/query/completion-spot";
import { type Completion, completionsAt } from "@/components/query/completions";
import { lineText, type QueryLine } from "@/components/query/query-line";
import { useRecentQueries } from "@/components/query/recent-queries";
import {
  type CountedValues,
  useCountedValues,
  type ValuesWanted,
  type Within,
} from "@/components/query/use-counted-values";
import { countOf } from "@/components/ui/number-text";
import { parseQuery } from "@/lib/query/parse";

export type BarOffers = {
  spot: Spot;
  sections: readonly BarSection[];
  options: readonly BarOption[];
  active: number | null;
  /** What is to be said about the values besides. */
  note: string;
};

type Asked = {
  line: QueryLine;
  open: boolean;
  cursor: number;
  /** The option that was gone to. */
  chosen: number | null;
  pasted: string | null;
  within: Within;
};

export function useBarOffers({ line, open, cursor, chosen, pasted, within }: Asked): BarOffers {
  const recent = useRecentQueries();
  const place = Math.min(cursor, line.draft.length);
  const spot = spotAt(line.draft, place);
  const counted = useCountedValues(open ? valuesWanted(line, spot) : null, within);
  const completions = open ? completionsAt(line.draft, place, counted.values) : [];
  const sections = open ? sectionsOf({ line, completions, recent, pasted }) : [];
  const options = sections.flatMap((section) => section.options);
  const isThere = chosen !== null && chosen < options.length;
  return {
    spot,
    sections,
    options,
    active: !open ? null : isThere ? chosen : presetOption(options, line),
    note: pasted === null && spot.kind === "value" ? noteOf(counted, completions) : "",
  };
}

/** Values are counted under the rest of the query, or under the chips where the rest is no query. */
function valuesWanted(line: QueryLine, spot: Spot): ValuesWanted | null {
  if (spot.kind !== "value") return null;
  const rest = lineText({ ...line, draft: draftWithout(line.draft, spot) });
  const q = parseQuery(rest).ok ? rest : lineText({ ...line, draft: "" });
  return { field: spot.name, part: writtenPart(spot), q };
}

function noteOf(counted: CountedValues, completions: readonly Completion[]): string {
  if (counted.state === "failed") return `The values could not be read: ${counted.problem}`;
  if (counted.state === "loading" && counted.values.length === 0) return "Looking for values…";
  if (counted.more > 0) return `${countOf(counted.more, "more value")}: write on to find them`;
  const isNone = counted.values.length === 0 && !completions.some(isValue);
  return counted.state === "ready" && isNone ? "No value in this range fits" : "";
}

function isValue({ section }: Completion): boolean {
  return section === "value";
}
