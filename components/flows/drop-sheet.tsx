"use client";
/** One drop in full, beside the table, or as a page of its own where there is no room beside. */
import { useEffect, useRef } from "react";
import { openMark } from "@/components/expectations/open-mark";
import { AroundDrop } from "@/components/flows/around-drop";
import { addressText, portOf } from "@/components/flows/columns";
import { DropFacts } from "@/components/flows/drop-facts";
import { VerdictIcon } from "@/components/flows/drop-line";
import type { FlowsUrl } from "@/components/flows/flows-url";
import type { ChangeFlows } from "@/components/flows/use-flows-url";
import { useDropDetails } from "@/components/triage/details-query";
import { JoinedFlows } from "@/components/triage/joined-flows";
import { fullName } from "@/components/triage/party-text";
import { End } from "@/components/triage/series-list";
import { ServedLine } from "@/components/triage/served-names";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";
import type { DropRow } from "@/lib/drops/view";

type Props = {
  uuid: string;
  /** The row as the list has it, if it does. */
  row: DropRow | null;
  url: FlowsUrl;
  narrow: boolean;
  change: ChangeFlows;
  onClose: () => void;
  onMove: (step: 1 | -1) => void;
};

/** The element id of the panel, to give the focus to it. */
export const DROP_SHEET_ID = "details";

export function DropSheet({ uuid, row, url, narrow, change, onClose, onMove }: Props) {
  const details = useDropDetails(uuid);
  const sheet = useRef<HTMLElement>(null);
  // As a page of its own it takes the focus, as a page does; beside the table it leaves it there.
  useEffect(() => {
    if (narrow) sheet.current?.focus();
  }, [narrow]);
  // While the next drop is read, the last one's details must not stand under its name.
  const data = details.isPlaceholderData ? undefined : details.data;
  const drop = row ?? data?.drop ?? null;
  return (
    <aside ref={sheet} id={DROP_SHEET_ID} className="sheet" aria-label="Drop details" tabIndex={-1}>
      <div className="sheet-head">
        {drop !== null && <VerdictIcon row={drop} />}
        <b>{drop?.verdict === "AUDIT" ? "Would drop" : "Dropped"}</b>
        <span className="dim mono cut" title="uuid of the flow">
          {uuid}
        </span>
        <CopyButton label="Copy the uuid" text={() => uuid} />
        <span className="grow" />
        <HeadButton label="Newer drop" hint="Newer drop (k)" icon="up" onClick={() => onMove(-1)} />
        <HeadButton
          label="Older drop"
          hint="Older drop (j)"
          icon="down"
          onClick={() => onMove(1)}
        />
        <HeadButton label="Close details" hint="Close (Esc)" icon="close" onClick={onClose} />
      </div>
      <div className="sheet-body">
        {drop !== null && <Title drop={drop} />}
        {drop !== null && <AroundDrop drop={drop} url={url} change={change} />}
        {data !== undefined && (
          <p className="buttons sheet-verbs">
            <button
              type="button"
              className="btn"
              onClick={() => openMark({ from: "drop", details: data })}
            >
              <Icon name="expected" className="c-expected" />
              Mark expected
            </button>
          </p>
        )}
        {details.error !== null && (
          <div className="sheet-failed" role="alert">
            <p>
              <b>The drop could not be read.</b> {details.error.message}
            </p>
            <button type="button" className="btn" onClick={() => void details.refetch()}>
              Try again
            </button>
          </div>
        )}
        {drop !== null && <DropFacts drop={drop} />}
        {data !== undefined && (
          <section className="block">
            <h3>Ends</h3>
            <End name="From" side="src" party={data.source} />
            <End name="To" side="dst" party={data.destination} />
          </section>
        )}
        {data !== undefined && <JoinedFlows uuid={uuid} />}
        {data === undefined && details.error === null && (
          <p className="dim sheet-wait">Reading the flows…</p>
        )}
      </div>
    </aside>
  );
}

function HeadButton(props: {
  label: string;
  hint: string;
  icon: "up" | "down" | "close";
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="btn quiet icon"
      aria-label={props.label}
      title={props.hint}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function Title({ drop }: { drop: DropRow }) {
  const { zone } = usePreferences();
  const port = drop.protocol.startsWith("ICMP") ? 0 : drop.port;
  return (
    <div className="drop-title">
      <h2>
        <b>
          <FlowText text={fullName(drop.source)} />
        </b>{" "}
        →{" "}
        <b>
          <FlowText text={fullName(drop.destination)} />
        </b>
        {portOf(drop)}
      </h2>
      <p className="mono soft">
        <FlowText
          text={`${addressText(drop.sourceIp, drop.sourcePort)} → ${addressText(drop.destinationIp, port)}`}
        />
      </p>
      {drop.source.served !== undefined && <ServedLine served={drop.source.served} />}
      {drop.destination.served !== undefined && <ServedLine served={drop.destination.served} />}
      <p className="dim">
        <time dateTime={drop.time}>{formatStamp(Date.parse(drop.time), zone)}</time>
      </p>
    </div>
  );
}
