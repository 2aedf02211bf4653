"use client";
import { askedOf, blockedField } from "@/components/flows/asked-of";
/** One cell of the table of drops. */
import { addressText, type ColumnId, portOf } from "@/components/flows/columns";
import { blockedBy, certaintyWord, tagText } from "@/components/triage/blocked-by";
import { PartyName } from "@/components/triage/party-name";
import { placeOf } from "@/components/triage/party-text";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatClock, formatMoment, formatStamp, type Zone } from "@/components/ui/time-text";
import { PartyMenu } from "@/components/values/party-menu";
import { ValueMenu } from "@/components/values/value-menu";
import type { DropRow, PartyView } from "@/lib/drops/view";

type Props = { row: DropRow; column: ColumnId; zone: Zone; nowMs: number };

export function DropCell({ row, column, zone, nowMs }: Props) {
  switch (column) {
    case "time":
      return <TimeText row={row} zone={zone} nowMs={nowMs} />;
    case "src":
      return (
        <span className="drop-end">
          <PartyMenu side="src" party={row.source} button="hover">
            <PartyName party={row.source} />
          </PartyMenu>
          <Place side="src" party={row.source} />
        </span>
      );
    case "dst":
      return (
        <span className="drop-end">
          <PartyMenu side="dst" party={row.destination} button="hover">
            <PartyName party={row.destination} />
          </PartyMenu>
          <Port row={row} />
          <Place side="dst" party={row.destination} />
        </span>
      );
    case "blocked":
      return <Blocked row={row} />;
    case "tag":
      return <Tags row={row} />;
    default:
      return <Plain row={row} column={column} />;
  }
}

/** A column that is one text, with its menu where the query language has a field for it. */
function Plain({ row, column }: Pick<Props, "row" | "column">) {
  const text = plainText(row, column);
  const shown = <FlowText className={isMono(column) ? "cut mono" : "cut"} text={text} />;
  const asked = askedOf(row, column);
  if (asked === null) return shown;
  return (
    <ValueMenu field={asked.field} value={asked.value} label={text} button="hover">
      {shown}
    </ValueMenu>
  );
}

function Port({ row }: { row: DropRow }) {
  const text = portOf(row);
  if (text === "") return null;
  return (
    <ValueMenu field="port" value={String(row.port)} button="hover" className="port">
      {text}
    </ValueMenu>
  );
}

/** The namespace, or what kind of thing it is where it has none. */
function Place({ side, party }: { side: "src" | "dst"; party: PartyView }) {
  const text = <FlowText className="cut" text={placeOf(party)} />;
  if (party.namespace === "") return <span className="drop-place cut">{text}</span>;
  return (
    <ValueMenu field={`${side}.ns`} value={party.namespace} button="hover" className="drop-place">
      {text}
    </ValueMenu>
  );
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
      <ValueMenu {...blockedField(row)} label={text} button="hover">
        <span className={certainty === "none" ? "cut is-unknown" : "cut"} title={full}>
          <FlowText text={text} />
        </span>
      </ValueMenu>
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
      <ValueMenu field="tag" value={first} button="hover" className="tag">
        <Icon name="tag" size={11} />
        <FlowText className="cut" text={first} />
      </ValueMenu>
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
    case "reason":
      return row.reason?.name ?? "–";
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
