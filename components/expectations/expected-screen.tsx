"use client";
/**
 * Expected: what is hidden, who said so, until when, and what it does. Filter, selection and what
 * is open live in the URL.
 */
import { useEffect, useRef } from "react";
import { useActions } from "@/components/expectations/actions";
import { AuditTrail } from "@/components/expectations/audit-trail";
import { CodePane } from "@/components/expectations/code-pane";
import { ExpectationProblems } from "@/components/expectations/expectation-problems";
import { ExpectedBar } from "@/components/expectations/expected-bar";
import { ExpectedDetails } from "@/components/expectations/expected-details";
import { ExpectedList, type ListHandle } from "@/components/expectations/expected-list";
import type { ExpectedUrl } from "@/components/expectations/expected-url";
import { listRows } from "@/components/expectations/list-rows";
import { openMark } from "@/components/expectations/open-mark";
import { useExpectationStream } from "@/components/expectations/revision";
import { SharedActions } from "@/components/expectations/row-actions";
import { useExpectations } from "@/components/expectations/use-expectations";
import { type ChangeExpected, useExpectedUrl } from "@/components/expectations/use-expected-url";
import { HelpDialog, toggleHelp } from "@/components/shell/help-dialog";
import { OutdatedBanner } from "@/components/shell/outdated-banner";
import { GO_KEYS } from "@/components/shell/screens";
import { StoreBanner } from "@/components/shell/store-banner";
import { nextTheme } from "@/components/shell/theme-switch";
import { TopBar } from "@/components/shell/top-bar";
import { Icon } from "@/components/ui/icon";
import { NotRead } from "@/components/ui/not-read";
import { countOf } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { StaleBanner } from "@/components/ui/stale-banner";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import { WaitingRows } from "@/components/ui/waiting-rows";
import type { ExpectationRow } from "@/lib/expectations/view";

export function ExpectedScreen() {
  const { url, change } = useExpectedUrl();
  const { theme } = usePreferences();
  const list = useExpectations(true);
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<ListHandle>(null);
  const isOutdated = useExpectationStream();
  useDraftInUrl(url, change);

  const all = list.data?.expectations ?? [];
  const rows = listRows(all, url);
  const openRow = all.find((row) => row.id === url.open) ?? null;
  const reached = () => table.current?.reached() ?? url.open;
  const close = () => {
    if (url.open === null) return;
    const id = url.open;
    change({ open: null });
    requestAnimationFrame(() => table.current?.focus(id));
  };
  const move = (step: 1 | -1) => {
    const next = table.current?.move(step) ?? null;
    if (url.open !== null && next !== null) change({ open: next });
  };
  const openReached = () => {
    const id = table.current?.reached() ?? null;
    if (id === null) return;
    if (id === url.open) document.getElementById("expectation")?.focus();
    else change({ open: id });
  };
  const edit = () => {
    const row = all.find((one) => one.id === reached());
    if (row !== undefined && row.file === null && row.revokedAt === null) {
      openMark({ from: "expectation", row, how: "edit" });
    }
  };
  const select = () => {
    const id = reached();
    if (id === null) return;
    const without = url.selected.filter((one) => one !== id);
    change({ selected: without.length < url.selected.length ? without : [...without, id] });
  };

  useHotkeys({
    "/": () => search.current?.focus(),
    "?": () => toggleHelp(),
    t: () => nextTheme(theme),
    ...GO_KEYS,
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    o: openReached,
    enter: openReached,
    e: edit,
    x: select,
    escape: () => (url.open === null ? change({ selected: [] }) : close()),
  });

  return (
    <div className="app">
      <TopBar title="Expected" />
      <ExpectedBar url={url} rows={all} search={search} change={change} />
      <div>
        {isOutdated && <OutdatedBanner />}
        <StoreBanner />
        <ExpectationProblems />
        {list.error !== null && list.data !== undefined && (
          <StaleBanner at={new Date(list.dataUpdatedAt).toISOString()} words={list.error.message} />
        )}
      </div>
      <div className={`exp-body ${openRow === null || url.pane !== "list" ? "" : "has-sheet"}`}>
        <div className="work">
          <main className="exp-main">
            {url.pane === "trail" && (
              <div className="exp-pane">
                <AuditTrail id={null} />
              </div>
            )}
            {url.pane === "code" && <CodePane />}
            {url.pane === "list" && (
              <>
                <Selection rows={all} url={url} change={change} />
                {list.isPending ? (
                  <WaitingRows what="Loading the expectations" rows={8} />
                ) : list.data === undefined ? (
                  <NotRead
                    title="The expectations could not be read"
                    retry={() => void list.refetch()}
                  >
                    {list.error?.message ?? ""} While the server cannot read them, nothing is
                    hidden.
                  </NotRead>
                ) : rows.length === 0 ? (
                  <Empty all={all} url={url} change={change} />
                ) : (
                  <ExpectedList
                    rows={rows}
                    url={url}
                    handle={table}
                    onOpen={(open) => change({ open })}
                    onSelect={(selected) => change({ selected })}
                  />
                )}
              </>
            )}
          </main>
          {openRow !== null && url.pane === "list" && (
            <ExpectedDetails row={openRow} onClose={close} />
          )}
        </div>
      </div>
      <HelpDialog />
    </div>
  );
}

/** A link with a query opens the form for it, once. */
function useDraftInUrl({ draft }: ExpectedUrl, change: ChangeExpected): void {
  useEffect(() => {
    if (draft === null) return;
    openMark({ from: "query", query: draft.query, basis: draft.basis });
    change({ draft: null });
  }, [draft, change]);
}

type SelectionProps = {
  rows: readonly ExpectationRow[];
  url: ExpectedUrl;
  change: ChangeExpected;
};

function Selection({ rows, url, change }: SelectionProps) {
  const actions = useActions();
  const selected = rows.filter((row) => url.selected.includes(row.id));
  if (selected.length === 0) return null;
  return (
    <section className="exp-selection" aria-label="Selected">
      <b>{selected.length} selected</b>
      <SharedActions rows={selected} actions={actions} />
      <span className="grow" />
      <button type="button" className="btn quiet" onClick={() => change({ selected: [] })}>
        Clear <kbd className="only-wide">Esc</kbd>
      </button>
    </section>
  );
}

/** Nothing at all, or nothing that the filter lets through. */
function Empty({
  all,
  url,
  change,
}: {
  all: readonly ExpectationRow[];
  url: ExpectedUrl;
  change: ChangeExpected;
}) {
  if (all.length === 0) {
    return (
      <div className="empty">
        <Icon name="expected" size={30} className="c-expected" />
        <h2>Nothing is marked as expected</h2>
        <p>
          Every drop is shown. In Triage, go to a row that is planned and press <kbd>e</kbd>: it is
          folded away with your reason, and still counted.
        </p>
        <a className="btn primary" href="/">
          Go to Triage
        </a>
      </div>
    );
  }
  const filtered = url.text !== "" || url.author !== "" || url.state !== "current";
  return (
    <div className="empty">
      <Icon name="filter" size={30} className="dim" />
      <h2>No expectation here; {countOf(all.length, "lies", "lie")} behind the filter</h2>
      <p>{filtered ? "Take the filter away to see them." : "All of them were revoked."}</p>
      <button
        type="button"
        className="btn"
        onClick={() => change({ text: "", author: "", state: "all" })}
      >
        Show all
      </button>
    </div>
  );
}
