"use client";
/** What stands in place of the rows of any screen when there are none: which of the nothings it is. */
import type { ShownView } from "@/components/live/use-view";
import { RANGE_WORDS } from "@/components/query/ranges";
import type { AskedState } from "@/components/query/url-state";
import {
  type ChangeAsked,
  NoneMatches,
  NotConnected,
  NothingDropped,
} from "@/components/triage/empty-states";
import { isUp } from "@/lib/drops/reading";
import type { View } from "@/lib/drops/view";
import type { Query } from "@/lib/query/query";

type Props = {
  view: View;
  shown: ShownView;
  url: AskedState;
  /** Null while it cannot be understood. */
  query: Query | null;
  /** What a row of the screen is. */
  what: "group" | "drop";
  change: ChangeAsked;
};

export function NothingShown({ view, shown, url, query, what, change }: Props) {
  if (view.unfilteredGroups > 0 && query !== null && query.terms.length > 0) {
    return <NoneMatches view={view} query={query} what={what} change={change} />;
  }
  const delivering = view.coverage.sources.some(isUp);
  if (!delivering && url.span === null) {
    return <NotConnected coverage={view.coverage} retry={shown.retry} />;
  }
  return (
    <NothingDropped
      view={view}
      rangeText={rangeText(url)}
      range={url.span === null ? url.range : null}
      change={change}
    />
  );
}

/** The range as the end of a sentence. */
export function rangeText({ span, range }: AskedState): string {
  return span === null ? `in the last ${RANGE_WORDS[range]}` : "in this range";
}
