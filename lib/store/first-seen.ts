/** When a group was first seen, by what the store remembers: cheap, because nothing is scanned. */
import type { Engine } from "./connection";

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
