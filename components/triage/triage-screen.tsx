"use client";
/**
 * Triage: what is being blocked now that nobody planned. Everything that a link should carry lives
 * in the URL; this component only brings the parts together.
 */
import { useRef } from "react";
import { LiveControl } from "@/components/query/live-control";
import { QueryBox } from "@/components/query/query-box";
import { QuickFilters } from "@/components/query/quick-filters";
import { RangePicker } from "@/components/query/range-picker";
import { RANGE_TEXT } from "@/components/query/ranges";
import { shareLink, useUrlState } from "@/components/query/use-url-state";
import { CoverageChip } from "@/components/shell/coverage-chip";
import { lagOf } from "@/components/shell/coverage-text";
import { HelpDialog } from "@/components/shell/help-dialog";
import { ShareButton } from "@/components/shell/share-button";
import { nextTheme } from "@/components/shell/theme-switch";
import { TopBar } from "@/components/shell/top-bar";
import { Banners } from "@/components/triage/banners";
import { namespacesOf } from "@/components/triage/namespaces";
import { Skeleton } from "@/components/triage/skeleton";
import { TriageBody, type TriageHandle } from "@/components/triage/triage-body";
import { useView } from "@/components/triage/use-view";
import { copyText } from "@/components/ui/copy-text";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import { parseQuery } from "@/lib/query/parse";

export function TriageScreen() {
  const { url, problems, change } = useUrlState();
  const { theme, density } = usePreferences();
  const shown = useView(url);
  const { view } = shown;
  const input = useRef<HTMLInputElement>(null);
  const help = useRef<HTMLDialogElement>(null);
  const body = useRef<TriageHandle>(null);
  const parsed = parseQuery(url.q);
  const setQuery = (q: string) => change({ q });
  const link = () => shareLink(url, view);

  useHotkeys({
    "/": () => input.current?.focus(),
    "?": () => help.current?.showModal(),
    l: () => change(url.span === null ? { paused: !url.paused } : { span: null, paused: false }),
    d: () => setPreferences({ density: density === "dense" ? "normal" : "dense" }),
    y: () => void copyText(link()),
    t: () => nextTheme(theme),
    "g t": () => window.location.assign("/"),
    s: () => body.current?.release(),
    j: () => body.current?.move(1),
    k: () => body.current?.move(-1),
    arrowdown: () => body.current?.move(1),
    arrowup: () => body.current?.move(-1),
    o: () => body.current?.open(),
    enter: () => body.current?.open(),
    escape: () => body.current?.close(),
  });

  return (
    <div className="app">
      <TopBar>
        {view !== null && <CoverageChip coverage={view.coverage} />}
        <ShareButton link={link} />
      </TopBar>
      <div className="askbar">
        <QueryBox q={url.q} onChange={setQuery} input={input} />
        <QuickFilters
          query={parsed.ok ? parsed.query : null}
          namespaces={namespacesOf(view)}
          onChange={setQuery}
        />
        <RangePicker url={url} change={change} />
        <LiveControl
          mode={shown.status}
          lagMs={view === null ? null : lagOf(view.coverage)}
          waiting={shown.waiting}
          change={change}
        />
      </div>
      <div>
        <Banners shown={shown} problems={problems} />
      </div>
      {view === null ? (
        <Skeleton />
      ) : (
        <TriageBody
          handle={body}
          shown={shown}
          view={view}
          url={url}
          query={parsed.ok ? parsed.query : null}
          rangeText={url.span === null ? `in the last ${RANGE_TEXT[url.range]}` : "in this range"}
          change={change}
        />
      )}
      <HelpDialog dialog={help} />
    </div>
  );
}
