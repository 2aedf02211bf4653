/** Everything that the list under the search bar offers, in its order and under its headings. */
import type { Completion } from "@/components/query/completions";
import {
  lineText,
  mendDraft,
  negated,
  type QueryLine,
  readLine,
} from "@/components/query/query-line";
import { parseQuery } from "@/lib/query/parse";

export type BarOption =
  | { kind: "completion"; completion: Completion }
  /** The draft as the parser suggests it. */
  | { kind: "mend"; draft: string }
  | { kind: "recent"; q: string }
  | { kind: "forget-all" }
  /** What can be done with the term whose chip is open. */
  | { kind: "negate" | "remove" | "copy"; term: string }
  /** Text for Hubble was pasted. */
  | { kind: "translate" | "as-text" };

export type BarSection = { title: string; options: readonly BarOption[] };

type Bar = {
  line: QueryLine;
  completions: readonly Completion[];
  recent: readonly string[];
  /** Text that looks as if it was meant for Hubble, and that nobody has decided on yet. */
  pasted: string | null;
};

/** Sections that have options, in the order in which they are shown. */
export function sectionsOf({ line, completions, recent, pasted }: Bar): BarSection[] {
  if (pasted !== null) {
    const options: BarOption[] = [{ kind: "translate" }, { kind: "as-text" }];
    return [{ title: "This looks like a filter of Hubble", options }];
  }
  const sections: BarSection[] = [
    { title: "Did you mean", options: mends(line, completions) },
    { title: "This term", options: actions(line) },
    { title: "Recent queries", options: recents(line, recent) },
    ...(["value", "field", "operator"] as const).map((section) => ({
      title: TITLES[section],
      options: completions
        .filter((completion) => completion.section === section)
        .map((completion): BarOption => ({ kind: "completion", completion })),
    })),
  ];
  return sections.filter(({ options }) => options.length > 0);
}

const TITLES = {
  value: "Values, with attempts in this range",
  field: "Fields",
  operator: "Operators",
};

/**
 * The option that Enter takes when none was gone to: only where the draft is no query yet, and only
 * one that brings it further. Null: Enter applies what is written.
 */
export function presetOption(options: readonly BarOption[], line: QueryLine): number | null {
  const [first] = options;
  if (first === undefined) return null;
  if (first.kind === "translate") return 0;
  const draft = draftOf(first);
  if (draft === null) return null;
  const now = parseQuery(line.draft);
  const then = parseQuery(draft);
  if (now.ok) return null;
  return then.ok || then.error.at > now.error.at ? 0 : null;
}

/** The option that Tab takes when none was gone to: the first completion of something begun. */
export function tabOption(options: readonly BarOption[], line: QueryLine): number | null {
  if (line.draft === "") return null;
  const at = options.findIndex(
    (option) =>
      option.kind === "mend" ||
      (option.kind === "completion" && option.completion.section !== "operator"),
  );
  return at < 0 ? null : at;
}

function draftOf(option: BarOption): string | null {
  if (option.kind === "mend") return option.draft;
  return option.kind === "completion" ? option.completion.draft : null;
}

function mends(line: QueryLine, completions: readonly Completion[]): BarOption[] {
  const read = readLine(line);
  const draft = read.ok ? null : mendDraft(line.draft, read.error);
  if (draft === null || completions.some((one) => one.draft === draft)) return [];
  return [{ kind: "mend", draft }];
}

function actions({ opened, draft }: QueryLine): BarOption[] {
  if (opened === null || opened !== draft) return [];
  return [
    { kind: "negate", term: negated(opened) },
    { kind: "remove", term: opened },
    { kind: "copy", term: opened },
  ];
}

/** Beside terms that stand there already, the recent queries are only a few. */
const FEW = 3;

function recents(line: QueryLine, recent: readonly string[]): BarOption[] {
  if (line.draft !== "") return [];
  const shown = lineText(line);
  const others = recent.filter((q) => q !== shown);
  const listed = others.slice(0, line.chips.length > 0 ? FEW : others.length);
  if (listed.length === 0) return [];
  return [...listed.map((q): BarOption => ({ kind: "recent", q })), { kind: "forget-all" }];
}
