/**
 * The expectations at work: the rules of the set that is in force, and how much each covers in each
 * minute. Every drop that arrives is counted here once and gets its outcome, for all views; counts
 * of the store are told apart by the same rules in expected-counts.ts. A change of the set comes
 * into force when the minutes of its new ceilings are counted. What fails hides nothing and is told
 * as a problem.
 */
import type { Drop } from "@/lib/drops/drop";
import { type Outcome, plainOutcome } from "@/lib/drops/outcome";
import { messageOf } from "@/lib/errors";
import { type Asked, type Classifier, createClassifier } from "@/lib/expectations/classifier";
import { type Rule, readRules } from "@/lib/expectations/rule";
import type { ExpectationSource } from "@/lib/expectations/source";
import { createSurgeBook, MINUTE_MS, minuteOf, type SurgeBook } from "@/lib/expectations/surge";
import type { Log } from "@/lib/http/log";
import type { Store } from "@/lib/store/store";
import { createExpectedCounts, type ExpectedCounts } from "./expected-counts";
import type { Writer } from "./writer";

/** What may have another outcome than before: drops that one of the rules matches. */
export type Turn = {
  rules: readonly Rule[];
  /** Only of this span; null for all times. */
  span: { fromMs: number; toMs: number } | null;
  /** Revision of the set that has come into force; null when it is the one before still. */
  set: number | null;
};

export type Expecting = ExpectedCounts & {
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
  /** How far the rule was over its ceiling at most, as a multiple of it; undefined for not at all. */
  overOf(id: string, fromMs: number, toMs: number): number | undefined;
  close(): void;
};

export type ExpectingOptions = {
  expectations: ExpectationSource;
  store: Pick<Store, "snapshot" | "overTime" | "minuteCounts">;
  writer: Pick<Writer, "between">;
  log: Log;
  retentionDays?: number;
};

const RETRY_MS = 5_000;
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

  const stopListening = expectations.onChange(() => void apply());
  void apply();

  return {
    ...createExpectedCounts({ classifier, surges }, store),
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
