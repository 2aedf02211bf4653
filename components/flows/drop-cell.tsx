"use client";
/** One cell of the table of drops. */
import { addressText, type ColumnId, portOf } from "@/components/flows/columns";
import { blockedBy, certaintyWord, tagText } from "@/components/triage/blocked-by";
import { PartyName } from "@/components/triage/party-name";
import { placeOf } from "@/components/triage/party-text";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatClock, formatMoment, formatStamp, type Zone } from "@/components/ui/time-text";
import type { DropRow } from "@/lib/drops/view";

type Props = { row: DropRow; column: ColumnId; zone: Zone; nowMs: number };

export function DropCell({ row, column, zone, nowMs }: Props) {
  switch (column) {
    case "time":
      return <TimeText row={row} zone={zone} nowMs={nowMs} />;
    case "src":
      return (
        <span className="drop-end" title={placeOf(row.source)}>
          <PartyName party={row.source} />
          <FlowText className="drop-place cut" text={placeOf(row.source)} />
        </span>
      );
    case "dst":
      return (
        <span className="drop-end" title={placeOf(row.destination)}>
          <PartyName party={row.destination} />
          <span className="port">{portOf(row)}</span>
          <FlowText className="drop-place cut" text={placeOf(row.destination)} />
        </span>
      );
    case "blocked":
      return <Blocked row={row} />;
    case "tag":
      return <Tags row={row} />;
    case "reason":
      return <FlowText className="cut" text={row.reason?.name ?? "–"} />;
    default:
      return (
        <FlowText className={isMono(column) ? "cut mono" : "cut"} text={plainText(row, column)} />
      );
  }
}

/** Clock with milliseconds; its day too where it is another one than today. */
export function TimeText({ row, zone, nowMs }: Omit<Props, "column">) {
  const timeMs = Date.parse(row.time);
  const fraction = row.time.slice(20, 23);
  const day = formatMoment(timeMs, nowMs, zone).slice(0, -6).slice(5);
  return (
    <time dateTime={row.time} title={formatStamp(timeMs, zone)} className="drop-time">
      {day !== "" && <span className="dim">{day} </span>}
      {formatClock(timeMs, zone, true)}
      <span className="dim">.{fraction}</span>
    </time>
  );
}

function Blocked({ row }: { row: DropRow }) {
  const { certainty } = row.attribution;
  const { text, more, full } = blockedBy(row);
  return (
    <span className="first">
      <Icon
        name={certainty}
        size={12}
        className="soft"
        label={`Certainty: ${certaintyWord(certainty)}`}
      />
      <span className={certainty === "none" ? "cut is-unknown" : "cut"} title={full}>
        <FlowText text={text} />
      </span>
      {more > 0 && <span className="more">+{more}</span>}
    </span>
  );
}

function Tags({ row }: { row: DropRow }) {
  const [first, ...others] = row.tags;
  if (first === undefined) {
    return <span className="dim cut">{row.attribution.kind === "other" ? "–" : tagText(row)}</span>;
  }
  return (
    <span className="first">
      <span className="tag">
        <Icon name="tag" size={11} />
        <FlowText className="cut" text={first} />
      </span>
      {others.length > 0 && <span className="more">+{others.length}</span>}
    </span>
  );
}

const MONO: readonly ColumnId[] = ["src.pod", "dst.pod", "src.ip", "dst.ip", "uuid", "l7"];

function isMono(column: ColumnId): boolean {
  return MONO.includes(column);
}

/** The text of a column that needs no drawing. */
function plainText(row: DropRow, column: ColumnId): string {
  const or = (text: string) => (text === "" ? "–" : text);
  switch (column) {
    case "proto":
      return [row.protocol, row.tcpFlags.join(" ")].filter((part) => part !== "").join(" ");
    case "direction":
      return row.direction;
    case "l7":
      return or(row.l7);
    case "attempt":
      return row.attempt === 1 ? "new" : "retry";
    case "count":
      return String(row.count);
    case "src.pod":
      return or(row.sourcePod);
    case "dst.pod":
      return or(row.destinationPod);
    case "src.ip":
      return addressText(row.sourceIp, row.sourcePort);
    case "dst.ip":
      return addressText(row.destinationIp, row.protocol.startsWith("ICMP") ? 0 : row.port);
    case "src.identity":
      return row.sourceIdentity === 0 ? "–" : String(row.sourceIdentity);
    case "dst.identity":
      return row.destinationIdentity === 0 ? "–" : String(row.destinationIdentity);
    case "node":
      return or(row.node);
    case "cluster":
      return or(row.cluster);
    case "source":
      return or(row.origin);
    case "uuid":
      return row.uuid;
    default:
      return "";
  }
}
