"use client";
/**
 * Flows: every drop of a query and range, live or past, newest first. Everything that a link should
 * carry lives in the URL; this component only brings the parts together.
 */
import { useRef } from "react";
import { DEFAULT_COLUMNS, readColumns } from "@/components/flows/columns";
import { ExportPanel } from "@/components/flows/export-panel";
import { FlowsBody, type FlowsHandle } from "@/components/flows/flows-body";
import { useDropList } from "@/components/flows/use-drop-list";
import { flowsLink, useFlowsUrl } from "@/components/flows/use-flows-url";
import { useView } from "@/components/live/use-view";
import { AskBar } from "@/components/query/ask-bar";
import { CoverageChip } from "@/components/shell/coverage-chip";
import { HelpDialog, toggleHelp } from "@/components/shell/help-dialog";
import { GO_KEYS } from "@/components/shell/screens";
import { SHARE_ID, ShareButton } from "@/components/shell/share-button";
import { nextTheme } from "@/components/shell/theme-switch";
import { TopBar } from "@/components/shell/top-bar";
import { Banners } from "@/components/triage/banners";
import { Waiting } from "@/components/triage/waiting";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import { parseQuery } from "@/lib/query/parse";

export function FlowsScreen() {
  const { url, problems, change } = useFlowsUrl();
  const preferences = usePreferences();
  const parsed = parseQuery(url.q);
  const { list, state } = useDropList(url, parsed.ok);
  const shown = useView(url, parsed.ok, list?.arrive);
  const { view } = shown;
  const input = useRef<HTMLInputElement>(null);
  const body = useRef<FlowsHandle>(null);
  const columns = url.columns ?? readColumns(preferences.columns) ?? DEFAULT_COLUMNS;
  const density = url.density ?? preferences.density;

  useHotkeys({
    "/": () => input.current?.focus(),
    "?": () => toggleHelp(),
    l: () => change(url.span === null ? { paused: !url.paused } : { span: null, paused: false }),
    d: () => setPreferences({ density: density === "dense" ? "normal" : "dense" }),
    y: () => document.getElementById(SHARE_ID)?.click(),
    t: () => nextTheme(preferences.theme),
    ...GO_KEYS,
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
      <TopBar title="Flows">
        {view !== null && <CoverageChip coverage={view.coverage} />}
        <ShareButton link={() => flowsLink({ ...url, columns, density }, view)} />
      </TopBar>
      <AskBar
        url={url}
        query={parsed.ok ? parsed.query : null}
        shown={shown}
        waiting={state.waiting}
        what="drop"
        change={change}
        input={input}
      />
      <div>
        <Banners shown={shown} problems={problems} />
      </div>
      {view === null ? (
        <Waiting asked={parsed.ok} />
      ) : (
        <FlowsBody
          handle={body}
          shown={shown}
          view={view}
          list={list}
          state={state}
          url={url}
          query={parsed.ok ? parsed.query : null}
          columns={columns}
          density={density}
          change={change}
        />
      )}
      <ExportPanel url={url} columns={columns} valid={parsed.ok} />
      <HelpDialog />
    </div>
  );
}
