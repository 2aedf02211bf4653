/** How many drops of each series came with which remembered names: few do, so they are counted apart. */
import {
  NO_NAMES,
  OTHER_NAMES,
  type Remembered,
  type RememberedName,
} from "@/lib/drops/remembered";
import type { BinaryReader } from "./binary-reader";
import { ALL_DROPS, type Condition } from "./condition";
import type { Engine } from "./engine";
import { formatSeriesId } from "./series-id";
import { countSql } from "./slots";
import { IN_RANGE, type Range, rangeParams } from "./time";

type Counts = { drops: number; attempts: number };
export type RememberedCount = Counts & { seriesId: string; remembered: Remembered };

/** Drops that match and have names remembered, by series and names. */
export async function countRemembered(
  engine: Engine,
  { where, ...range }: Range & { where: Condition },
): Promise<RememberedCount[]> {
  if (!(await hasRemembered(engine, range))) return [];
  const sql = `SELECT series, toJSONString(src_remembered), toJSONString(dst_remembered), sum(count), sum(attempt)
    FROM drops WHERE remembered != 0 AND ${IN_RANGE} AND (${where.sql}) GROUP BY 1, 2, 3`;
  return engine.select("read", sql, { ...where.params, ...rangeParams(range) }, (reader) => ({
    seriesId: readSeriesId(reader),
    remembered: { source: readNames(reader), destination: readNames(reader) },
    drops: reader.u64(),
    attempts: reader.u64(),
  }));
}

/** Sums answer that for a long range, so that its drops are read only where there are such. */
async function hasRemembered(engine: Engine, range: Range): Promise<boolean> {
  const keys = () => ["remembered"];
  const { sql, params } = countSql({ range, where: ALL_DROPS, keys, stepMs: null, times: false });
  const found = await engine.select(
    "read",
    `SELECT k0 FROM (${sql}) WHERE k0 != 0`,
    params,
    (row) => row.u8(),
  );
  return found.length > 0;
}

/** Counts by series, parted into drops with these names remembered and the others. */
export function withRemembered<Count extends Counts & { series: { id: string } }>(
  counts: readonly Count[],
  named: readonly RememberedCount[],
): (Count & { remembered: Remembered | null })[] {
  const bySeries = new Map<string, RememberedCount[]>();
  for (const one of named) {
    const its = bySeries.get(one.seriesId);
    if (its === undefined) bySeries.set(one.seriesId, [one]);
    else its.push(one);
  }
  return counts.flatMap((count) => {
    const its = bySeries.get(count.series.id) ?? [];
    const rest = { ...count, remembered: null };
    const parts = its.map(({ drops, attempts, remembered }) => {
      rest.drops -= drops;
      rest.attempts -= attempts;
      return { ...count, drops, attempts, remembered };
    });
    return rest.drops > 0 ? [rest, ...parts] : parts;
  });
}

function readSeriesId(reader: BinaryReader): string {
  const low = reader.u32();
  return formatSeriesId({ high: reader.u32(), low });
}

/** Only the names matter to a count. */
function readNames(reader: BinaryReader): readonly RememberedName[] {
  const names = JSON.parse(reader.text()) as string[];
  return names.length === 0 ? NO_NAMES : names.map((name) => ({ ...ANY, name }));
}

const ANY: RememberedName = {
  ...{ name: OTHER_NAMES, kind: "drop", node: "", asker: "" },
  ...{ firstMs: 0, lastMs: 0, ttl: 0 },
};
