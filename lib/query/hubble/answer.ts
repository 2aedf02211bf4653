/** What a term becomes in Hubble's filters, before its sign is looked at. */
import { mergeAll } from "./combine";
import type { Filter, FilterField, FilterValue } from "./flow-filter";

/** How filters differ from what the term means. `lost`: a value has no filter at all. */
export type Problem = { effect: "lost" | "wider" | "narrower"; text: string };

/** The term holds where one of `holds` matches, or none of `unless` (null: there is no such way). */
export type Answer = {
  holds: readonly Filter[];
  unless: readonly Filter[] | null;
  problems: readonly Problem[];
};

export const NOTHING: Answer = { holds: [], unless: null, problems: [] };

export function holdsIn(field: FilterField, values: readonly FilterValue[]): Answer {
  return values.length === 0 ? NOTHING : { ...NOTHING, holds: [{ [field]: values }] };
}

export function holdsUnless(...filters: readonly Filter[]): Answer {
  return { ...NOTHING, unless: filters };
}

export function lost(text: string): Answer {
  return problem("lost", text);
}

export function problem(effect: Problem["effect"], text: string): Answer {
  return { ...NOTHING, problems: [{ effect, text }] };
}

/** Holds where one of the answers does. */
export function anyAnswer(answers: readonly Answer[]): Answer {
  const unless = answers.map((answer) => answer.unless).filter((filters) => filters !== null);
  return {
    holds: answers.flatMap((answer) => answer.holds),
    unless: unless.length === 0 ? null : mergeAll(unless),
    problems: answers.flatMap((answer) => answer.problems),
  };
}
