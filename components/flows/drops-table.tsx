"use client";
/**
 * The drops as lines, of which only those near the window are drawn. Near the end it asks for older
 * ones by itself; a button does the same for whoever does not scroll.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { COLUMNS, type ColumnId } from "@/components/flows/columns";
import { DropLine, lineId } from "@/components/flows/drop-line";
import type { ListState } from "@/components/flows/drop-list";
import { ListEnd } from "@/components/flows/list-end";
import type { Density } from "@/components/ui/preferences";
import { presentMs } from "@/components/ui/ticker";
import type { Zone } from "@/components/ui/time-text";
import { onRowContextMenu } from "@/components/values/row-values";

/** Heights in px; `flows.css` keeps the same. */
const HEIGHT = { normal: 30, dense: 24, narrow: 74 };
const HEAD = 26;
/** Lines before the end at which older ones are asked for. */
const AHEAD = 40;
const MINUTE_MS = 60_000;

export type DropsHandle = {
  /** Moves to the next older (1) or newer (-1) drop and returns its uuid. */
  move: (step: 1 | -1) => string | null;
  focus: (uuid: string) => void;
  reached: () => string | null;
  toTop: () => void;
};

type Props = {
  list: ListState;
  columns: readonly ColumnId[];
  density: Density;
  narrow: boolean;
  zone: Zone;
  open: string | null;
  scroller: RefObject<HTMLDivElement | null>;
  handle: RefObject<DropsHandle | null>;
  onOpen: (uuid: string) => void;
  onOlder: () => void;
  onRetry: () => void;
};

export function DropsTable(props: Props) {
  const { list, columns, density, narrow, zone, open, scroller, handle } = props;
  const { rows } = list;
  const [reached, setReached] = useState<string | null>(null);
  const height = narrow ? HEIGHT.narrow : HEIGHT[density];
  const grid = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.uuid ?? index,
    overscan: 16,
    scrollPaddingStart: narrow ? 0 : HEAD,
    scrollMargin: margin,
  });
  // Narrow, the page scrolls, and the lines begin below the timeline.
  useEffect(() => setMargin(narrow ? (grid.current?.offsetTop ?? 0) : 0), [narrow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of every line changes with it
  useEffect(() => virtual.measure(), [height]);
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  useNearEnd(last?.index ?? -1, rows.length, list, props.onOlder);

  const indexOf = (uuid: string | null) => rows.findIndex((row) => row.uuid === uuid);
  const focus = (uuid: string) => {
    const index = indexOf(uuid);
    if (index === -1) return;
    virtual.scrollToIndex(index, { align: "auto" });
    setReached(uuid);
    const line = document.getElementById(lineId(uuid));
    // A line out of sight has to be drawn first.
    if (line !== null) line.focus();
    else requestAnimationFrame(() => document.getElementById(lineId(uuid))?.focus());
  };
  const reachedNow = indexOf(reached) === -1 ? null : reached;
  useImperativeHandle(handle, () => ({
    focus,
    reached: () => reachedNow,
    move: (step) => {
      const at = indexOf(reachedNow ?? open);
      const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step;
      const uuid = rows[Math.min(rows.length - 1, Math.max(0, next))]?.uuid ?? null;
      if (uuid !== null) focus(uuid);
      return uuid;
    },
    toTop: () => scroller.current?.scrollTo({ top: 0 }),
  }));

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== " " || !(event.target instanceof HTMLElement)) return;
    if (event.target.role !== "row" || reached === null) return;
    event.preventDefault();
    props.onOpen(reached);
  };

  // For the day beside a time; by the minute, so that lines are not drawn again for it.
  const nowMs = Math.floor(presentMs() / MINUTE_MS) * MINUTE_MS;
  const tracks = ["14px", ...columns.map((column) => COLUMNS[column].width)].join(" ");
  return (
    <>
      <div
        ref={grid}
        className={density === "dense" ? "drops-grid is-dense" : "drops-grid"}
        role="grid"
        aria-label="Drops"
        aria-rowcount={list.more ? -1 : rows.length + 1}
        aria-colcount={narrow ? 2 : columns.length + 1}
        style={narrow ? undefined : { ["--tracks" as string]: tracks }}
        onKeyDown={onKeyDown}
        onContextMenu={onRowContextMenu}
      >
        {!narrow && <Head columns={columns} />}
        <Room height={first === undefined ? 0 : first.start - margin} />
        {items.map(({ index }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <DropLine
              key={row.uuid}
              row={row}
              line={index + 2}
              columns={columns}
              narrow={narrow}
              zone={zone}
              nowMs={nowMs}
              selected={row.uuid === open}
              reachable={row.uuid === (reachedNow ?? rows[0]?.uuid)}
              onOpen={props.onOpen}
              onReach={setReached}
            />
          );
        })}
        <Room height={last === undefined ? 0 : virtual.getTotalSize() - (last.end - margin)} />
      </div>
      <ListEnd list={list} onOlder={props.onOlder} onRetry={props.onRetry} />
    </>
  );
}

/** Asks for older drops when the last lines come near, once for each length of the list. */
function useNearEnd(shown: number, count: number, list: ListState, onOlder: () => void): void {
  const isNear =
    list.more && list.loading === null && list.problem === null && shown >= count - AHEAD;
  const older = useEffectEvent(onOlder);
  useEffect(() => {
    if (isNear && count > 0) older();
  }, [isNear, count]);
}

/** Free room for the lines that are not drawn. */
function Room({ height }: { height: number }) {
  return height <= 0 ? null : <div role="presentation" style={{ height }} />;
}

function Head({ columns }: { columns: readonly ColumnId[] }) {
  return (
    <div className="drop-line drops-head" role="row" aria-rowindex={1}>
      <span role="columnheader">
        <span className="sr-only">Verdict</span>
      </span>
      {columns.map((column) => (
        <span key={column} role="columnheader" className="cut" title={COLUMNS[column].says}>
          {COLUMNS[column].title}
        </span>
      ))}
    </div>
  );
}
