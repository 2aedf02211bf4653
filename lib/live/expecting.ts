/**
 * The expectations at work: the rules of the set that is in force, and how much each covers in each
 * minute. Every drop that arrives is counted here once and gets its outcome, for all views; counts
 * of the store are read by the same rules. A change of the set comes into force when the minutes of
 * its new ceilings are counted. What fails hides nothing and is told as a problem.
 */
import { setImmediate } from "node:timers/promises";
import type { Drop } from "@/lib/drops/drop";
import type { LoadRow } from "@/lib/drops/live-window";
import { type Outcome, plainOutcome } from "@/lib/drops/outcome";
import { messageOf } from "@/lib/errors";
import { type Asked, type Classifier, createClassifier } from "@/lib/expectations/classifier";
import { type Rule, readRules } from "@/lib/expectations/rule";
import type { ExpectationSource } from "@/lib/expectations/source";
import { createSurgeBook, MINUTE_MS, minuteOf, type SurgeBook } from "@/lib/expectations/surge";
import type { Log } from "@/lib/http/log";
import { splitExpected } from "@/lib/query/expected";
import type { Query } from "@/lib/query/query";
import { ALL_DROPS, both, type Condition } from "@/lib/store/condition";
import type { Lane } from "@/lib/store/connection";
import { hiddenWhere, planOf } from "@/lib/store/expected-sql";
import { answerOf, type SnapshotRow } from "@/lib/store/snapshot";
import type { Store } from "@/lib/store/store";
import type { Range } from "@/lib/store/time";
import { whereOf } from "@/lib/store/where";
import { readWhole, type Shown, type Whole } from "./whole-range";
import type { Writer } from "./writer";

/** What may have another outcome than before: drops that one of the rules matches. */
export type Turn = {
  rules: readonly Rule[];
  /** Only of this span; null for all times. */
  span: { fromMs: number; toMs: number } | null;
  /** Revision of the set that has come into force; null when it is the one before still. */
  set: number | null;
};

export type Counted = LoadRow & { outcome: Outcome };

export type Expecting = {
  readonly classifier: Classifier;
  readonly surges: SurgeBook;
  /** Counts a drop that has arrived and is on its way to the store. */
  take(drop: Drop): Outcome;
  /** The outcome of a drop that is counted already. */
  of(drop: Asked): Outcome;
  /** Drops were stored that were not told here: the minutes of ceilings are counted anew. */
  recount(): Promise<void>;
  /** Resolves when the set that was there at the call is in force, or could not be. */
  settled(): Promise<void>;
  /** Calls `listener` at once with each change. */
  onTurn(listener: (turn: Turn) => void): () => void;
  /** In words. */
  problems(): readonly string[];
  /** The query as a condition, `expected:` included. */
  where(query: Query, range: Range): Condition;
  /** Holds for what is hidden; undefined for a query that does not ask for it. */
  hidden(query: Query, range: Range): Condition | undefined;
  /** What the store counts, by outcome. A further condition may be given in SQL. */
  rows(options: RowsOptions): Promise<Counted[]>;
  /** The same of the range as one bucket, and how that lies over time; see `readWhole`. */
  whole(
    options: Omit<RowsOptions, "edgesMs" | "lane">,
    choose: (rows: readonly Counted[]) => Promise<Shown>,
  ): Promise<Whole>;
  /** How far the rule was over its ceiling at most, as a multiple of it; undefined for not at all. */
  overOf(id: string, fromMs: number, toMs: number): number | undefined;
  close(): void;
};

export type RowsOptions = Range & {
  stepMs: number;
  /** Parts of the range that buckets are put together into. */
  parts?: number;
  query: Query;
  also?: Condition;
  /** Times, milliseconds, at which counts are split besides. */
  edgesMs?: readonly number[];
  lane?: Lane;
};

export type ExpectingOptions = {
  expectations: ExpectationSource;
  store: Pick<Store, "snapshot" | "overTime" | "minuteCounts">;
  writer: Pick<Writer, "between">;
  log: Log;
  retentionDays?: number;
};

const RETRY_MS = 5_000;
/** A set that changes all the time must not keep a read from its end. */
const MAX_READS = 4;
/** Rows may be half a million: others get their turn in between. */
const ROWS_A_SLICE = 20_000;
const DAY_MINUTES = 1_440;

