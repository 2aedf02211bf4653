/**
 * An expectation: an operator's word that drops which match a query are planned, with a reason and
 * a name. Drops that it matches are *expected*: counted, and folded away. It hides nothing by
 * being there alone: `classify` says when it applies.
 */

/** `trial` counts what it would hide and hides nothing. */
export const EXPECTATION_MODES = ["hide", "trial"] as const;
export type ExpectationMode = (typeof EXPECTATION_MODES)[number];

export type Expectation = {
  id: string;
  /** A line of the query language. */
  query: string;
  reason: string;
  author: string;
  createdAt: string;
  /** First time it applies to, RFC 3339; drops before it are not expected. */
  appliesFrom: string;
  /** First time it no longer applies to, RFC 3339; null when it has no end. */
  expiresAt: string | null;
  /** Drops a minute above which its series count as unexpected again; null for no ceiling. */
  ceilingPerMinute: number | null;
  mode: ExpectationMode;
  /** Grows with each change, so that of two people who edit it the second is told. */
  version: number;
};

/** Whether the time lies in `[appliesFrom, expiresAt)`. A time that cannot be read applies to nothing. */
export function appliesAt({ appliesFrom, expiresAt }: Expectation, timeMs: number): boolean {
  if (!(timeMs >= Date.parse(appliesFrom))) return false;
  return expiresAt === null || timeMs < Date.parse(expiresAt);
}
