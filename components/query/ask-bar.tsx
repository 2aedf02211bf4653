"use client";
/** What is asked, above every screen of drops: query, quick filters, Hubble, range and live. */
import { type RefObject, useRef } from "react";
import { useCapture } from "@/components/captures/capture-context";
import { HubbleControl, type HubbleHandle } from "@/components/hubble/hubble-control";
import { useNamespaces } from "@/components/live/namespaces";
import type { ShownView } from "@/components/live/use-view";
import { LiveControl } from "@/components/query/live-control";
import { QueryBox } from "@/components/query/query-box";
import { QuickFilters } from "@/components/query/quick-filters";
import { RangePicker } from "@/components/query/range-picker";
import type { AskedState } from "@/components/query/url-state";
import { describeLag } from "@/components/shell/coverage-text";
import type { Query } from "@/lib/query/query";

type Props = {
  url: AskedState;
  /** Null while it cannot be understood. */
  query: Query | null;
  shown: ShownView;
  /** What waits while it is paused: groups, or drops. */
  waiting: number;
  what?: "drop";
  change: (change: Partial<AskedState>) => void;
  input: RefObject<HTMLInputElement | null>;
};

export function AskBar({ url, query, shown, waiting, what, change, input }: Props) {
  const hubble = useRef<HubbleHandle>(null);
  const { view } = shown;
  const namespaces = useNamespaces(view);
  const whole = useCapture()?.range ?? null;
  const isWhole =
    whole !== null && url.span?.fromMs === whole.fromMs && url.span.toMs === whole.toMs;
  const setQuery = (q: string) => change({ q });
  return (
    <search className="askbar" aria-label="What is shown">
      <QueryBox
        q={url.q}
        onChange={setQuery}
        input={input}
        within={url}
        onPasteHubble={(text) => hubble.current?.paste(text)}
      />
      <QuickFilters query={query} namespaces={namespaces} onChange={setQuery} />
      <HubbleControl url={url} change={change} handle={hubble} />
      <RangePicker url={url} change={change} />
      <LiveControl
        mode={shown.status}
        behind={view === null ? "" : describeLag(view.coverage)}
        waiting={waiting}
        {...(what === undefined ? {} : { what })}
        isWhole={isWhole}
        change={change}
      />
    </search>
  );
}
