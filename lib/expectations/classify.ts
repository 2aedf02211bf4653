/**
 * Which expectation a drop falls under. Computed when a view is, never stored with the drop, so
 * that marking and revoking act at once on live and past. It fails open: an expectation that has
 * expired, cannot be read or cannot be evaluated hides nothing.
 */
import type { Drop } from "@/lib/drops/drop";
import { appliesAt, type Expectation } from "./expectation";

/** Whether the drop matches the expectation's query; may throw when the query cannot be read. */
export type Matches = (expectation: Expectation, drop: Drop) => boolean;

export type Classification = {
  /** The first expectation that hides the drop; null: the drop is unexpected. */
  expectedBy: Expectation | null;
  /** Expectations on trial that would hide it. */
  onTrial: readonly Expectation[];
};

export function classify(
  drop: Drop,
  expectations: readonly Expectation[],
  matches: Matches,
): Classification {
  let expectedBy: Expectation | null = null;
  const onTrial: Expectation[] = [];
  for (const expectation of expectations) {
    if (expectation.mode === "hide" && expectedBy !== null) continue;
    if (!appliesAt(expectation, drop) || !safely(matches, expectation, drop)) continue;
    if (expectation.mode === "hide") expectedBy = expectation;
    else onTrial.push(expectation);
  }
  return { expectedBy, onTrial };
}

function safely(matches: Matches, expectation: Expectation, drop: Drop): boolean {
  try {
    return matches(expectation, drop);
  } catch {
    return false;
  }
}
