"use client";
/** The sources, each in three lines; the one that is shown is marked. */
import { SOURCE_KIND_TEXT } from "@/components/shell/coverage-text";
import {
  expiryOf,
  formatRate,
  STANDING_CLASS,
  STANDING_ICON,
  standingOf,
  stateWords,
} from "@/components/sources/source-words";
import { countedLoss, differenceOf } from "@/components/sources/trust";
import { openSource, sourceHref } from "@/components/sources/use-source-url";
import { Ago } from "@/components/ui/ago";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatCount } from "@/components/ui/number-text";
import { formatLength } from "@/components/ui/time-text";
import type { SourceReport } from "@/lib/drops/source-report";

type Props = { sources: readonly SourceReport[]; shown: string | null; nowMs: number };

export function SourceRows({ sources, shown, nowMs }: Props) {
  const delivering = sources.filter((source) => standingOf(source) !== "down").length;
  return (
    <nav aria-label="Sources">
      <h2 className="src-side-head">
        Sources{" "}
        <span className="dim">
          {delivering} of {sources.length} up
        </span>
      </h2>
      <ul className="src-rows">
        {sources.map((source) => (
          <li key={source.id}>
            <SourceRow source={source} isShown={source.id === shown} nowMs={nowMs} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

type RowProps = { source: SourceReport; isShown: boolean; nowMs: number };

function SourceRow({ source, isShown, nowMs }: RowProps) {
  const standing = standingOf(source);
  return (
    <a
      href={sourceHref(source.id)}
      className="src-row"
      aria-current={isShown ? "true" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        openSource(source.id);
      }}
    >
      <Icon name={STANDING_ICON[standing]} className={STANDING_CLASS[standing]} />
      <b className="cut">
        <FlowText text={source.id} />
      </b>
      <span className="num">{formatRate(source.rates.flowsPerSecond)}/s</span>
      <span className="soft cut src-row-state">
        {stateWords(source)} <span className="dim">for</span> <Ago time={source.since} />
      </span>
      <span className="num dim">
        {source.lagMs === null || standing === "down" ? "" : `${formatLength(source.lagMs)} behind`}
      </span>
      <span className="dim src-row-notes">{notesOf(source, nowMs).join(" · ")}</span>
    </a>
  );
}

function notesOf(source: SourceReport, nowMs: number): string[] {
  const nodes = source.nodesConnected + source.nodesUnavailable;
  const failed = source.preflight.filter(({ state }) => state === "failed").length;
  const notes = [
    nodes > 0
      ? `${source.nodesConnected} of ${countOf(nodes, "node")}`
      : SOURCE_KIND_TEXT[source.kind],
  ];
  if (differenceOf(source) !== 0) notes.push("does not add up");
  if (source.lostAtMost !== "0") notes.push(`≤ ${formatCount(Number(source.lostAtMost))} lost`);
  const counted = countedLoss(source);
  if (counted > 0) notes.push(`${formatCount(counted)} let go or unreadable`);
  if (failed > 0) notes.push(`${countOf(failed, "check")} failed`);
  for (const certificate of source.tls?.mode === "tls" ? source.tls.certificates : []) {
    const { standing, words } = expiryOf(certificate, nowMs);
    if (standing !== "fine") notes.push(`certificate ${words}`);
  }
  return notes;
}
