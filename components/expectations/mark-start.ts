"use client";
/** Where the form begins: conditions, query, basis and fields of what it was opened from. */
import { useQuery } from "@tanstack/react-query";
import type { MarkSource } from "@/components/expectations/open-mark";
import { expectAnswer, isGroupDetails } from "@/components/live/decode-view";
import { encodeReadably } from "@/components/query/url-state";
import { blockedBy } from "@/components/triage/blocked-by";
import { fullName, withPort } from "@/components/triage/party-text";
import { fetchJson } from "@/components/ui/fetch-json";
import type {
  DropDetails,
  Group,
  GroupBy,
  GroupDetails,
  Pairing,
  PartyView,
} from "@/lib/drops/view";
import {
  type Condition,
  conditionsOf,
  conditionsOfQuery,
  narrowestQuery,
  type Subject,
} from "@/lib/expectations/narrow";
import type { ExpectationRow } from "@/lib/expectations/view";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";

export type MarkStart = {
  /** What it is made from: `payments/api → 169.254.169.254:80`; empty for a query. */
  title: string;
  /** What blocked it, when that is known. */
  blockedBy: string;
  conditions: readonly Condition[];
  query: string;
  /** What counts as chosen: all else the draft hides is extra. */
  basis: string;
  /** The expectation that is edited or copied. */
  row: ExpectationRow | null;
  replaces: string | null;
  /** Why the row could not be read in full. */
  problem: string | null;
};

/** Null while the row's series are read. */
export function useMarkStart(source: MarkSource): MarkStart | null {
  const path = source.from === "group" ? detailsPath(source.group, source.view) : "";
  const details = useQuery({
    queryKey: ["mark", path],
    enabled: path !== "",
    staleTime: 30_000,
    queryFn: async ({ signal }) => expectAnswer(await fetchJson(path, signal), isGroupDetails),
  });
  if (source.from !== "group") return startOf(source);
  if (details.data !== undefined) return startOfGroup(details.data, source.view);
  return details.error === null ? null : startWithoutDetails(source, details.error.message);
}

function detailsPath(group: Group, view: string): string {
  return `/api/groups/${encodeURIComponent(group.id)}${view === "" ? "" : `?${view}`}`;
}

function startOfGroup({ group, series }: GroupDetails, view: string): MarkStart {
  return startOfSubject({ of: "group", group, series }, group.top, basisOf(group, view));
}

/** The row as it is seen: of the group what the view's own query lets through. */
function basisOf(group: Group, view: string): string {
  const shown = parseQuery(new URLSearchParams(view).get("q") ?? "");
  const terms = shown.ok ? shown.query.terms.filter(({ field }) => field !== "expected") : [];
  return [formatQuery({ terms }), group.key.query].filter((text) => text !== "").join(" ");
}

function startOf(source: Exclude<MarkSource, { from: "group" }>): MarkStart {
  if (source.from === "series") {
    const { group, series, sourcePod, destinationPod } = source;
    const pods = {
      ...(sourcePod !== undefined && { sourcePod }),
      ...(destinationPod !== undefined && { destinationPod }),
    };
    return startOfSubject(
      { of: "series", group, series: [series], ...pods },
      series,
      `series:${series.id}`,
    );
  }
  if (source.from === "drop") return startOfDrop(source.details);
  if (source.from === "expectation") {
    const { row, how } = source;
    const isEdit = how === "edit";
    return {
      ...startOfQuery(row.query, row.query),
      row,
      replaces: isEdit ? row.id : null,
    };
  }
  return {
    ...startOfQuery(source.query, source.basis ?? source.query),
    title: source.title ?? "",
  };
}

/** A drop is shown with all that its series is known by. */
function startOfDrop({ drop, source, destination }: DropDetails): MarkStart {
  const { sourcePod, destinationPod, sourceIp, destinationIp, protocol, port, l7 } = drop;
  const one = { sources: 1, destinations: 1, ports: 1, series: 1 };
  const key = { by: "policy", text: "", query: `group:${drop.group}` } as const;
  const ends = { source, destination, protocol, port, l7 };
  const row = { ...ends, id: drop.series, drops: 1, attempts: 1, lastSeen: drop.time };
  const pods = { sourcePod, destinationPod, sourceIp, destinationIp };
  const subject = {
    of: "series",
    group: { ...drop, ...one, key },
    series: [row],
    ...pods,
  } as const;
  return startOfSubject(subject, ends, `series:${drop.series}`);
}

function startOfSubject(subject: Subject, ends: Pairing, basis: string): MarkStart {
  const conditions = conditionsOf(subject);
  return {
    title: `${nameOf(ends.source)} → ${withPort(ends.destination, ends.protocol, ends.port)}`,
    blockedBy: blockedBy(subject.group).text,
    conditions,
    query: formatQuery(narrowestQuery(conditions)),
    basis,
    row: null,
    replaces: null,
    problem: null,
  };
}

function nameOf(party: PartyView): string {
  return fullName(party);
}

function startOfQuery(query: string, basis: string): MarkStart {
  return {
    title: "",
    blockedBy: "",
    conditions: conditionsOfQuery(readOrNothing(query)),
    query,
    basis,
    row: null,
    replaces: null,
    problem: null,
  };
}

/** The row's own id still says exactly what is meant. */
function startWithoutDetails(
  { group, view }: Extract<MarkSource, { from: "group" }>,
  problem: string,
): MarkStart {
  return {
    ...startOfQuery(group.key.query, basisOf(group, view)),
    title: `${nameOf(group.top.source)} → ${nameOf(group.top.destination)}`,
    blockedBy: blockedBy(group).text,
    problem,
  };
}

function readOrNothing(text: string): Query {
  const parsed = parseQuery(text);
  return parsed.ok ? parsed.query : { terms: [] };
}

/** The search that details of a row are asked with, for `MarkSource.view`. */
export function viewOf(q: string, fromMs: number, toMs: number, by: GroupBy): string {
  const times = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
  return `q=${encodeReadably(q)}&${times}${by === "policy" ? "" : `&by=${by}`}`;
}
