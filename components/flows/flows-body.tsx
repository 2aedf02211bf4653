"use client";
/** Timeline and table of the drops of one view, with the open drop beside them. */
import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from "react";
import type { ColumnId } from "@/components/flows/columns";
import { lineId } from "@/components/flows/drop-line";
import type { DropList, ListState } from "@/components/flows/drop-list";
import { DROP_SHEET_ID, DropSheet } from "@/components/flows/drop-sheet";
import { type DropsHandle, DropsTable } from "@/components/flows/drops-table";
import { FlowsToolbar } from "@/components/flows/flows-toolbar";
import type { FlowsUrl } from "@/components/flows/flows-url";
import { ListFailed } from "@/components/flows/list-failed";
import type { ChangeFlows } from "@/components/flows/use-flows-url";
import type { ShownView } from "@/components/live/use-view";
import { HELP_ID } from "@/components/shell/help-dialog";
import { NothingShown } from "@/components/triage/nothing-shown";
import { Timeline } from "@/components/triage/timeline";
import { type Density, setPreferences, usePreferences } from "@/components/ui/preferences";
import { NARROW, useMedia } from "@/components/ui/use-media";
import { openRowMenu } from "@/components/values/row-values";
import type { View } from "@/lib/drops/view";
import type { Query } from "@/lib/query/query";

export type FlowsHandle = {
  move: (step: 1 | -1) => void;
  open: () => void;
  /** Offers the values of the row. */
  menu: () => void;
  close: () => void;
  release: () => void;
};

type Props = {
  handle: RefObject<FlowsHandle | null>;
  shown: ShownView;
  view: View;
  list: DropList | null;
  state: ListState;
  url: FlowsUrl;
  query: Query | null;
  columns: readonly ColumnId[];
  density: Density;
  change: ChangeFlows;
};

export function FlowsBody(props: Props) {
  const { handle, shown, view, list, state, url, query, columns, density, change } = props;
  const { zone } = usePreferences();
  const narrow = useMedia(NARROW);
  const table = useRef<DropsHandle>(null);
  const page = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const reading = useReading(list, url);

  const open = (uuid: string) => change({ open: uuid }, url.open === null ? "push" : "replace");
  const close = () => {
    if (url.open === null) return;
    const uuid = url.open;
    change({ open: null });
    requestAnimationFrame(() => table.current?.focus(uuid));
  };
  const move = (step: 1 | -1) => {
    const next = table.current?.move(step) ?? null;
    if (url.open !== null && next !== null) change({ open: next });
  };
  const release = () => {
    list?.release();
    table.current?.toTop();
  };
  useImperativeHandle(handle, () => ({
    move,
    close,
    release,
    menu: () => openRowMenu(lineElement(url.open ?? table.current?.reached() ?? null)),
    open: () => {
      const uuid = table.current?.reached() ?? null;
      if (uuid === null) return;
      if (uuid === url.open) document.getElementById(DROP_SHEET_ID)?.focus();
      else open(uuid);
    },
  }));
  const row = state.rows.find(({ uuid }) => uuid === url.open) ?? null;

  return (
    <div
      ref={page}
      className={`flows ${url.open === null ? "" : "has-sheet"} ${shown.stale ? "is-stale" : ""}`}
      onScroll={narrow ? reading.onScroll : undefined}
    >
      <div className="work">
        <main className="main" {...reading.main}>
          <Timeline
            view={view}
            narrow={narrow}
            onZoom={(span) => change({ span, paused: false }, "push")}
          />
          <FlowsToolbar
            list={state}
            view={view}
            columns={columns}
            density={density}
            onColumns={(next) => {
              setPreferences({ columns: next });
              change({ columns: next });
            }}
            onDensity={(next) => {
              setPreferences({ density: next });
              change({ density: url.density === null ? null : next });
            }}
            onRelease={release}
          />
          <div ref={scroller} className="drops" onScroll={narrow ? undefined : reading.onScroll}>
            {!state.loaded && state.problem !== null ? (
              <ListFailed problem={state.problem} retry={() => list?.retry()} />
            ) : !state.loaded ? (
              <p className="list-end dim" role="status">
                Reading drops…
              </p>
            ) : state.rows.length === 0 && state.problem === null ? (
              <NothingShown
                view={view}
                shown={shown}
                query={query}
                url={url}
                what="drop"
                change={change}
              />
            ) : (
              <DropsTable
                list={state}
                columns={columns}
                density={density}
                narrow={narrow}
                zone={zone}
                open={url.open}
                scroller={narrow ? page : scroller}
                handle={table}
                onOpen={open}
                onOlder={() => list?.older()}
                onRetry={() => list?.retry()}
              />
            )}
          </div>
          <footer className="foot">
            <span className="only-wide">{footText(url, state)}</span>
            <span className="grow" />
            <button type="button" popoverTarget={HELP_ID}>
              <kbd>?</kbd> Keys
            </button>
          </footer>
        </main>
        {url.open !== null && (
          <DropSheet
            key={narrow ? "page" : "beside"}
            uuid={url.open}
            row={row}
            url={url}
            narrow={narrow}
            change={change}
            onClose={close}
            onMove={move}
          />
        )}
      </div>
    </div>
  );
}

function lineElement(uuid: string | null): Element | null {
  return uuid === null ? null : document.getElementById(lineId(uuid));
}

function footText(url: FlowsUrl, state: ListState): string {
  if (url.span !== null) return "Past drops, newest first. This list stands still.";
  if (url.paused) return "Paused. What arrives waits; nothing is lost.";
  return state.waiting > 0
    ? "The list holds still while you read in it."
    : "New drops come in at the top.";
}

/** The list holds still while it is paused, scrolled, under the pointer or has a drop open. */
function useReading(list: DropList | null, url: FlowsUrl) {
  const [touched, setTouched] = useState(false);
  const [focused, setFocused] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const held = url.paused || url.open !== null || touched || focused || scrolled;
  useEffect(() => list?.hold(held), [list, held]);
  return {
    onScroll: (event: { currentTarget: HTMLElement }) =>
      setScrolled(event.currentTarget.scrollTop > 4),
    main: {
      onPointerOver: (event: { pointerType: string; target: EventTarget }) =>
        setTouched(event.pointerType === "mouse" && isInTable(event.target)),
      onPointerLeave: () => setTouched(false),
      onFocus: (event: { target: EventTarget }) => setFocused(isInTable(event.target)),
      onBlur: () => setFocused(false),
    },
  };
}

function isInTable(target: EventTarget): boolean {
  return target instanceof Element && target.closest(".drops") !== null;
}
