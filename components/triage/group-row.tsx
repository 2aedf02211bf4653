"use client";
/** One group as a row of the table. Drawn again only when the group itself is another object. */
import { memo } from "react";
import { StateCell, TagCell, WhoCell, WhyCell } from "@/components/triage/group-cells";
import { KeyCell, MostlyCell } from "@/components/triage/key-cells";
import { Trend } from "@/components/triage/trend";
import { Ago } from "@/components/ui/ago";
import { formatCount, formatExact } from "@/components/ui/number-text";
import type { Group } from "@/lib/drops/view";

type Props = {
  group: Group;
  /** Of all lines, from 1; the head of the table is 1. */
  line: number;
  selected: boolean;
  /** The one row that Tab reaches. */
  reachable: boolean;
  gaps: string;
  onOpen: (id: string) => void;
  onReach: (id: string) => void;
};

/** The element id of a group's row, to give the focus back to it. */
export function rowId(groupId: string): string {
  return `group-${groupId}`;
}

export const GroupRow = memo(function GroupRow(props: Props) {
  const { group, line, selected, reachable, gaps, onOpen, onReach } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table handles keys for all of its rows
    <div
      id={rowId(group.id)}
      role="row"
      className={`line row ${selected ? "is-selected" : ""}`}
      aria-rowindex={line}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      onClick={() => onOpen(group.id)}
      onFocus={() => onReach(group.id)}
    >
      <StateCell group={group} />
      {group.key.by === "policy" ? <WhoCell group={group} /> : <KeyCell group={group} />}
      <WhyCell group={group} reachable={reachable} />
      {group.key.by === "tag" ? <MostlyCell group={group} /> : <TagCell group={group} />}
      <div
        className="cell-count num"
        role="gridcell"
        title={`${formatExact(group.attempts)} attempts, ${formatExact(group.drops)} drops`}
      >
        <b>{formatCount(group.attempts)}</b>
        <span className="second">{formatCount(group.drops)}</span>
      </div>
      <div className="cell-trend" role="gridcell">
        <Trend trend={group.trend} state={group.state} gaps={gaps} />
      </div>
      <div className="cell-seen num" role="gridcell">
        <Ago time={group.lastSeen} before="Last seen " />
        <span className="second">
          <Ago time={group.firstSeen} before="First seen " />
        </span>
      </div>
      <div
        className="cell-ends num"
        role="gridcell"
        title={`${formatExact(group.sources)} sources, ${formatExact(group.destinations)} destinations`}
      >
        {formatCount(group.sources)}
        <i>×</i>
        {formatCount(group.destinations)}
      </div>
    </div>
  );
});
