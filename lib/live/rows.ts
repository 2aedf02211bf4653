/** Drops and series as the API's lists show them. */
import type { Drop, Party, Series } from "@/lib/drops/drop";
import { TCP_FLAGS } from "@/lib/drops/flow";
import { stateOf } from "@/lib/drops/group-state";
import type { Outcome } from "@/lib/drops/outcome";
import { attributionView, partyView, reasonView } from "@/lib/drops/to-view";
import type { DropRow, EndView, PartyView, SeriesRow, Served } from "@/lib/drops/view";
import type { Naming } from "./naming";

type SeriesCounts = { series: Series; drops: number; attempts: number; lastMs: number };
/** What a list needs of a drop: also what the store gives back. */
type Listed = Omit<Drop, "verdictFlow" | "dropFlow">;

/** `naming` tells what is remembered of the addresses, where anything is. */
export function dropRow(
  drop: Listed,
  { state, hiddenBy }: Outcome,
  naming: Naming | null = null,
): DropRow {
  const { series } = drop;
  return {
    uuid: drop.uuid,
    time: formatTime(drop.timeMs, drop.timeNanos),
    group: series.group,
    series: series.id,
    verdict: series.verdict,
    direction: series.direction,
    reason: reasonView(series.reason),
    source: withServed(partyView(series.source), naming?.ofDrop(drop, "source")),
    destination: withServed(partyView(series.destination), naming?.ofDrop(drop, "destination")),
    sourcePod: drop.sourcePod,
    destinationPod: drop.destinationPod,
    sourceIp: drop.sourceIp,
    destinationIp: drop.destinationIp,
    sourcePort: drop.sourcePort,
    sourceIdentity: drop.sourceIdentity,
    destinationIdentity: drop.destinationIdentity,
    port: series.port,
    protocol: series.protocol,
    l7: series.l7,
    tcpFlags: flagNames(drop.tcpFlags),
    attribution: attributionView(series.attribution, series.reason),
    tags: series.tags,
    tagState: series.tagState,
    cluster: series.cluster,
    node: drop.node,
    origin: drop.origin,
    count: drop.count,
    attempt: drop.attempt,
    state: stateOf(state),
    expectedBy: hiddenBy,
  };
}

export function withServed<View extends PartyView>(view: View, served: Served | undefined): View {
  return served === undefined ? view : { ...view, served };
}

export function seriesRow({ series, drops, attempts, lastMs }: SeriesCounts): SeriesRow {
  return {
    id: series.id,
    source: endView(series.source),
    destination: endView(series.destination),
    protocol: series.protocol,
    port: series.port,
    l7: series.l7,
    drops,
    attempts,
    lastSeen: new Date(lastMs).toISOString(),
  };
}

/** RFC 3339 UTC with nanoseconds, which a Date cannot hold. */
export function formatTime(timeMs: number, timeNanos: number): string {
  const whole = new Date(timeMs).toISOString();
  return `${whole.slice(0, -1)}${String(timeNanos).padStart(6, "0")}Z`;
}

export function endView(party: Party): EndView {
  const { labels, names, identity } = party;
  return { ...partyView(party), labels, names, identity };
}

function flagNames(bits: number): string[] {
  return Object.entries(TCP_FLAGS).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name]));
}
