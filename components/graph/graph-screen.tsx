"use client";
/**
 * The graph: who is being dropped talking to whom. Query, range and liveness are those of Triage;
 * everything that a link should carry lives in the address.
 */
import { useRef } from "react";
import { openMark } from "@/components/expectations/open-mark";
import { GraphBody, type GraphHandle } from "@/components/graph/graph-body";
import { selectionQuery } from "@/components/graph/narrow";
import { FINDER_ID } from "@/components/graph/node-finder";
import { useGraph } from "@/components/graph/use-graph";
import { graphLink, useGraphUrl } from "@/components/graph/use-graph-url";
import { useView } from "@/components/live/use-view";
import { AskBar } from "@/components/query/ask-bar";
import { CoverageChip } from "@/components/shell/coverage-chip";
import { HelpDialog, toggleHelp } from "@/components/shell/help-dialog";
import { GO_KEYS } from "@/components/shell/screens";
import { SHARE_ID, ShareButton } from "@/components/shell/share-button";
import { nextTheme } from "@/components/shell/theme-switch";
import { TopBar } from "@/components/shell/top-bar";
import { Banners } from "@/components/triage/banners";
import { NothingShown } from "@/components/triage/nothing-shown";
import { Waiting } from "@/components/triage/waiting";
import { Banner } from "@/components/ui/banner";
import { Icon } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import { openRowMenu } from "@/components/values/row-values";
import { parseQuery } from "@/lib/query/parse";

export function GraphScreen() {
  const { url, graph: state, problems, change, changeGraph } = useGraphUrl();
  const { theme } = usePreferences();
  const parsed = parseQuery(url.q);
  const query = parsed.ok ? parsed.query : null;
  const shown = useView(url, parsed.ok);
  const { view } = shown;
  const { graph, stale, problem, retry } = useGraph(url, state.level, parsed.ok);
  const input = useRef<HTMLInputElement>(null);
  const body = useRef<GraphHandle>(null);

  useHotkeys({
    ...GO_KEYS,
    "/": () => focusEnd(input.current),
    "?": () => toggleHelp(),
    n: () => document.getElementById(FINDER_ID)?.focus(),
    l: () => change(url.span === null ? { paused: !url.paused } : { span: null, paused: false }),
    y: () => document.getElementById(SHARE_ID)?.click(),
    t: () => nextTheme(theme),
    m: () => openRowMenu(),
    e: () => markSelected(graph, state.selected),
    escape: () => body.current?.close(),
  });

  return (
    <div className="app">
      <TopBar title="Graph">
        {view !== null && <CoverageChip coverage={view.coverage} />}
        <ShareButton link={() => graphLink({ url, graph: state }, graph)} />
      </TopBar>
      <AskBar
        url={url}
        query={query}
        shown={shown}
        waiting={shown.waiting}
        change={change}
        input={input}
      />
      <div>
        <Banners shown={shown} problems={problems} />
        {problem !== null && graph !== null && <Problem problem={problem} retry={retry} />}
      </div>
      {graph === null && problem !== null ? (
        <Failed problem={problem} retry={retry} />
      ) : graph === null || (graph.edgeCount === 0 && view === null) ? (
        <Waiting asked={parsed.ok} />
      ) : graph.edgeCount === 0 && view !== null && !stale ? (
        <main className="graph-none">
          <NothingShown
            view={view}
            shown={shown}
            query={query}
            url={url}
            what="group"
            change={change}
          />
        </main>
      ) : (
        <GraphBody
          graph={graph}
          stale={stale}
          state={state}
          url={url}
          query={query}
          changeGraph={changeGraph}
          handle={body}
        />
      )}
      <HelpDialog />
    </div>
  );
}

/** The key of the button in the sheet. */
function markSelected(graph: ReturnType<typeof useGraph>["graph"], ids: readonly string[]): void {
  if (graph === null) return;
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  const nodes = graph.nodes.filter(({ id }) => ids.includes(id));
  const edges = graph.edges.filter(({ id }) => ids.includes(id));
  const query = selectionQuery({ nodes, edges }, nodeById);
  if (query !== null) openMark({ from: "query", query, basis: query });
}

function Problem({ problem, retry }: { problem: string; retry: () => void }) {
  return (
    <Banner
      title="The graph is not up to date."
      action={
        <button type="button" className="btn" onClick={retry}>
          Try now
        </button>
      }
    >
      {problem}
    </Banner>
  );
}

function Failed({ problem, retry }: { problem: string; retry: () => void }) {
  return (
    <main className="empty">
      <Icon name="warn" size={30} className="c-audit" />
      <h2>The graph could not be read</h2>
      <p>{problem}</p>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={retry}>
          Try again
        </button>
      </p>
    </main>
  );
}

function focusEnd(input: HTMLInputElement | null): void {
  input?.focus();
  input?.setSelectionRange(input.value.length, input.value.length);
}
