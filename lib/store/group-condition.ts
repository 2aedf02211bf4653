/**
 * Groups of each grouping as conditions on series: the twin of `groupIdOf` in `lib/drops`, in SQL.
 */

import type { Series } from "@/lib/drops/drop";
import { namespaceOf } from "@/lib/drops/group-by";
import type { GroupBy } from "@/lib/drops/view";
import type { Condition } from "./condition";

/** The attribution's endpoint has no columns of its own. */
const ENDPOINT = "JSONExtractRaw(body, 'attribution', 'endpoint')";
const ENFORCING_NS = `if(${ENDPOINT} NOT IN ('', 'null'),
  JSONExtractString(${ENDPOINT}, 'namespace'),
  if(direction = 'ingress', toString(dst_ns), toString(src_ns)))`;
const NAMESPACE = `if(${ENFORCING_NS} != '', ${ENFORCING_NS}, toString(src_ns))`;

/** What the series of one group agree in, as columns of `series`. */
export const GROUP_COLUMNS: Record<GroupBy, string> = {
  policy: "group_id",
  tag: "tag_state, tags",
  source: "src_key",
  destination: "dst_key",
  pair: "src_key, dst_key",
  reason: "reason",
  namespace: NAMESPACE,
};

/** Holds for the drops of the group that `series` is in. */
export function inGroupOf(by: GroupBy, series: Series): Condition {
  const { sql, params } = seriesCondition(by, series);
  return { sql: `series IN (SELECT id FROM series WHERE ${sql})`, params };
}

function seriesCondition(by: GroupBy, series: Series): Condition {
  const { source, destination, tags, tagState } = series;
  switch (by) {
    case "policy":
      return { sql: "group_id = {g_id:String}", params: { g_id: series.group } };
    case "tag":
      return {
        sql: "tag_state = {g_state:String} AND tags = {g_tags:Array(String)}",
        params: { g_state: tagState, g_tags: [...tags] },
      };
    case "source":
      return { sql: "src_key = {g_src:String}", params: { g_src: source.key } };
    case "destination":
      return { sql: "dst_key = {g_dst:String}", params: { g_dst: destination.key } };
    case "pair":
      return {
        sql: "src_key = {g_src:String} AND dst_key = {g_dst:String}",
        params: { g_src: source.key, g_dst: destination.key },
      };
    case "reason":
      return { sql: "reason = {g_reason:UInt32}", params: { g_reason: series.reason } };
    case "namespace":
      return { sql: `${NAMESPACE} = {g_ns:String}`, params: { g_ns: namespaceOf(series) } };
  }
}
