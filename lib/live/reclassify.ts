/**
 * Brings live views in line with changed expectations. What their counts can tell is counted anew
 * in memory, at once. The rest (a bucket in which an expectation begins or ends, one that asks for
 * a pod) is read from the store as of one moment; until that is there, the view shows the counts
 * of before. A store that cannot be read hides nothing: such series are shown, and read again.
 */
import type { Drop, Series } from "@/lib/drops/drop";
import { type Outcome, plainOutcome } from "@/lib/drops/outcome";
import { messageOf } from "@/lib/errors";
import type { Rule } from "@/lib/expectations/rule";
import type { Log } from "@/lib/http/log";
import type { Query } from "@/lib/query/query";
import type { Condition } from "@/lib/store/condition";
import { seriesIdParam } from "@/lib/store/series-id";
import type { Expecting, Turn } from "./expecting";
import type { LiveView } from "./live-view";
import { loadInSlices } from "./load-in-slices";
import type { Writer } from "./writer";

/** A live view as far as it is counted by outcome. */
export type Classified = {
  view: LiveView;
  query: Query;
  /** The outcome of a drop that is counted already, if the view takes it; null if it does not. */
  outcomeOf: (drop: Drop) => Outcome | null;
  /** Whether its query asks for `expected:`, so that drops come and go with the expectations. */
  asksExpected: boolean;
  /** What must be read from the store: some series by their ids, or all. */
  due: Set<string> | "all" | null;
  dueMs: number;
  /** Turns since the store is being read for it; null while it is not. */
  missed: Turn[] | null;
};

export type Reclassifier = {
  /** Takes all views through what has turned. */
  apply(views: readonly Classified[], turns: readonly Turn[]): void;
  /** Begins to read what is due. */
  mend(views: Iterable<Classified>, nowMs: number): void;
  /** Reads the first counts of a view, which is added to from `begin` on. */
  fill(view: Classified, begin: () => void): Promise<void>;
};

export type ReclassifierOptions = {
  expecting: Expecting;
  writer: Pick<Writer, "between">;
  log: Log;
  nowMs: () => number;
};

/** A node's clock may be ahead; its drops are counted in the last bucket. */
const FUTURE_MS = 400 * 86_400_000;
/** More series than these are read with all others. */
const MOST_SERIES = 2_000;
/** Of more rules than these it costs less to take every series than to ask each. */
const MOST_RULES = 20;
const RETRY_MS = 5_000;

export function createReclassifier(options: ReclassifierOptions): Reclassifier {
  const { expecting, writer, log, nowMs } = options;
  const { classifier } = expecting;

  function applyTo(one: Classified, turns: readonly Turn[], meets: Meets): void {
    for (const { rules, span } of turns) {
      if (rules.length === 0) continue;
      one.missed?.push({ rules, span, set: null });
      if (one.asksExpected || one.view.isLoose) {
        demand(one, "all");
        if (one.asksExpected) continue;
      }
      const affects = rules.length > MOST_RULES ? () => true : meets(rules);
      const untold = one.view.reclassify(affects, classifier.during, span ?? undefined);
      demand(one, untold);
    }
  }

  function demand(one: Classified, series: ReadonlySet<Series> | "all"): void {
    if (series !== "all" && series.size === 0) return;
    one.dueMs = 0;
    if (series === "all" || one.due === "all") one.due = "all";
    else one.due = new Set([...(one.due ?? []), ...[...series].map(({ id }) => id)]);
    if (one.due !== "all" && one.due.size > MOST_SERIES) one.due = "all";
  }

  async function mendOne(one: Classified): Promise<void> {
    const { due } = one;
    if (due === null || one.missed !== null) return;
    const series = due === "all" ? null : due;
    one.due = null;
    one.missed = [];
    try {
      const rows = await writer.between(
        () => one.view.beginReplacing(series),
        (unstored) => {
          one.view.alsoAdded(taken(one, unstored));
          return read(one, series);
        },
      );
      await one.view.replace(rows);
    } catch (error) {
      log.error("a live view could not be read again", { error: messageOf(error) });
      await one.view.replace(null);
      showAll(one, series);
      one.due = one.due === "all" ? "all" : due;
      one.dueMs = nowMs() + RETRY_MS;
    }
    catchUp(one);
  }

  /** What has turned while the store was read. */
  function catchUp(one: Classified): void {
    const turns = one.missed ?? [];
    one.missed = null;
    applyTo(one, turns, sharedMeets(expecting));
  }

  function read(one: Classified, series: ReadonlySet<string> | null) {
    const { fromMs, toMs, stepMs } = one.view.range();
    const also = series === null ? {} : { also: amongSeries(series) };
    return expecting.rows({ fromMs, toMs: toMs + FUTURE_MS, stepMs, query: one.query, ...also });
  }

  function showAll(one: Classified, series: ReadonlySet<string> | null): void {
    if (one.asksExpected) return;
    one.view.reclassify(({ id }) => series === null || series.has(id), plainOutcome);
  }

  return {
    apply(views, turns) {
      if (turns.length === 0) return;
      const meets = sharedMeets(expecting);
      const merged = mergeTurns(turns);
      for (const one of views) applyTo(one, merged, meets);
    },
    mend(views, now) {
      for (const one of views) if (one.due !== null && one.dueMs <= now) void mendOne(one);
    },
    async fill(one, begin) {
      one.missed = [];
      try {
        const rows = await writer.between(begin, (unstored) => {
          // No answer of the store has them; without a store they are all there is.
          for (const { drop, outcome } of taken(one, unstored)) one.view.add(drop, outcome);
          return read(one, null);
        });
        await loadInSlices(rows, one.view.load);
      } finally {
        catchUp(one);
      }
    },
  };
}

/** Those that the view takes. */
function taken({ outcomeOf }: Classified, drops: readonly Drop[]) {
  return drops.flatMap((drop) => {
    const outcome = outcomeOf(drop);
    return outcome === null ? [] : [{ drop, outcome }];
  });
}

/** Turns of one span are taken in one go: many expectations may begin to surge in a minute. */
function mergeTurns(turns: readonly Turn[]): Turn[] {
  const bySpan = new Map<string, Turn>();
  for (const { rules, span } of turns) {
    const key = span === null ? "" : `${span.fromMs} ${span.toMs}`;
    const before = bySpan.get(key)?.rules ?? [];
    bySpan.set(key, { rules: [...new Set([...before, ...rules])], span, set: null });
  }
  return [...bySpan.values()];
}

type Meets = (rules: readonly Rule[]) => (series: Series) => boolean;

/** Each series is asked once for all views. */
function sharedMeets({ classifier }: Expecting): Meets {
  const answers = new Map<readonly Rule[], Map<Series, boolean>>();
  return (rules) => {
    const known = answers.get(rules) ?? new Map<Series, boolean>();
    answers.set(rules, known);
    return (series) => {
      let answer = known.get(series);
      if (answer === undefined) {
        answer = classifier.meets(series, rules);
        known.set(series, answer);
      }
      return answer;
    };
  };
}

function amongSeries(ids: ReadonlySet<string>): Condition {
  return {
    sql: "series IN {mended:Array(UInt64)}",
    params: { mended: [...ids].map(seriesIdParam) },
  };
}
