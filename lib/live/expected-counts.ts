/**
 * What the store counts of a query, told apart by the rules that are in force: each count with its
 * outcome. The rules may change while the store answers; then it is asked again.
 */
import type { Counted } from "@/lib/drops/load-row";
import type { Classifier } from "@/lib/expectations/classifier";
import type { Rule } from "@/lib/expectations/rule";
import type { SurgeBook } from "@/lib/expectations/surge";
import { splitExpected } from "@/lib/query/expected";
import type { Query } from "@/lib/query/query";
import { ALL_DROPS, both, type Condition } from "@/lib/store/condition";
import type { Lane } from "@/lib/store/engine";
import { hiddenWhere, planOf } from "@/lib/store/expected-sql";
import { answerOf, type SnapshotRow } from "@/lib/store/snapshot";
import type { Store } from "@/lib/store/store";
import type { Range } from "@/lib/store/time";
import { whereOf } from "@/lib/store/where";
import { createSlices } from "@/lib/turns";
import { readWhole, type Shown, type Whole } from "./whole-range";

export type ExpectedCounts = {
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

/** The rules in force, and how much each covers in each minute. */
export type InForce = { classifier: Classifier; surges: SurgeBook };

/** A set that changes all the time must not keep a read from its end. */
const MAX_READS = 4;

export function createExpectedCounts(
  { classifier, surges }: InForce,
  store: Pick<Store, "snapshot" | "overTime">,
): ExpectedCounts {
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
    const counted: Counted[] = [];
    const slices = createSlices();
    for (const row of found) {
      if (slices.isUp()) await slices.next();
      const one = countedOf(row);
      if (one !== null) counted.push(one);
    }
    // Other rules than those that the counts were told apart for: they may lie together now.
    return isCurrent() || tries <= 1 ? counted : rows(wanted, tries - 1);
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

  return {
    where(query, range) {
      const expected = hidden(query, range);
      return whereOf(query, { ...(expected && { expected }) });
    },
    hidden,
    rows: (wanted) => rows(wanted),
    whole: (wanted, choose) => whole(wanted, choose),
  };
}
