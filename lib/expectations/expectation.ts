/**
 * An expectation: an operator's word that drops which match a query are planned, with a reason and
 * a name. Drops that it matches are *expected*: counted, and folded away. It hides nothing by
 * being there alone: `classify` says when it applies.
 */
import { isBefore, type Moment, readMoment } from "./moment";

/** `trial` counts what it would hide and hides nothing. */
export const EXPECTATION_MODES = ["hide", "trial"] as const;
export type ExpectationMode = (typeof EXPECTATION_MODES)[number];

/** What of a series can be new under an expectation. */
export const WATCHED = ["source", "destination", "port"] as const;
export type Watched = (typeof WATCHED)[number];

/** Keys of parties (`Party.key`) and ports that were seen under it before, or were accepted since. */
export type Known = {
  source: readonly string[];
  destination: readonly string[];
  port: readonly number[];
};

export type Expectation = {
  id: string;
  /** A line of the query language. */
  query: string;
  reason: string;
  author: string;
  /** False where nothing but the author's own word says who it was. */
  authorVerified: boolean;
  /** Link to a ticket; empty when there is none. */
  ticket: string;
  createdAt: string;
  updatedAt: string;
  /** First time it applies to, RFC 3339; drops before it are not expected. */
  appliesFrom: string;
  /** First time it no longer applies to, RFC 3339; null when it has no end. */
  expiresAt: string | null;
  /**
   * Drops a minute above which all its drops of that minute (whole minutes of UTC) are a *surge*:
   * shown as unexpected again. Null for no ceiling.
   */
  ceilingPerMinute: number | null;
  mode: ExpectationMode;
  /**
   * A series whose source, destination or port is watched and not known is *new under expected*:
   * shown until it is accepted. What the query itself bounds is not watched by default.
   */
  watch: readonly Watched[];
  known: Known;
  /** When it was taken back; it hides nothing then, not in the past either. */
  revokedAt: string | null;
  /** Name of the file it was read from; null for what operators made here. */
  file: string | null;
  /** Grows with each change, so that of two people who edit it the second is told. */
  version: number;
};

/** `appliesFrom` of an expectation that takes in everything that is stored. */
export const SINCE_EVER = "1970-01-01T00:00:00Z";

export const NOTHING_KNOWN: Known = { source: [], destination: [], port: [] };

/**
 * Whether the time lies in `[appliesFrom, expiresAt)`, to the nanosecond. A time that cannot be
 * read applies to nothing.
 */
export function appliesAt(
  { appliesFrom, expiresAt, revokedAt }: Expectation,
  time: Moment,
): boolean {
  if (revokedAt !== null) return false;
  const from = readMoment(appliesFrom);
  if (from === null || isBefore(time, from)) return false;
  if (expiresAt === null) return true;
  const end = readMoment(expiresAt);
  return end !== null && isBefore(time, end);
}
