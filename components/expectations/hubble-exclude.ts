/**
 * The filter with which Hubble itself would leave out what an expectation hides, and what it cannot
 * say. A term that is lost in an exclusion makes it hide more, so it is warned of; and where nothing
 * but the verdict is left, there is no filter at all.
 */
import { termText } from "@/lib/query/format";
import { type Filter, fieldsOf, filterJson } from "@/lib/query/hubble/flow-filter";
import { distinctNotes, type Note, note } from "@/lib/query/hubble/note";
import { reviewFilters } from "@/lib/query/hubble/review";
import { quoteCommand } from "@/lib/query/hubble/shell";
import { toFilters } from "@/lib/query/hubble/to-hubble";
import { filterArguments } from "@/lib/query/hubble/write-command";
import type { Query } from "@/lib/query/query";

export type Exclusion = {
  /** Null where it would leave out nearly everything. */
  filter: { commandText: string; denylist: string } | null;
  notes: readonly Note[];
};

export function excludeInHubble(query: Query): Exclusion {
  const { allow: deny, notes } = toFilters({ terms: query.terms.filter((term) => !term.negated) });
  const exceptions = query.terms
    .filter((term) => term.negated)
    .map((term) => note("lost", termText(term), "An exclusion cannot make an exception."));
  const lost = [...exceptions, ...notes.filter(({ level }) => level === "lost")];
  return {
    filter: deny.some(isNearlyEverything) ? null : write(deny),
    notes: distinctNotes([
      ...(lost.length === 0 ? [] : [note("warning", "", HIDES_MORE)]),
      ...lost,
      // Such as the drop event that carries no tag and stays.
      ...reviewFilters({ allow: ALL_DROPS, deny }),
      ...notes.filter(({ level }) => level === "nearest" || level === "warning"),
    ]),
  };
}

const HIDES_MORE = "Without what is lost below, the exclusion hides more than the expectation.";
const ALL_DROPS: readonly Filter[] = [{ verdict: ["DROPPED", "AUDIT"] }];

function write(deny: readonly Filter[]) {
  const { words } = filterArguments({ allow: ALL_DROPS, deny });
  return {
    commandText: quoteCommand(["hubble", "observe", "--follow", ...words]),
    denylist: JSON.stringify(deny.map(filterJson), null, 2),
  };
}

function isNearlyEverything(filter: Filter): boolean {
  return fieldsOf(filter).every((field) => field === "verdict" || field === "traffic_direction");
}
