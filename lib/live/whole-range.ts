/**
 * What a range has as a whole, and how it lies over time, in two reads. The second tells classes of
 * series apart: those of a group that have the same outcomes. A drop that is stored between the two
 * would be in one of them alone, so both are read again until they add up to the same.
 */
import type { Counted } from "@/lib/drops/load-row";
import { type Drawn, type OverTime, wholeStep } from "@/lib/drops/over-time";
import type { Condition } from "@/lib/store/condition";
import type { Split } from "@/lib/store/expected-sql";
import type { SnapshotRow } from "@/lib/store/snapshot";
import type { Store } from "@/lib/store/store";
import type { Range } from "@/lib/store/time";

export type WholeOptions = Range & {
  stepMs: number;
  parts?: number;
  where: Condition;
  split: Split;
};

/** The group that a row's attempts are told apart for over time; null for all others together. */
export type Shown = (row: Counted) => string | null;

export type Whole = { rows: readonly Counted[]; overTime: readonly OverTime[] };

/** Drops may come all the time; then the last answer stands. */
const MAX_READS = 3;

/**
 * @param countedOf what a count is, or null when the query does not ask for it.
 * @param choose called with the rows before they are told over time.
 */
export async function readWhole(
  store: Pick<Store, "snapshot" | "overTime">,
  { stepMs, parts: timeParts, where, split, ...range }: WholeOptions,
  countedOf: (row: SnapshotRow) => Counted | null,
  choose: (rows: readonly Counted[]) => Promise<Shown>,
): Promise<Whole> {
  for (let read = 1; ; read++) {
    const found = await store.snapshot({ ...range, stepMs: wholeStep(range), where, split });
    const parts = found.map((row) => ({ key: partKey(row), row, counted: countedOf(row) }));
    const rows = parts.flatMap(({ counted }) => (counted === null ? [] : [counted]));
    const classes = classify(parts, await choose(rows));
    const told = await store.overTime({
      ...{ ...range, stepMs, where, split, classes: classes.bySeries },
      ...(timeParts && { parts: timeParts }),
    });
    const overTime: OverTime[] = [];
    let isSame = sumOf(found) === sumOf(told);
    for (const row of told) {
      const drawn = classes.byNumber[row.classNumber]?.get(partKey(row));
      if (drawn === undefined) isSame = false;
      else if (drawn !== null)
        overTime.push({ drawn, bucketMs: row.bucketMs, attempts: row.attempts });
    }
    if (isSame || read === MAX_READS) return { rows, overTime };
  }
}

type Part = { key: string; row: SnapshotRow; counted: Counted | null };

/** What drops of a series are told apart by, beside time. */
function partKey({ segment, answers }: Pick<SnapshotRow, "segment" | "answers">): string {
  if (answers.length === 0) return segment === undefined ? "" : String(segment);
  return `${segment ?? ""} ${answers.join(" ")}`;
}

/** Numbers the classes from 1; each knows how its parts are drawn, if they are. */
function classify(parts: readonly Part[], shown: Shown) {
  const drawnBySeries = new Map<string, Map<string, Drawn | null>>();
  for (const { key, row, counted } of parts) {
    const drawn = counted === null ? null : { group: shown(counted), bar: counted.outcome.bar };
    const its = drawnBySeries.get(row.series.id);
    if (its === undefined) drawnBySeries.set(row.series.id, new Map([[key, drawn]]));
    else its.set(key, drawn);
  }
  const byNumber: ReadonlyMap<string, Drawn | null>[] = [new Map()];
  const numberByWords = new Map<string, number>();
  const bySeries = new Map<string, number>();
  for (const [id, drawn] of drawnBySeries) {
    const words = [...drawn].map(([key, one]) => `${key}=${one?.bar ?? ""} ${one?.group ?? ""}`);
    const text = words.sort().join(";");
    const number = numberByWords.get(text) ?? byNumber.push(drawn) - 1;
    numberByWords.set(text, number);
    bySeries.set(id, number);
  }
  return { bySeries, byNumber };
}

function sumOf(rows: readonly { attempts: number }[]): number {
  return rows.reduce((sum, { attempts }) => sum + attempts, 0);
}
