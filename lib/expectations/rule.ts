/**
 * An expectation made ready to be asked: its query compiled, its times read. What cannot be read
 * becomes no rule, and so hides nothing.
 */
import type { Series } from "@/lib/drops/drop";
import type { Touch } from "@/lib/drops/outcome";
import { compileQuery, type DropTest } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import type { Expectation, Watched } from "./expectation";
import { type Moment, readMoment } from "./moment";

export type Rule = {
  expectation: Expectation;
  id: string;
  /** Of several that hide a drop it counts for the one made first. */
  madeMs: number;
  query: Query;
  /** Whether it matches all or none of a series' drops, or the test that each must still pass. */
  rest: (series: Series) => boolean | DropTest;
  from: Moment;
  /** Null when it has no end. */
  end: Moment | null;
  ceiling: number | null;
  isTrial: boolean;
  /** Whether the series' source, destination or port is watched and not known. */
  isNew: (series: Series) => boolean;
  touches: Readonly<Record<Touch["does"], Touch>>;
};

/** Null for what is revoked, cannot be read, or asks for `expected:`, which asks for itself. */
export function readRule(expectation: Expectation): Rule | null {
  const { id, query: text, appliesFrom, expiresAt, revokedAt } = expectation;
  if (revokedAt !== null) return null;
  const parsed = parseQuery(text);
  const from = readMoment(appliesFrom);
  const end = expiresAt === null ? null : readMoment(expiresAt);
  if (!parsed.ok || from === null || (expiresAt !== null && end === null)) return null;
  const { query } = parsed;
  if (query.terms.some(({ field }) => field === "expected")) return null;
  const made = readMoment(expectation.createdAt);
  const madeMs = made === null ? 0 : made.timeMs + made.timeNanos / 1e6;
  const touch = (does: Touch["does"]): Touch => ({ id, does, madeMs });
  return {
    expectation,
    id,
    madeMs,
    query,
    rest: compileQuery(query, undefined, "all").rest,
    from,
    end,
    ceiling: expectation.ceilingPerMinute,
    isTrial: expectation.mode === "trial",
    isNew: newTest(expectation),
    touches: {
      hides: touch("hides"),
      surge: touch("surge"),
      new: touch("new"),
      ended: touch("ended"),
      trial: touch("trial"),
    },
  };
}

/** Where so many are known already, one more is no news. */
export const MAX_KNOWN = 2_000;

/** What of a series can be new under it: what is watched and not known to be many. */
export function watchedBy({ watch, known }: Pick<Expectation, "watch" | "known">): Watched[] {
  return watch.filter((watched) => known[watched].length < MAX_KNOWN);
}

/** In what a series is new under an expectation. */
export function newIn(expectation: Expectation, { source, destination, port }: Series): Watched[] {
  const { known } = expectation;
  const isKnown: Record<Watched, boolean> = {
    source: known.source.includes(source.key),
    destination: known.destination.includes(destination.key),
    port: known.port.includes(port),
  };
  return watchedBy(expectation).filter((watched) => !isKnown[watched]);
}

function newTest(expectation: Expectation): (series: Series) => boolean {
  const { known } = expectation;
  const watch = watchedBy(expectation);
  const tests: ((series: Series) => boolean)[] = [];
  if (watch.includes("source")) {
    const keys = new Set(known.source);
    tests.push(({ source }) => !keys.has(source.key));
  }
  if (watch.includes("destination")) {
    const keys = new Set(known.destination);
    tests.push(({ destination }) => !keys.has(destination.key));
  }
  if (watch.includes("port")) {
    const ports = new Set(known.port);
    tests.push(({ port }) => !ports.has(port));
  }
  return (series) => tests.some((test) => test(series));
}

/**
 * The rules of a set, the oldest first. Those of `before` that say the same still are taken over,
 * so that what is known of them holds.
 */
export function readRules(
  expectations: readonly Expectation[],
  before: readonly Rule[] = [],
): Rule[] {
  const known = new Map(before.map((rule) => [rule.id, rule]));
  const rules = expectations.flatMap((expectation) => {
    const rule = known.get(expectation.id);
    const isSame = rule !== undefined && saysTheSame(rule.expectation, expectation);
    return (isSame ? rule : readRule(expectation)) ?? [];
  });
  return rules.sort(byAge);
}

export function byAge(a: Rule, b: Rule): number {
  return a.madeMs - b.madeMs || (a.id < b.id ? -1 : 1);
}

/** Whether two versions of an expectation make the same of every drop. */
function saysTheSame(a: Expectation, b: Expectation): boolean {
  return (
    a === b ||
    (a.query === b.query &&
      a.createdAt === b.createdAt &&
      a.appliesFrom === b.appliesFrom &&
      a.expiresAt === b.expiresAt &&
      a.ceilingPerMinute === b.ceilingPerMinute &&
      a.mode === b.mode &&
      a.revokedAt === b.revokedAt &&
      isSameList(a.watch, b.watch) &&
      isSameList(a.known.source, b.known.source) &&
      isSameList(a.known.destination, b.known.destination) &&
      isSameList(a.known.port, b.known.port))
  );
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((one, at) => one === b[at]));
}
