/** What a key means in the text of the search bar. Null leaves it to the browser. */
import { type BarOption, tabOption } from "@/components/query/bar-options";
import type { QueryLine } from "@/components/query/query-line";

export type BarKey = {
  key: string;
  shift: boolean;
  /** Control, or Command on a Mac. */
  control: boolean;
  alt: boolean;
  /** The selection in the draft. */
  from: number;
  to: number;
};

export type BarFacts = {
  line: QueryLine;
  open: boolean;
  options: readonly BarOption[];
  /** Index of the active option. */
  active: number | null;
};

export type BarIntent =
  | { to: "move"; step: 1 | -1 }
  | { to: "take"; option: BarOption }
  | { to: "forget"; q: string }
  | { to: "apply" }
  | { to: "close" }
  | { to: "give-up" }
  | { to: "chip"; index: number }
  | { to: "open-all" };

export function intentOf(key: BarKey, facts: BarFacts): BarIntent | null {
  const option = facts.active === null ? undefined : facts.options[facts.active];
  if (key.control && !key.alt && key.key.toLowerCase() === "a") return openAllIntent(key, facts);
  if (key.control || key.alt) return null;
  switch (key.key) {
    case "ArrowDown":
      return { to: "move", step: 1 };
    case "ArrowUp":
      return { to: "move", step: -1 };
    case "Enter":
      return option === undefined ? { to: "apply" } : { to: "take", option };
    case "Tab":
      return tabIntent(key, facts);
    case "Escape":
      return { to: facts.open ? "close" : "give-up" };
    case "Delete":
      return key.shift && option?.kind === "recent" ? { to: "forget", q: option.q } : null;
    default:
      return chipIntent(key, facts.line);
  }
}

/** All of the draft is selected already: then all of the line is meant. */
function openAllIntent({ from, to }: BarKey, { line }: BarFacts): BarIntent | null {
  const isAll = from === 0 && to === line.draft.length;
  return isAll && line.chips.length > 0 ? { to: "open-all" } : null;
}

/** Completes what was begun; where nothing is, Tab goes on to what comes next on the page. */
function tabIntent({ shift }: BarKey, { open, options, active, line }: BarFacts): BarIntent | null {
  const at = shift || !open ? null : (active ?? tabOption(options, line));
  const option = at === null ? undefined : options[at];
  return option === undefined ? null : { to: "take", option };
}

/** From an edge of the text to the chip beside it. */
function chipIntent({ key, shift, from, to }: BarKey, line: QueryLine): BarIntent | null {
  if (from !== to || shift) return null;
  const before = line.at > 0 ? line.at - 1 : null;
  const behind = line.at < line.chips.length ? line.at : null;
  const index =
    (key === "Backspace" || key === "ArrowLeft") && from === 0
      ? before
      : key === "ArrowRight" && from === line.draft.length
        ? behind
        : null;
  return index === null ? null : { to: "chip", index };
}
