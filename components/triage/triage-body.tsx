"use client";
/** Totals, timeline and table of one view, with the details of the open group beside them. */
import { type RefObject, useImperativeHandle, useMemo, useRef, useState } from "react";
import { viewOf } from "@/components/expectations/mark-start";
import { openMark } from "@/components/expectations/open-mark";
import { FacetDrawer } from "@/components/facets/facet-drawer";
import { FacetRail } from "@/components/facets/facet-rail";
import type { ShownView } from "@/components/live/use-view";
import type { UrlState } from "@/components/query/url-state";
import type { ChangeUrl } from "@/components/query/use-url-state";
import { DetailsSheet, SHEET_ID } from "@/components/triage/details-sheet";
import { Foot } from "@/components/triage/foot";
import { rowId } from "@/components/triage/group-row";
import { GroupsTable, type TableHandle } from "@/components/triage/groups-table";
import { NothingShown } from "@/components/triage/nothing-shown";
import { layOutLines } from "@/components/triage/sections";
import { inOrder, nextOrder, type Order } from "@/components/triage/steady-order";
import { Timeline } from "@/components/triage/timeline";
import { Toolbar } from "@/components/triage/toolbar";
import { TotalsStrip } from "@/components/triage/totals-strip";
import { gapBlocks } from "@/components/triage/trend-path";
import { setPreferences, usePreferences } from "@/components/ui/preferences";
import { formatLength } from "@/components/ui/time-text";
import { NARROW, useMedia } from "@/components/ui/use-media";
import { openRowMenu } from "@/components/values/row-values";
import { type GroupState, TREND_BLOCKS, type View } from "@/lib/drops/view";
import type { Query } from "@/lib/query/query";

export type TriageHandle = {
  move: (step: 1 | -1) => void;
  open: () => void;
  /** Offers the values of the row. */
  menu: () => void;
  close: () => void;
  release: () => void;
  /** Marks the open or reached row as expected; without one, the query. */
  mark: () => void;
  toggleFacets: () => void;
};

type Props = {
  handle: RefObject<TriageHandle | null>;
  shown: ShownView;
  view: View;
  url: UrlState;
  query: Query | null;
  rangeText: string;
  change: ChangeUrl;
};

