"use client";
/** One drop as a line of the table, or as a card on a narrow screen. */
import { memo } from "react";
import { type ColumnId, portOf } from "@/components/flows/columns";
import { DropCell, TimeText } from "@/components/flows/drop-cell";
import { blockedBy } from "@/components/triage/blocked-by";
import { PartyName } from "@/components/triage/party-name";
import { placeOf } from "@/components/triage/party-text";
import { SECTIONS } from "@/components/triage/sections";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import type { Zone } from "@/components/ui/time-text";
import type { DropRow } from "@/lib/drops/view";

type Props = {
  row: DropRow;
  /** Of all lines, from 1; the head of the table is 1. */
  line: number;
  columns: readonly ColumnId[];
  narrow: boolean;
  zone: Zone;
  /** For the day of its time; changes with the day. */
  nowMs: number;
  selected: boolean;
  /** The one line that Tab reaches. */
  reachable: boolean;
  onOpen: (uuid: string) => void;
  onReach: (uuid: string) => void;
};

/** The element id of a drop's line, to give the focus back to it. */
export function lineId(uuid: string): string {
  return `drop-${uuid}`;
}

export const DropLine = memo(function DropLine(props: Props) {
  const { row, line, narrow, selected, reachable, onOpen, onReach } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table handles keys for all of its lines
    <div
      id={lineId(row.uuid)}
      role="row"
      className={`drop-line ${selected ? "is-selected" : ""}`}
      aria-rowindex={line}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      onClick={() => onOpen(row.uuid)}
      onFocus={() => onReach(row.uuid)}
    >
      <span className="drop-state" role="gridcell">
        <VerdictIcon row={row} />
      </span>
      {narrow ? <Card {...props} /> : <Cells {...props} />}
    </div>
  );
});

/** Where it stands in the order of need, as on Triage: its form says it besides its colour. */
export function VerdictIcon({ row }: { row: DropRow }) {
  const section = SECTIONS.find(({ state }) => state === row.state);
  const verdict = row.verdict === "AUDIT" ? "would drop" : "dropped";
  return (
    <Icon
      name={section?.icon ?? "none"}
      className={`c-${row.state}`}
      label={`${section?.title ?? row.state}, ${verdict}`}
    />
  );
}

function Cells({ row, columns, zone, nowMs }: Props) {
  return columns.map((column) => (
    <div key={column} role="gridcell" className="drop-cell" data-column={column}>
      <DropCell row={row} column={column} zone={zone} nowMs={nowMs} />
    </div>
  ));
}

function Card({ row, zone, nowMs }: Props) {
  const { text } = blockedBy(row);
  return (
    <div role="gridcell" className="drop-card">
      <span className="first">
        <PartyName party={row.source} />
        <span className="arrow">→</span>
        <PartyName party={row.destination} />
        <span className="port">{portOf(row)}</span>
      </span>
      <span className="first">
        <Icon name={row.attribution.certainty} size={12} className="soft" />
        <FlowText className="cut grow" text={text} />
        <TimeText row={row} zone={zone} nowMs={nowMs} />
      </span>
      <span className="first dim">
        <FlowText
          className="cut grow"
          text={`${placeOf(row.source)} → ${placeOf(row.destination)} · ${row.protocol} ${row.tcpFlags.join(" ")}`}
        />
        <FlowText className="cut" text={row.tags[0] ?? row.node} />
      </span>
    </div>
  );
}
