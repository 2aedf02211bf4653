"use client";
/** What stands in place of the table when it has no rows: which nothing it is, and what next. */
import { QueryChips } from "@/components/query/query-chips";
import type { Range } from "@/components/query/ranges";
import type { AskedState } from "@/components/query/url-state";
import { lagOf } from "@/components/shell/coverage-text";
import { Checks, coverageChecks, sourceChecks } from "@/components/triage/checks";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount } from "@/components/ui/number-text";
import { usePreferences } from "@/components/ui/preferences";
import { formatSize } from "@/components/ui/size-text";
import { formatLength, formatStamp } from "@/components/ui/time-text";
import { readingOf } from "@/lib/drops/reading";
import type { Coverage, SourceSummary, View } from "@/lib/drops/view";
import type { Query } from "@/lib/query/query";

/** A change of what is asked, on whichever screen. */
export type ChangeAsked = (change: Partial<AskedState>) => void;

const HALF_HOUR_MS = 1_800_000;

/** Sources deliver, nothing is filtered away, and still no group: the good one. */
export function NothingDropped({
  view,
  rangeText,
  range,
  change,
}: {
  view: View;
  rangeText: string;
  range: Range | null;
  change: ChangeAsked;
}) {
  const { coverage } = view;
  const { zone } = usePreferences();
  const newest = newestOutside(view);
  const { title, says } = describeNothing(coverage, rangeText, range !== null);
  const isGood = coverage.complete && !(range !== null && isCatchingUp(coverage));
  const reading = range === null ? undefined : coverage.sources.find(readingOf);
  return (
    <section className="empty" aria-labelledby="empty-title">
      <Icon name={isGood ? "ok" : "warn"} size={30} className={isGood ? "c-ok" : "c-audit"} />
      <h2 id="empty-title">{title}</h2>
      <p>{says}</p>
      {reading !== undefined && <FileReading source={reading} />}
      <p className="buttons">
        {newest !== null && (
          <button
            type="button"
            className="btn primary"
            onClick={() => change({ span: newest.span })}
          >
            Look at the newest drop, {formatStamp(newest.timeMs, zone)}
          </button>
        )}
        {range !== null && range !== "24h" && range !== "7d" && (
          <button type="button" className="btn" onClick={() => change({ range: "24h" })}>
            Look at 24 h
          </button>
        )}
      </p>
      <Checks checks={coverageChecks(coverage)} />
    </section>
  );
}

/** How far the file is read, how fast, and how long the rest takes. */
function FileReading({ source }: { source: SourceSummary }) {
  const reading = readingOf(source);
  const { progress } = source;
  if (reading === null || progress === null) return null;
  return (
    <div className="file-reading">
      <progress aria-label={`Reading ${source.id}`} max={1} value={reading.part} />
      <p className="soft">
        <FlowText text={source.id} />: {formatSize(progress.bytes)} of {formatSize(progress.total)}
        {progress.bytesPerSecond > 0 && `, ${formatSize(progress.bytesPerSecond)} a second`}
        {reading.leftMs !== null && `, about ${formatLength(reading.leftMs)} left`}
      </p>
    </div>
  );
}

/** Nothing is good news only where nothing is missing. */
function describeNothing(
  coverage: Coverage,
  rangeText: string,
  live: boolean,
): { title: string; says: string } {
  const reading = coverage.sources.map(readingOf).find((one) => one !== null);
  if (live && reading !== undefined) {
    return {
      title: `Still catching up: ${Math.floor(reading.part * 100)} % of the file is read`,
      says: "Drops of this range show as the reading gets there.",
    };
  }
  if (live && isCatchingUp(coverage)) {
    return {
      title: `Still catching up: the newest flow is ${formatLength(lagOf(coverage) ?? 0)} old`,
      says: "The source first gives what it still has. Drops of this range show as it gets there.",
    };
  }
  if (coverage.complete) {
    return {
      title: `Nothing dropped ${rangeText}`,
      says: "Every source delivered all the time, and no flow was dropped or audited.",
    };
  }
  return {
    title: `Nothing dropped ${rangeText}, as far as is known`,
    says: "No drop arrived, but the view is incomplete: what was lost may have held some.",
  };
}

function isCatchingUp({ sources }: Coverage): boolean {
  return sources.some((source) => source.catchingUp || readingOf(source) !== null);
}

/** The newest drop where it lies outside the range, with the half hours around it. */
function newestOutside({ coverage, fromMs, toMs }: View) {
  const timeMs = Date.parse(coverage.newestDrop ?? "");
  if (Number.isNaN(timeMs) || (timeMs >= fromMs && timeMs < toMs)) return null;
  return { timeMs, span: { fromMs: timeMs - HALF_HOUR_MS, toMs: timeMs + HALF_HOUR_MS } };
}

/** Groups there are, but the query shows none of them, or none of their drops. */
export function NoneMatches({
  view,
  query,
  what,
  change,
}: {
  view: View;
  query: Query;
  what: "group" | "drop";
  change: ChangeAsked;
}) {
  const { unfilteredGroups: count } = view;
  const behind = what === "group" ? formatCount(count) : `drops of ${countOf(count, "group")}`;
  const lie = what === "group" && count === 1 ? "lies" : "lie";
  return (
    <section className="empty" aria-labelledby="empty-title">
      <Icon name="filter" size={30} className="dim" />
      <h2 id="empty-title">
        No {what} matches this query; {behind} {lie} behind it
      </h2>
      <p>All terms must hold at once. Take one away, or all of them.</p>
      <div className="empty-chips">
        <QueryChips query={query} onChange={(q) => change({ q })} />
      </div>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={() => change({ q: "" })}>
          Clear the query
        </button>
      </p>
    </section>
  );
}

/** No source delivers, and nothing is stored to show meanwhile. */
export function NotConnected({ coverage, retry }: { coverage: Coverage; retry: () => void }) {
  const failed =
    coverage.sources.find((source) => source.state === "failed") ?? coverage.sources[0];
  return (
    <section className="empty" aria-labelledby="empty-title">
      <Icon name="plug" size={30} className="c-accent" />
      <h2 id="empty-title">
        {failed === undefined
          ? "No flows yet: no source is set"
          : `No flows yet: ${titleOf(failed)}`}
      </h2>
      {failed === undefined ? (
        <NoSource />
      ) : (
        <p>
          <FlowText
            text={
              failed.message || "Droplens goes on trying. Drops show here as soon as they arrive."
            }
          />
        </p>
      )}
      <p className="buttons">
        <button type="button" className="btn primary" onClick={retry}>
          Look again
        </button>
        <button type="button" className="btn" popoverTarget="sources">
          Show the sources
        </button>
      </p>
      <Checks
        checks={coverage.sources.flatMap((source) => sourceChecks(source, source !== failed))}
      />
    </section>
  );
}

function NoSource() {
  return (
    <>
      <p>Name a Hubble Relay when you start Droplens, or start it with its demo cluster:</p>
      <pre className="code">
        HUBBLE_SERVER=hubble-relay.kube-system.svc:80 npm start{"\n"}npm run demo
      </pre>
    </>
  );
}

function titleOf(source: SourceSummary): string {
  if (source.state === "connecting") return `still connecting to ${source.address}`;
  if (source.state === "silent") return `${source.address} is connected, but silent`;
  return `${source.address} cannot be reached`;
}
