"use client";
/** One group as a row of the table. Drawn again only when the group itself is another object. */
import { memo } from "react";
import { CameBack, RuleMarks } from "@/components/expectations/rule-mark";
import { blockedBy, certaintyWord, tagText } from "@/components/triage/blocked-by";
import { PartyName } from "@/components/triage/party-name";
import { placeOf, portText, portWord } from "@/components/triage/party-text";
import { SECTIONS } from "@/components/triage/sections";
import { Trend } from "@/components/triage/trend";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount, formatExact } from "@/components/ui/number-text";
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
      <WhoCell group={group} />
      <WhyCell group={group} reachable={reachable} />
      <TagCell group={group} />
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

function StateCell({ group }: { group: Group }) {
  const section = SECTIONS.find((candidate) => candidate.state === group.state);
  return (
    <span className="cell-state" role="gridcell">
      <Icon
        name={section?.icon ?? "none"}
        className={`c-${group.state}`}
        label={section?.title ?? group.state}
      />
    </span>
  );
}

function WhoCell({ group }: { group: Group }) {
  const { top } = group;
  const way = group.direction === "unknown" ? "" : ` ${group.direction}`;
  const ports = group.ports > 1 ? `, ${countOf(group.ports, portWord(top.protocol))}` : "";
  return (
    <div className="cell-who" role="gridcell">
      <div className="first">
        <PartyName party={top.source} />
        <span className="arrow">→</span>
        <PartyName party={top.destination} />
        {top.port > 0 && <span className="port">{portText(top.protocol, top.port)}</span>}
        {group.destinations > 1 && (
          <span className="more" title={`${formatExact(group.destinations)} destinations`}>
            +{formatCount(group.destinations - 1)}
          </span>
        )}
        <CameBack group={group} />
      </div>
      <div className="second">
        <FlowText
          className="cut"
          text={`${placeOf(top.source)} → ${placeOf(top.destination)} · ${top.protocol}${way}${ports}${top.l7 === "" ? "" : ` · ${top.l7}`}`}
        />
      </div>
    </div>
  );
}

function WhyCell({ group, reachable }: { group: Group; reachable: boolean }) {
  const { certainty } = group.attribution;
  const { text, more, full } = blockedBy(group);
  return (
    <div className="cell-why" role="gridcell">
      <div className="first">
        <Icon
          name={certainty}
          size={12}
          className="soft"
          label={`Certainty: ${certaintyWord(certainty)}`}
        />
        <span className={certainty === "none" ? "cut is-unknown" : "cut"} title={full}>
          <FlowText text={text} />
        </span>
        {more > 0 && (
          <span className="more" title={full}>
            +{more}
          </span>
        )}
        <RuleMarks rules={group.rules} reachable={reachable} />
      </div>
    </div>
  );
}

function TagCell({ group }: { group: Group }) {
  const [first, ...others] = group.tags;
  if (group.attribution.kind === "other") {
    return (
      <div className="cell-tag" role="gridcell">
        <span className="tag is-code">
          <FlowText className="cut" text={group.reason?.name ?? "no reason"} />
        </span>
      </div>
    );
  }
  return (
    <div className="cell-tag" role="gridcell">
      {first === undefined ? (
        <span className="tag-none">{tagText(group)}</span>
      ) : (
        <span className="tag">
          <Icon name="tag" size={11} />
          <FlowText className="cut" text={first} />
        </span>
      )}
      {others.length > 0 && <span className="more">+{others.length}</span>}
    </div>
  );
}