export function TriageBody({ handle, shown, view, url, query, rangeText, change }: Props) {
  const { folded, density, facets } = usePreferences();
  const narrow = useMedia(NARROW);
  const table = useRef<TableHandle>(null);
  const list = useRef<HTMLDivElement>(null);
  const page = useRef<HTMLDivElement>(null);
  const [touched, setTouched] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const { groups, waiting, release } = useSteadyGroups(view, url, touched || scrolled);

  const lines = useMemo(() => layOutLines(groups, folded), [groups, folded]);
  const gaps = useMemo(
    () => gapBlocks(view.coverage.gaps, view.fromMs, view.toMs, TREND_BLOCKS),
    [view.coverage.gaps, view.fromMs, view.toMs],
  );
  const open = (id: string) => {
    // Until the answer is there the rows are those of another grouping, whose ids say nothing here.
    if (view.by !== url.by) return;
    change({ open: id, drop: null }, url.open === null ? "push" : "replace");
  };
  const close = () => {
    if (url.open === null) return;
    const id = url.open;
    change({ open: null, drop: null });
    requestAnimationFrame(() => table.current?.focus(id));
  };
  const move = (step: 1 | -1) => {
    const next = table.current?.move(step) ?? null;
    if (url.open !== null && next !== null) change({ open: next, drop: null });
  };
  const markRow = (id: string | null) => {
    const group = groups.find((one) => one.id === id);
    if (group !== undefined) {
      openMark({ from: "group", group, view: viewOf(url.q, view.fromMs, view.toMs, view.by) });
    } else if (url.q !== "") openMark({ from: "query", query: url.q, title: "the query" });
  };
  // A drawer is open for a moment, a rail for as long as one prefers.
  const toggleFacets = () => (narrow ? setDrawer(!drawer) : setPreferences({ facets: !facets }));
  const facetList = (
    <FacetRail
      asked={{
        q: url.q,
        range: url.range,
        span: url.span ?? (url.paused ? { fromMs: view.fromMs, toMs: view.toMs } : null),
        live: url.span === null && !url.paused,
      }}
      query={query}
      onClose={toggleFacets}
    />
  );
  useImperativeHandle(handle, () => ({
    move,
    close,
    release,
    mark: () => markRow(url.open ?? table.current?.reached() ?? null),
    toggleFacets,
    menu: () => openRowMenu(rowElement(url.open ?? table.current?.reached() ?? null)),
    open: () => {
      const id = table.current?.reached() ?? null;
      if (id === null) return;
      if (id === url.open) document.getElementById(SHEET_ID)?.focus();
      else open(id);
    },
  }));

  const fold = (state: GroupState) =>
    setPreferences({
      folded: folded.includes(state) ? folded.filter((name) => name !== state) : [...folded, state],
    });
  const jump = (state: GroupState) => {
    // Hidden drops of rows that are only partly expected stand in no section of their own.
    if (state === "expected" && view.totals.byState.expected.groups === 0) {
      change({ q: `${url.q} expected:true`.trim() }, "push");
      return;
    }
    if (folded.includes(state)) fold(state);
    requestAnimationFrame(() => table.current?.scrollToSection(state));
  };
  const openRow = groups.find((group) => group.id === url.open) ?? null;
  const rangeMs = view.toMs - view.fromMs;

  return (
    <div
      ref={page}
      className={`triage ${url.open === null ? "" : "has-sheet"} ${facets ? "has-rail" : ""} ${shown.stale ? "is-stale" : ""}`}
    >
      <TotalsStrip view={view} rangeText={rangeText} onJump={jump} />
      <div className="work">
        {!narrow && facets && facetList}
        {narrow && drawer && (
          <FacetDrawer onClose={() => setDrawer(false)}>{facetList}</FacetDrawer>
        )}
        <main
          className="main"
          onPointerEnter={(event) => setTouched(event.pointerType === "mouse")}
          onPointerLeave={() => setTouched(false)}
          onScrollCapture={(event) =>
            setScrolled(
              event.target === list.current &&
                event.currentTarget.contains(list.current) &&
                (list.current?.scrollTop ?? 0) > 0,
            )
          }
        >
          <Timeline
            view={view}
            narrow={narrow}
            onZoom={(span) => change({ span, paused: false }, "push")}
          />
          <Toolbar
            listed={groups.length + waiting}
            groupCount={view.groupCount}
            unfiltered={view.unfilteredGroups}
            by={url.by}
            sort={url.sort}
            facets={narrow ? drawer : facets}
            waiting={waiting}
            density={density}
            onBy={(by) => change({ by, open: null, drop: null })}
            onFacets={toggleFacets}
            onSort={(sort) => change({ sort })}
            onRelease={release}
          />
          {view.groupCount === 0 ? (
            <NothingShown
              view={view}
              shown={shown}
              query={query}
              url={url}
              what="group"
              change={change}
            />
          ) : (
            <GroupsTable
              lines={lines}
              by={view.by}
              open={url.open}
              density={density}
              narrow={narrow}
              gaps={gaps}
              trendHead={`Trend, ${formatLength(rangeMs)}`}
              scroller={narrow ? page : list}
              list={list}
              handle={table}
              onOpen={open}
              onFold={fold}
            />
          )}
          <Foot view={view} groups={view.groups} onJump={jump} />
        </main>
        {url.open !== null && (
          <DetailsSheet
            key={narrow ? "page" : "beside"}
            id={url.open}
            row={openRow}
            rangeText={rangeText}
            fromMs={view.fromMs}
            url={url}
            narrow={narrow}
            change={change}
            onClose={close}
            onMove={move}
            onMark={() => markRow(url.open)}
          />
        )}
      </div>
    </div>
  );
}

/** The groups in an order that holds still while a row is selected or the reader is at the table. */
function useSteadyGroups(view: View, url: UrlState, touched: boolean) {
  const [order, setOrder] = useState<Order | null>(null);
  const [key, setKey] = useState("");
  // Another question is another table: nothing of the old order is held. It is told by the view,
  // because the address is ahead of it until the answer comes.
  const { query, by, fromMs, toMs } = view;
  const range = url.span === null ? toMs - fromMs : `${fromMs} ${toMs}`;
  const asked = [query, by, url.sort, range].join("\n");
  const previous = key === asked ? order : null;
  const next = nextOrder(previous, view.groups, url.sort, touched || url.open !== null);
  if (next !== order) setOrder(next);
  if (key !== asked) setKey(asked);
  const groups = useMemo(() => inOrder(next, view.groups), [next, view.groups]);
  return { groups, waiting: next.waiting, release: () => setOrder(null) };
}

function rowElement(id: string | null): Element | null {
  return id === null ? null : document.getElementById(rowId(id));
}
