"use client";
/** The series of a group with their shares; each opens to the labels and names of both ends. */
import { CopyRow } from "@/components/hubble/copy-row";
import type { UrlState } from "@/components/query/url-state";
import { PartyName } from "@/components/triage/party-name";
import { fullName, portText } from "@/components/triage/party-text";
import { ServedNames } from "@/components/triage/served-names";
import { Ago } from "@/components/ui/ago";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatCount, formatExact } from "@/components/ui/number-text";
import { PartyMenu } from "@/components/values/party-menu";
import { ValueMenu } from "@/components/values/value-menu";
import type { EndView, Group, GroupState, SeriesRow } from "@/lib/drops/view";

const SHOWN = 50;

type Props = {
  series: readonly SeriesRow[];
  count: number;
  group: Group;
  shown: Pick<UrlState, "range" | "span">;
  onMark: (row: SeriesRow) => void;
};

export function SeriesList({ series, count, group, shown, onMark }: Props) {
  const listed = series.slice(0, SHOWN);
  const most = Math.max(1, ...series.map((row) => row.attempts));
  return (
    <section className="block">
      <h3>
        Series
        <span className="block-note">
          {listed.length < count ? `${formatExact(listed.length)} of ` : ""}
          {formatExact(count)}, by attempts
        </span>
      </h3>
      <div className="lines">
        {listed.map((row, index) => (
          <details key={row.id} name="series" open={index === 0 && listed.length === 1}>
            <summary>
              <span className="series-ends grow">
                <FlowText className="cut" text={row.source.name} />
                <span className="arrow">→</span>
                <SeriesEnd row={row} />
              </span>
              <Share part={row.attempts / most} state={group.state} />
              <b className="line-count" title={`${formatExact(row.drops)} drops`}>
                {formatCount(row.attempts)}
              </b>
              <span className="line-age dim">
                <Ago time={row.lastSeen} before="Last seen " />
              </span>
            </summary>
            <End name="From" side="src" party={row.source} />
            <End name="To" side="dst" party={row.destination} />
            <div className="buttons series-verbs">
              <button type="button" className="btn" onClick={() => onMark(row)}>
                <Icon name="expected" className="c-expected" />
                Mark this series expected
              </button>
              <CopyRow group={group} series={row} shown={shown} />
            </div>
          </details>
        ))}
      </div>
    </section>
  );
}

function SeriesEnd({ row }: { row: SeriesRow }) {
  const port = portText(row.protocol, row.port);
  const l7 = row.l7 === "" ? "" : ` ${row.l7}`;
  return (
    <>
      <b className="cut series-to">
        <PartyName party={row.destination} />
      </b>
      <FlowText
        className="series-port"
        text={`${port}${port.startsWith(":") ? "/" : " "}${row.protocol}${l7}`}
      />
    </>
  );
}

/** A bar of the part of the busiest series; SVG, for its width is a number and not a style. */
function Share({ part, state }: { part: number; state: GroupState }) {
  return (
    <svg className={`share is-${state}`} width="56" height="4" aria-hidden="true">
      <rect className="share-ground" width="56" height="4" rx="2" />
      <rect width={Math.max(1.5, part * 56)} height="4" rx="2" />
    </svg>
  );
}

/** One end with its labels and names, each with its menu. */
export function End({ name, side, party }: { name: string; side: "src" | "dst"; party: EndView }) {
  const labels = party.labels.slice(0, 40);
  return (
    <div className="end">
      <span className="dim">{name}</span>
      <div>
        <p>
          <PartyMenu side={side} party={party}>
            <b>
              <FlowText text={fullName(party)} />
            </b>
          </PartyMenu>{" "}
          <span className="dim">
            {party.identity > 0 ? (
              <ValueMenu
                field={`${side}.identity`}
                value={String(party.identity)}
                label={`identity ${party.identity}`}
              />
            ) : (
              "identity differs by node"
            )}
          </span>
          {labels.length > 0 && (
            <CopyButton label={`Copy labels: ${name}`} text={() => party.labels.join("\n")} />
          )}
        </p>
        {party.names.length > 0 && (
          <p className="soft">
            known as{" "}
            {party.names.slice(0, 5).map((dnsName) => (
              <span key={dnsName} className="known-name">
                <ValueMenu field={`${side}.fqdn`} value={dnsName} />
              </span>
            ))}
            {party.names.length > 5 && ` and ${party.names.length - 5} more`}
          </p>
        )}
        {party.served !== undefined && <ServedNames side={side} served={party.served} />}
        <ul className="labels">
          {labels.map((label) => (
            <li key={label}>
              <ValueMenu field={`${side}.label`} value={label}>
                <FlowText text={label} />
              </ValueMenu>
            </li>
          ))}
          {party.labels.length > labels.length && (
            <li>{party.labels.length - labels.length} more</li>
          )}
        </ul>
      </div>
    </div>
  );
}
