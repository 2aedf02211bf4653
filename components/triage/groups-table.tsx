"use client";
/**
 * The groups, in sections by state. Only the lines near the window are drawn once there are many;
 * the rest is room left free, so that the scroll bar and the row numbers stay true.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useState,
} from "react";
import { GroupRow, rowId } from "@/components/triage/group-row";
import { columnTitles } from "@/components/triage/grouping-text";
import { SectionLine } from "@/components/triage/section-line";
import { isHead, type Line } from "@/components/triage/sections";
import type { Density } from "@/components/ui/preferences";
import { onRowContextMenu } from "@/components/values/row-values";
import type { GroupBy, GroupState } from "@/lib/drops/view";

/** Up to this many lines are all drawn. */
const DRAW_ALL = 100;
/** Heights in px; `groups.css` keeps the same. */
const HEIGHT = { section: 26, sectionNarrow: 32, normal: 34, dense: 26, narrow: 84 };

export type TableHandle = {
  /** Moves to the next (1) or previous (-1) group and returns its id. */
  move: (step: 1 | -1) => string | null;
  /** Gives the focus to a group's row, wherever it is. */
  focus: (groupId: string) => void;
  reached: () => string | null;
  scrollToSection: (state: GroupState) => void;
};

type Props = {
  lines: readonly Line[];
  /** What the lines stand for. */
  by: GroupBy;
  open: string | null;
  density: Density;
  narrow: boolean;
  gaps: string;
  trendHead: string;
  /** What scrolls: the table itself, or the page when it is narrow. */
  scroller: RefObject<HTMLDivElement | null>;
  list: RefObject<HTMLDivElement | null>;
  handle: RefObject<TableHandle | null>;
  onOpen: (id: string) => void;
  onFold: (state: GroupState) => void;
};

export function GroupsTable(props: Props) {
  const { lines, open, density, narrow, gaps, scroller, list, handle, onOpen, onFold } = props;
  const [reached, setReached] = useState<string | null>(null);
  const windowed = lines.length > DRAW_ALL;
  const sectionHeight = narrow ? HEIGHT.sectionNarrow : HEIGHT.section;
  const rowHeight = narrow ? HEIGHT.narrow : HEIGHT[density];
  const estimateSize = (index: number) => (isHeadAt(lines, index) ? sectionHeight : rowHeight);
  const [margin, setMargin] = useState(0);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize,
    overscan: 12,
    enabled: windowed,
    scrollMargin: margin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with these two
  useEffect(() => virtual.measure(), [density, narrow]);
  useEffect(() => setMargin(narrow ? (list.current?.offsetTop ?? 0) : 0), [narrow, list]);

  const reachedNow = reached !== null && hasGroup(lines, reached) ? reached : null;
  const reachable = reachedNow ?? firstGroup(lines);
  const focus = useCallback(
    (groupId: string) => {
      const index = lines.findIndex((line) => isGroup(line, groupId));
      if (index === -1) return;
      if (windowed) virtual.scrollToIndex(index, { align: "auto" });
      setReached(groupId);
      const row = document.getElementById(rowId(groupId));
      // A row out of sight has to be drawn first.
      if (row !== null) row.focus();
      else requestAnimationFrame(() => document.getElementById(rowId(groupId))?.focus());
    },
    [lines, virtual, windowed],
  );
  useImperativeHandle(handle, () => ({
    focus,
    reached: () => reachedNow,
    move: (step) => {
      const next = neighbour(lines, reachedNow ?? open, step);
      if (next !== null) focus(next);
      return next;
    },
    scrollToSection: (state) => {
      const index = lines.findIndex((line) => isHead(line) && line.section.state === state);
      if (windowed && index !== -1) virtual.scrollToIndex(index, { align: "start" });
      else document.getElementById(`section-${state}`)?.scrollIntoView({ block: "start" });
    },
  }));

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== " " || !(event.target instanceof HTMLElement)) return;
    if (event.target.role !== "row" || reached === null) return;
    event.preventDefault();
    onOpen(reached);
  };

  const items = windowed ? virtual.getVirtualItems() : null;
  const first = items?.[0];
  const last = items?.at(-1);
  const shown = items === null ? lines.map((_, index) => index) : items.map((item) => item.index);
  return (
    <div
      ref={list}
      className={density === "dense" ? "groups is-dense" : "groups"}
      role="grid"
      aria-label="Groups"
      aria-rowcount={lines.length + 1}
      aria-colcount={8}
      onKeyDown={onKeyDown}
      onContextMenu={onRowContextMenu}
    >
      <TableHead by={props.by} trend={props.trendHead} />
      <Room height={first === undefined ? 0 : first.start - margin} />
      {shown.map((index) => {
        const line = lines[index];
        if (line === undefined) return null;
        return isHead(line) ? (
          <SectionLine key={line.section.state} {...line} line={index + 2} onFold={onFold} />
        ) : (
          <GroupRow
            key={line.id}
            group={line}
            line={index + 2}
            selected={line.id === open}
            reachable={line.id === reachable}
            gaps={gaps}
            onOpen={onOpen}
            onReach={setReached}
          />
        );
      })}
      <Room height={last === undefined ? 0 : virtual.getTotalSize() - (last.end - margin)} />
    </div>
  );
}

/** Free room for the lines that are not drawn. */
function Room({ height }: { height: number }) {
  return height <= 0 ? null : <div role="presentation" style={{ height }} />;
}

function TableHead({ by, trend }: { by: GroupBy; trend: string }) {
  const { who, why, tag } = columnTitles(by);
  return (
    <div className="line table-head" role="row" aria-rowindex={1}>
      <span role="columnheader">
        <span className="sr-only">State</span>
      </span>
      <span role="columnheader">{who}</span>
      <span role="columnheader">{why}</span>
      <span role="columnheader" className="head-tag">
        {tag}
      </span>
      <span role="columnheader" className="num" title="Attempts; drops (packets) below">
        Attempts
      </span>
      <span role="columnheader" className="head-trend">
        {trend}
      </span>
      <span role="columnheader" className="num" title="Last seen; first seen below">
        Seen
      </span>
      <span role="columnheader" className="num head-ends" title="Sources × destinations">
        S × D
      </span>
    </div>
  );
}

function isHeadAt(lines: readonly Line[], index: number): boolean {
  const line = lines[index];
  return line !== undefined && isHead(line);
}

function isGroup(line: Line, id: string): boolean {
  return !isHead(line) && line.id === id;
}

function hasGroup(lines: readonly Line[], id: string): boolean {
  return lines.some((line) => isGroup(line, id));
}

function firstGroup(lines: readonly Line[]): string | null {
  const first = lines.find((line) => !isHead(line));
  return first === undefined || isHead(first) ? null : first.id;
}

/** The group `step` away from `from`; the first or last when `from` is not listed. */
function neighbour(lines: readonly Line[], from: string | null, step: 1 | -1): string | null {
  const ids = lines.flatMap((line) => (isHead(line) ? [] : [line.id]));
  const at = from === null ? -1 : ids.indexOf(from);
  if (at === -1) return ids[step === 1 ? 0 : ids.length - 1] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}