export function createExpecting(options: ExpectingOptions): Expecting {
  const { expectations, store, writer, log, retentionDays = 400 } = options;
  const surges = createSurgeBook();
  const failures = new Map<string, string>();
  const classifier = createClassifier({
    surges,
    onFailure: ({ id }, error) => fail(`rule ${id}`, `Expectation ${id} cannot be asked`, error),
  });
  /** Rules whose minutes are being read: they count what arrives, and hide nothing yet. */
  const coming = createClassifier({ surges });
  const listeners = new Set<(turn: Turn) => void>();
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;
  let newestMinute = 0;
  let turn: Promise<void> = Promise.resolve();

  function fail(what: string, words: string, error: unknown): void {
    if (!failures.has(what)) log.error(words, { error: messageOf(error) });
    failures.set(what, `${words}, so it hides nothing: ${messageOf(error)}`);
  }

  function tell(change: Turn): void {
    for (const listener of [...listeners]) listener(change);
  }

  function apply(): Promise<void> {
    turn = turn.then(bringIntoForce).catch((error) => {
      fail("set", "The set of expectations cannot come into force", error);
      // What was hidden before may not be any more: show everything.
      const { removed } = classifier.update([]);
      tell({ rules: removed, span: null, set: null });
      tryAgain();
    });
    return turn;
  }

  async function bringIntoForce(): Promise<void> {
    if (isClosed) return;
    const set = expectations.revision;
    const before = classifier.rules;
    const next = readRules(expectations.list(), before);
    for (const rule of next) takeOver(rule, before);
    const uncounted = next.filter((rule) => rule.ceiling !== null && !surges.has(rule));
    const failed = uncounted.length > 0 ? await count(uncounted) : new Set<Rule>();
    const able = next.filter((rule) => !failed.has(rule));
    const { added, removed } = classifier.update(able);
    for (const rule of removed) surges.close(rule);
    failures.delete("set");
    surges.forget(newestMinute - (retentionDays + 1) * DAY_MINUTES);
    tell({ rules: [...added, ...removed], span: null, set });
  }

  /** Where only the ceiling or the words of an expectation change, its counts hold. */
  function takeOver(rule: Rule, before: readonly Rule[]): void {
    if (rule.ceiling === null || surges.has(rule)) return;
    const old = before.find(({ id }) => id === rule.id);
    if (old !== undefined && surges.has(old) && countsTheSame(old, rule)) surges.copy(old, rule);
  }

  /** Until they are counted, rules with a ceiling hide nothing. */
  function recount(): Promise<void> {
    turn = turn.then(() => {
      if (isClosed) return;
      const { removed } = classifier.update(classifier.rules.filter((one) => one.ceiling === null));
      for (const rule of removed) surges.close(rule);
      if (removed.length > 0) tell({ rules: removed, span: null, set: null });
    });
    return apply();
  }

  /** Answers the rules whose minutes could not be read. */
  async function count(rules: readonly Rule[]): Promise<ReadonlySet<Rule>> {
    const begin = () => {
      for (const rule of rules) surges.open(rule);
      coming.update(rules);
    };
    try {
      const counts = await writer.between(begin, (unstored) => {
        for (const drop of unstored) countIn(coming.counting(drop), drop, false);
        return store.minuteCounts(rules);
      });
      for (const rule of rules) surges.seed(rule, counts.get(rule) ?? []);
      failures.delete("minutes");
      return new Set();
    } catch (error) {
      for (const rule of rules) surges.close(rule);
      fail("minutes", "The minutes of expectations with a ceiling cannot be counted", error);
      tryAgain();
      return new Set(rules);
    } finally {
      coming.update([]);
    }
  }

  function tryAgain(): void {
    clearTimeout(retry);
    if (isClosed) return;
    retry = setTimeout(() => void apply(), RETRY_MS);
    retry.unref();
  }

  /** A minute that begins to surge: what was hidden of it comes back. */
  function countIn(rules: readonly Rule[], drop: Drop, isInForce: boolean): void {
    for (const rule of rules) {
      if (!surges.add(rule, drop, drop.count) || !isInForce) continue;
      const fromMs = minuteOf(drop.timeMs) * MINUTE_MS;
      tell({ rules: [rule], span: { fromMs, toMs: fromMs + MINUTE_MS }, set: null });
    }
  }

  /** How a query's drops are read now, and what a count of them is. */
  function readingOf({ query, also, edgesMs, ...range }: Omit<RowsOptions, "stepMs">) {
    const { version, rules } = classifier;
    const { split, asked, isSurging } = planOf(rules, surges, range, {
      ...(edgesMs && { edgesMs }),
    });
    const { others, wants } = splitExpected(query);
    let asking: SnapshotRow | null = null;
    const passes = (rule: Rule) => asking !== null && answerOf(asking, asked.get(rule) ?? -1);
    return {
      where: both(whereOf(others), also ?? ALL_DROPS),
      split,
      /** Whether the set is still that by which the counts are told apart. */
      isCurrent: () => classifier.version === version,
      countedOf(row: SnapshotRow): Counted | null {
        const time = { timeMs: row.firstMs, timeNanos: row.firstNanos };
        asking = row;
        const outcome = classifier.at(row.series, time, passes, isSurging);
        if (!wants(outcome.hiddenBy !== null)) return null;
        const { series, bucketMs, drops, attempts, firstMs, lastMs } = row;
        return { series, bucketMs, drops, attempts, firstMs, lastMs, outcome };
      },
    };
  }

  async function rows(wanted: RowsOptions, tries = MAX_READS): Promise<Counted[]> {
    const { fromMs, toMs, stepMs, parts, lane } = wanted;
    const { where, split, isCurrent, countedOf } = readingOf(wanted);
    const options = { fromMs, toMs, stepMs, where, split };
    const found = await store.snapshot({
      ...options,
      ...(parts && { parts }),
      ...(lane && { lane }),
    });
    // Other rules than those that the counts were told apart for: they may lie together now.
    if (!isCurrent() && tries > 1) return rows(wanted, tries - 1);
    const counted: Counted[] = [];
    for (const [at, row] of found.entries()) {
      if (at % ROWS_A_SLICE === ROWS_A_SLICE - 1) await setImmediate();
      const one = countedOf(row);
      if (one !== null) counted.push(one);
    }
    return counted;
  }

  async function whole(
    wanted: RowsOptions,
    choose: (rows: readonly Counted[]) => Promise<Shown>,
    tries = MAX_READS,
  ): Promise<Whole> {
    const { fromMs, toMs, stepMs, parts } = wanted;
    const { where, split, isCurrent, countedOf } = readingOf(wanted);
    const options = { fromMs, toMs, stepMs, where, split, ...(parts && { parts }) };
    const read = await readWhole(store, options, countedOf, choose);
    return isCurrent() || tries <= 1 ? read : whole(wanted, choose, tries - 1);
  }

  function hidden(query: Query, range: Range): Condition | undefined {
    if (!query.terms.some(({ field }) => field === "expected")) return undefined;
    return hiddenWhere(classifier.rules, surges, range);
  }

  const stopListening = expectations.onChange(() => void apply());
  void apply();

  return {
    classifier,
    surges,
    take(drop) {
      try {
        const minute = minuteOf(drop.timeMs);
        if (minute > newestMinute) newestMinute = minute;
        if (coming.rules.length > 0) countIn(coming.counting(drop), drop, false);
        countIn(classifier.counting(drop), drop, true);
        return classifier.of(drop);
      } catch (error) {
        fail("classifier", "A drop could not be held against the expectations", error);
        return plainOutcome(drop.series);
      }
    },
    of: (drop) => classifier.of(drop),
    recount,
    settled: () => turn,
    onTurn(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    problems: () => [
      ...expectations.problems(),
      ...failures.values(),
      ...(surges.isFull ? [TOO_MANY_MINUTES] : []),
    ],
    where(query, range) {
      const expected = hidden(query, range);
      return whereOf(query, { ...(expected && { expected }) });
    },
    hidden,
    rows: (wanted) => rows(wanted),
    whole: (wanted, choose) => whole(wanted, choose),
    overOf(id, fromMs, toMs) {
      const rule = classifier.rules.find((one) => one.id === id);
      if (rule === undefined || rule.ceiling === null) return undefined;
      const over = surges.minutes(rule, minuteOf(fromMs), minuteOf(toMs - 1));
      const most = over.reduce((best, { drops }) => Math.max(best, drops), 0);
      return most === 0 ? undefined : Math.round((most / Math.max(1, rule.ceiling)) * 10) / 10;
    },
    close() {
      isClosed = true;
      stopListening();
      clearTimeout(retry);
    },
  };
}

const TOO_MANY_MINUTES =
  "Drops lie in too many minutes to be counted for some expectation with a ceiling, so it hides nothing.";

function countsTheSame(a: Rule, b: Rule): boolean {
  const [old, next] = [a.expectation, b.expectation];
  return (
    old.query === next.query &&
    old.appliesFrom === next.appliesFrom &&
    old.expiresAt === next.expiresAt
  );
}
