/** When a group was first seen, by what the store remembers: cheap, because nothing is scanned. */
import type { Series } from "@/lib/drops/drop";
import type { GroupBy } from "@/lib/drops/view";
import type { Engine } from "./engine";
import { GROUP_COLUMNS } from "./group-condition";
import { formatSeriesId } from "./series-id";
import type { SeriesTable } from "./series-table";

/** First time of each known group, milliseconds; of all groups when none is named. */
export async function firstSeenOf(
  engine: Engine,
  groups: readonly string[] | "all",
): Promise<ReadonlyMap<string, number>> {
  const some = groups === "all" ? "1" : "group_id IN {groups:Array(String)}";
  const sql = `SELECT group_id, toUnixTimestamp64Milli(min(first)) FROM first_seen
    WHERE ${some} GROUP BY group_id`;
  const params = groups === "all" ? {} : { groups: [...groups] };
  return new Map(
    await engine.select("read", sql, params, (reader) => [reader.text(), reader.u64()] as const),
  );
}

/** First time of one group, which any of its series stands for. */
export type FirstOfGroup = { series: Series; firstMs: number };

/** First time of every known group of a grouping. */
export async function firstSeenBy(
  engine: Engine,
  seriesTable: SeriesTable,
  by: GroupBy,
): Promise<FirstOfGroup[]> {
  const columns = GROUP_COLUMNS[by];
  const sql = `SELECT any(id), toUnixTimestamp64Milli(min(first_time)) FROM
    (SELECT series, min(first) AS first_time FROM first_seen GROUP BY series) AS firsts
    INNER JOIN series ON series.id = firsts.series GROUP BY ${columns}`;
  const rows = await engine.select("read", sql, {}, (reader) => {
    const low = reader.u32();
    return { id: formatSeriesId({ high: reader.u32(), low }), firstMs: reader.u64() };
  });
  const series = await seriesTable.readSeries(new Set(rows.map(({ id }) => id)), "read");
  return rows.flatMap(({ id, firstMs }) => {
    const its = series.get(id);
    return its === undefined ? [] : [{ series: its, firstMs }];
  });
}
