/**
 * The filter with which Hubble itself would leave out what an expectation hides, and what it cannot
 * say. A term that is lost in an exclusion makes it hide more, so nothing is lost in silence.
 */

import { termText } from "@/lib/query/format";
import { filterJson } from "@/lib/query/hubble/flow-filter";
import { distinctNotes, type Note, note } from "@/lib/query/hubble/note";
import { quoteCommand } from "@/lib/query/hubble/shell";
import { toFilters } from "@/lib/query/hubble/to-hubble";
import { filterArguments } from "@/lib/query/hubble/write-command";
import type { Query } from "@/lib/query/query";

export type Exclusion = { commandText: string; denylist: string; notes: readonly Note[] };

export function excludeInHubble(query: Query): Exclusion {
  const said = query.terms.filter((term) => !term.negated);
  const unsaid = query.terms.filter((term) => term.negated);
  const { allow: deny, notes } = toFilters({ terms: said });
  const { words } = filterArguments({ allow: [{ verdict: ["DROPPED", "AUDIT"] }], deny });
  return {
    commandText: quoteCommand(["hubble", "observe", "--follow", ...words]),
    denylist: JSON.stringify(deny.map(filterJson), null, 2),
    notes: distinctNotes([
      ...unsaid.map((term) =>
        note(
          "lost",
          termText(term),
          "An exclusion cannot make an exception. Left out: hides more.",
        ),
      ),
      ...notes,
    ]),
  };
}
