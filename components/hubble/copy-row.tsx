"use client";
/** "Copy as" for a group or one of its series, said by what it is rather than by its id. */
import { CopyAs } from "@/components/hubble/copy-as";
import type { UrlState } from "@/components/query/url-state";
import {
  groupQuery,
  type RowGroup,
  type RowSeries,
  seriesQuery,
} from "@/lib/query/hubble/row-query";

type Props = {
  group: RowGroup;
  /** One of the group's; without it, the whole group. */
  series?: RowSeries;
  shown: Pick<UrlState, "range" | "span">;
};

export function CopyRow({ group, series, shown }: Props) {
  return (
    <CopyAs
      query={() => (series === undefined ? groupQuery(group) : seriesQuery(group, series))}
      shown={shown}
      what={series === undefined ? "this group" : "this series"}
    />
  );
}
