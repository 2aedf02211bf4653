"use client";
/** One group in full, beside the table, or as a page of its own where there is no room beside. */
import { useEffect, useRef } from "react";
import { openMark } from "@/components/expectations/open-mark";
import { RulesBlock } from "@/components/expectations/rules-block";
import { CopyRow } from "@/components/hubble/copy-row";
import { askedPairs, formatPairs, type UrlState } from "@/components/query/url-state";
import type { ChangeUrl } from "@/components/query/use-url-state";
import { useGroupDetails } from "@/components/triage/details-query";
import { DropSamples } from "@/components/triage/drop-samples";
import { JoinedFlows } from "@/components/triage/joined-flows";
import { SECTIONS } from "@/components/triage/sections";
import { Sentence } from "@/components/triage/sentence-line";
import { SeriesList } from "@/components/triage/series-list";
import { Why } from "@/components/triage/why";
import { Icon } from "@/components/ui/icon";
import type { DropRow, Group, SeriesRow } from "@/lib/drops/view";

type Props = {
  id: string;
  /** The row as the live view has it, if it does: newer than what the details were made from. */
  row: Group | null;
  url: UrlState;
  rangeText: string;
  /** Where the range begins. */
  fromMs: number;
  narrow: boolean;
  change: ChangeUrl;
  onClose: () => void;
  onMove: (step: 1 | -1) => void;
  onMark: () => void;
};

export const SHEET_ID = "details";
const NO_SERIES: readonly SeriesRow[] = [];

export function DetailsSheet(props: Props) {
  const { id, row, url, rangeText, fromMs, narrow, change, onClose, onMove, onMark } = props;
  const details = useGroupDetails(id, url);
  const group = row ?? details.data?.group ?? null;
  const sheet = useRef<HTMLElement>(null);
  // As a page of its own it takes the focus, as a page does; beside the table it leaves it there.
  useEffect(() => {
    if (narrow) sheet.current?.focus();
  }, [narrow]);
  const data = details.data;
  const first = data?.drops[0]?.uuid ?? null;
  return (
    <aside ref={sheet} id={SHEET_ID} className="sheet" aria-label="Group details" tabIndex={-1}>
      <SheetHead group={group} id={id} onClose={onClose} onMove={onMove} />
      <div className="sheet-body">
        {group !== null && <Sentence group={group} rangeText={rangeText} fromMs={fromMs} />}
        {group !== null && <Verbs group={group} url={url} onMark={onMark} />}
        {group !== null && (
          <RulesBlock group={group} series={data?.series ?? NO_SERIES} onNarrower={onMark} />
        )}
        {details.error !== null && (
          <>
            <Failed message={details.error.message} retry={() => void details.refetch()} />
            {/* A link to one drop shows it for as long as it is stored, whatever the range holds. */}
            {data === undefined && <JoinedFlows uuid={url.drop} />}
          </>
        )}
        {group !== null && <Why group={group} />}
        {data === undefined
          ? details.error === null && <p className="dim sheet-wait">Reading series and drops…</p>
          : group !== null && (
              <>
                <SeriesList
                  series={data.series}
                  count={data.seriesCount}
                  group={group}
                  shown={url}
                  onMark={(row) =>
                    openMark({ from: "series", group, series: row, ...podsOf(row.id, data.drops) })
                  }
                />
                <DropSamples
                  drops={data.drops}
                  total={group.drops}
                  chosen={url.drop ?? first}
                  href={flowsOf(group, url)}
                  onChoose={(drop) => change({ drop })}
                />
                <JoinedFlows uuid={url.drop ?? first} />
              </>
            )}
      </div>
    </aside>
  );
}

/** The pods of a series where its drops name one each: a condition can then be as narrow as that. */
function podsOf(series: string, drops: readonly DropRow[]) {
  const own = drops.filter((drop) => drop.series === series);
  const sources = new Set(own.map((drop) => drop.sourcePod));
  const destinations = new Set(own.map((drop) => drop.destinationPod));
  const [sourcePod = ""] = sources.size === 1 ? sources : [];
  const [destinationPod = ""] = destinations.size === 1 ? destinations : [];
  return { sourcePod, destinationPod };
}

/** What can be done with the row. */
function Verbs({ group, url, onMark }: Pick<Props, "url"> & { group: Group; onMark: () => void }) {
  return (
    <div className="buttons sheet-verbs">
      <button type="button" className="btn" onClick={onMark}>
        <Icon name="expected" className="c-expected" />
        {group.state === "expected" ? "Mark more narrowly" : "Mark expected"}
        <kbd className="only-wide">e</kbd>
      </button>
      <CopyRow group={group} shown={url} />
    </div>
  );
}

function SheetHead({
  group,
  id,
  onClose,
  onMove,
}: Pick<Props, "id" | "onClose" | "onMove"> & { group: Group | null }) {
  const section = SECTIONS.find((candidate) => candidate.state === group?.state);
  return (
    <div className="sheet-head">
      {section !== undefined && <Icon name={section.icon} className={`c-${section.state}`} />}
      <b>{section?.title ?? "Group"}</b>
      <span className="dim mono cut" title="Id of this group">
        {id}
      </span>
      <span className="grow" />
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Previous group"
        title="Previous group (k)"
        onClick={() => onMove(-1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Next group"
        title="Next group (j)"
        onClick={() => onMove(1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        className="btn quiet icon"
        aria-label="Close details"
        title="Close (Esc)"
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Failed({ message, retry }: { message: string; retry: () => void }) {
  return (
    <div className="sheet-failed" role="alert">
      <p>
        <b>The details could not be read.</b> {message}
      </p>
      <button type="button" className="btn" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

/** The group's drops in the same range, on Flows. */
function flowsOf(group: Group, url: UrlState): string {
  const asked = { ...url, q: `${url.q} ${group.key.query}`.trim() };
  return `/flows?${formatPairs(askedPairs(asked))}`;
}
