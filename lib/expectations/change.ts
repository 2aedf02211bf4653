/** What a change of an expectation changed, in words: for the audit trail and for conflicts. */
import { type Expectation, type Known, SINCE_EVER, WATCHED } from "./expectation";

/** What people say about an expectation; the rest follows from who changed it and when. */
const FIELDS = [
  "query",
  "reason",
  "author",
  "ticket",
  "appliesFrom",
  "expiresAt",
  "ceilingPerMinute",
  "mode",
  "watch",
  "revokedAt",
  "file",
] as const;
type Field = (typeof FIELDS)[number];

const NAMED = 5;

/**
 * Each changed field as `field: before → after`; of a new one each field that says something.
 * Empty when both are the same.
 */
export function changesInWords(before: Expectation | null, after: Expectation): string[] {
  const fields = FIELDS.flatMap((field) => {
    const now = wordsOf(field, after);
    if (before === null) return saysNothing(field, after) ? [] : [`${field}: ${now}`];
    const was = wordsOf(field, before);
    return was === now ? [] : [`${field}: ${was} → ${now}`];
  });
  return [...fields, ...knownInWords(before?.known ?? null, after.known)];
}

function saysNothing(field: Field, expectation: Expectation): boolean {
  const value = expectation[field];
  return value === "" || (value === null && field !== "expiresAt");
}

function wordsOf(field: Field, expectation: Expectation): string {
  const value = expectation[field];
  if (value === null || value === "") return "none";
  if (field === "appliesFrom" && value === SINCE_EVER) return "all that is stored";
  if (typeof value === "object") return value.length === 0 ? "nothing" : value.join(", ");
  return String(value);
}

function knownInWords(before: Known | null, after: Known): string[] {
  return WATCHED.flatMap((watched) => {
    const had = new Set<string | number>(before?.[watched] ?? []);
    const has = new Set<string | number>(after[watched]);
    if (before === null) {
      return has.size === 0 ? [] : [`known ${watched}s: ${listed([...has])}`];
    }
    const added = [...has].filter((key) => !had.has(key));
    const gone = [...had].filter((key) => !has.has(key));
    return [
      ...(added.length === 0 ? [] : [`known ${watched}s: + ${listed(added)}`]),
      ...(gone.length === 0 ? [] : [`known ${watched}s: - ${listed(gone)}`]),
    ];
  });
}

function listed(keys: readonly (string | number)[]): string {
  const shown = keys.slice(0, NAMED).join(", ");
  return keys.length > NAMED ? `${shown} and ${keys.length - NAMED} more` : shown;
}
