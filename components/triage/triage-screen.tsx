"use client";
/**
 * Triage: what is being blocked now that nobody planned. Everything that a link should carry lives
 * in the URL; this component only brings the parts together.
 */
import { useRef } from "react";
import { useView } from "@/components/live/use-view";
import { AskBar } from "@/components/query/ask-bar";
import { shareLink, useUrlState } from "@/components/query/use-url-state";
import { CoverageChip } from "@/components/shell/coverage-chip";
import { HelpDialog, toggleHelp } from "@/components/shell/help-dialog";
import { GO_KEYS } from "@/components/shell/screens";
import { SHARE_ID, ShareButton } from "@/components/shell/share-button";
import { nextTheme } from "@/components/shell/theme-switch";
import { TopBar } from "@/components/shell/top-bar";
import { Banners } from "@/components/triage/banners";
import { rangeText } from "@/components/triage/nothing-shown";
import { GROUP_BY_ID } from "@/components/triage/toolbar";
import { TriageBody, type TriageHandle } from "@/components/triage/triage-body";
import { Waiting } from "@/components/triage/waiting";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import { SavedViewsMenu, VIEWS_ID } from "@/components/views/saved-views-menu";
import { parseQuery } from "@/lib/query/parse";

export function TriageScreen() {
  const { url, problems, change } = useUrlState();
  const { theme, density } = usePreferences();
  const parsed = parseQuery(url.q);
  const shown = useView(url, parsed.ok);
  const { view } = shown;
  const input = useRef<HTMLInputElement>(null);
  const body = useRef<TriageHandle>(null);
  const link = () => shareLink(url, view);

  useHotkeys({
    "/": () => focusEnd(input.current),
    "?": () => toggleHelp(),
    l: () => change(url.span === null ? { paused: !url.paused } : { span: null, paused: false }),
    d: () => setPreferences({ density: density === "dense" ? "normal" : "dense" }),
    y: () => document.getElementById(SHARE_ID)?.click(),
    t: () => nextTheme(theme),
    e: () => body.current?.mark(),
    ...GO_KEYS,
    b: () => document.getElementById(GROUP_BY_ID)?.focus(),
    f: () => body.current?.toggleFacets(),
    v: () => document.getElementById(VIEWS_ID)?.click(),
    s: () => body.current?.release(),
    j: () => body.current?.move(1),
    k: () => body.current?.move(-1),
    arrowdown: () => body.current?.move(1),
    arrowup: () => body.current?.move(-1),
    m: () => body.current?.menu(),
    o: () => body.current?.open(),
    enter: () => body.current?.open(),
    escape: () => body.current?.close(),
  });

  return (
    <div className="app">
      <TopBar title="Triage">
        {view !== null && <CoverageChip coverage={view.coverage} />}
        <SavedViewsMenu url={url} />
        <ShareButton link={link} liveLink={url.span === null ? () => shareLink(url, null) : null} />
      </TopBar>
      <AskBar
        url={url}
        query={parsed.ok ? parsed.query : null}
        shown={shown}
        waiting={shown.waiting}
        change={change}
        input={input}
      />
      <div>
        <Banners shown={shown} problems={problems} />
      </div>
      {view === null ? (
        <Waiting asked={parsed.ok} />
      ) : (
        <TriageBody
          handle={body}
          shown={shown}
          view={view}
          url={url}
          query={parsed.ok ? parsed.query : null}
          rangeText={rangeText(url)}
          change={change}
        />
      )}
      <HelpDialog />
    </div>
  );
}

/** Focus with the cursor behind the text, where one goes on writing. */
function focusEnd(input: HTMLInputElement | null): void {
  input?.focus();
  input?.setSelectionRange(input.value.length, input.value.length);
}
