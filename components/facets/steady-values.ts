/**
 * The values of a facet as they stay on the screen: one that has come to nothing stays, with its
 * zero, and while the reader is at the list none of them moves.
 */
import type { Facet, FacetValue } from "@/lib/drops/view";

/** `known` is false where the answer leaves the value out without saying that it has come to none. */
export type ShownValue = FacetValue & { known: boolean };

export type ShownFacet = { values: readonly ShownValue[]; more: number };

/** Values without drops are kept up to this many in all; those of the answer are always kept. */
export const MAX_KEPT = 10;

/** `previous`: what was shown for the same range; null at first. */
export function keepValues(previous: ShownFacet | null, answer: Facet, held: boolean): ShownFacet {
  const fresh = new Map(answer.values.map((value) => [value.value, { ...value, known: true }]));
  const gone = (previous?.values ?? [])
    .filter(({ value }) => !fresh.has(value))
    .map((value) => withoutCounts(value, answer.more === 0));
  if (held && previous !== null)
    return { values: inPlace(previous, fresh, gone), more: answer.more };
  // Where the list is cut off, what is missing may still have drops, so it cannot stay as a zero.
  const zeros = gone.filter((value) => value.known);
  const values = [...fresh.values(), ...zeros.slice(0, Math.max(0, MAX_KEPT - fresh.size))];
  return { values, more: answer.more };
}

function inPlace(
  previous: ShownFacet,
  fresh: Map<string, ShownValue>,
  gone: readonly ShownValue[],
): ShownValue[] {
  const left = new Map(gone.map((value) => [value.value, value]));
  const kept = previous.values.flatMap(({ value }) => fresh.get(value) ?? left.get(value) ?? []);
  const known = new Set(kept.map(({ value }) => value));
  return [...kept, ...[...fresh.values()].filter(({ value }) => !known.has(value))];
}

function withoutCounts(value: ShownValue, isZero: boolean): ShownValue {
  return { ...value, drops: 0, attempts: 0, selected: null, known: isZero };
}
