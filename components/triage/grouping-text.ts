/** How each grouping is called, and what its rows say in their first column. */
import type { GroupBy } from "@/lib/drops/view";

/** In the group-by control, after "by". */
export const GROUP_BY_TEXT: Record<GroupBy, string> = {
  policy: "policy",
  tag: "tag",
  source: "source",
  destination: "destination",
  pair: "source → destination",
  reason: "reason",
  namespace: "namespace",
};

export type ColumnTitles = { who: string; why: string; tag: string };

/** By policy a row agrees in all of these; by anything else they are told of its busiest series. */
export function columnTitles(by: GroupBy): ColumnTitles {
  if (by === "policy") return { who: "Who → whom", why: "Blocked by", tag: "Tag" };
  const why = "Mostly blocked by";
  return { who: FIRST[by], why, tag: by === "tag" ? "Mostly who → whom" : "Mostly tagged" };
}

const FIRST: Record<Exclude<GroupBy, "policy">, string> = {
  tag: "Tag",
  source: "Source",
  destination: "Destination",
  pair: "Source → destination",
  reason: "Drop reason",
  namespace: "Namespace of the enforcing end",
};
