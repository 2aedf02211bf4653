/**
 * What a link to Triage carries, and how it reads in the address bar. Parsing is lenient: what is
 * not understood falls back to its default and is named in `problems`, so nothing is ignored in
 * silence.
 */
import { DEFAULT_RANGE, RANGES, type Range } from "@/components/query/ranges";
import { GROUP_BYS, type GroupBy } from "@/lib/drops/view";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

export const SORTS = ["attempts", "last", "first"] as const;
export type Sort = (typeof SORTS)[number];

/** What every screen over drops carries: which drops of which time, and whether it stands still. */
export type AskedState = {
  /** Id of the capture that is looked at; null for live data. */
  capture: string | null;
  /** The query, in the language of `lib/query`; empty for everything. */
  q: string;
  range: Range;
  /** A past range instead of a live one: both or none. Milliseconds. */
  span: { fromMs: number; toMs: number } | null;
  paused: boolean;
};

export type UrlState = AskedState & {
  /** What a row stands for. */
  by: GroupBy;
  /** Id of the group whose details are open: a group of this grouping. */
  open: string | null;
  /** uuid of the drop shown in them. */
  drop: string | null;
  sort: Sort;
};

const MAX_ID = 128;
/** Names that `parseAsked` reads. */
export const ASKED_NAMES = ["capture", "q", "range", "from", "to", "paused"] as const;
const KNOWN = new Set<string>([...ASKED_NAMES, "by", "open", "drop", "sort"]);

export function parseUrl(params: URLSearchParams): { state: UrlState; problems: string[] } {
  const problems: string[] = [];
  noteUnknown(params, KNOWN, problems);
  return {
    state: {
      ...parseAsked(params, problems),
      open: idOf(params.get("open")),
      drop: idOf(params.get("drop")),
      by: oneOf(params, "by", GROUP_BYS, "policy", problems),
      sort: oneOf(params, "sort", SORTS, "attempts", problems),
    },
    problems,
  };
}

/** Names what a screen has no meaning for. */
export function noteUnknown(
  params: URLSearchParams,
  known: ReadonlySet<string>,
  problems: string[],
): void {
  for (const name of new Set(params.keys())) {
    if (!known.has(name)) problems.push(`"${name.slice(0, 40)}" is not a parameter of this screen`);
  }
}

/** The part of an address that every screen over drops has: `ASKED_NAMES`. */
export function parseAsked(params: URLSearchParams, problems: string[]): AskedState {
  const q = (params.get("q") ?? "").trim();
  if (q.length > MAX_QUERY_LENGTH)
    problems.push(`the query was cut at ${MAX_QUERY_LENGTH} characters`);
  return {
    capture: idOf(params.get("capture")),
    q: q.slice(0, MAX_QUERY_LENGTH),
    range: oneOf(params, "range", RANGES, DEFAULT_RANGE, problems),
    span: parseSpan(params, problems),
    paused: params.get("paused") === "1",
  };
}

/** A parameter out of a closed set; anything else is a problem, and the default. */
export function oneOf<T extends string>(
  params: URLSearchParams,
  name: string,
  allowed: readonly T[],
  otherwise: T,
  problems: string[],
): T {
  const given = params.get(name);
  const found = allowed.find((candidate) => candidate === given);
  if (given !== null && found === undefined) problems.push(`${name} must be ${allowed.join(", ")}`);
  return found ?? otherwise;
}

function parseSpan(params: URLSearchParams, problems: string[]): AskedState["span"] {
  const from = params.get("from");
  const to = params.get("to");
  if (from === null && to === null) return null;
  const fromMs = Date.parse(from ?? "");
  const toMs = Date.parse(to ?? "");
  if (fromMs < toMs) return { fromMs, toMs };
  problems.push("from and to must be two times, the earlier first, such as 2026-11-21T14:00:00Z");
  return null;
}

/** An id as an address may name it, or null. */
export function idOf(text: string | null): string | null {
  return text === null || text === "" || text.length > MAX_ID ? null : text;
}

/** The search part without its `?`; defaults are left out, and it stays readable to a person. */
export function formatUrl(state: UrlState): string {
  const pairs = askedPairs(state);
  if (state.by !== "policy") pairs.push(["by", state.by]);
  if (state.sort !== "attempts") pairs.push(["sort", state.sort]);
  if (state.open !== null) pairs.push(["open", state.open]);
  if (state.open !== null && state.drop !== null) pairs.push(["drop", state.drop]);
  if (state.paused && state.span === null) pairs.push(["paused", "1"]);
  return formatPairs(pairs);
}

/** Query and range as parameters; `paused` is not among them, so that each screen puts it last. */
export function askedPairs(state: AskedState): [string, string][] {
  const pairs: [string, string][] = [];
  if (state.capture !== null) pairs.push(["capture", state.capture]);
  if (state.q !== "") pairs.push(["q", state.q]);
  if (state.span !== null) {
    pairs.push(["from", formatTime(state.span.fromMs)], ["to", formatTime(state.span.toMs)]);
  } else if (state.range !== DEFAULT_RANGE) pairs.push(["range", state.range]);
  return pairs;
}

export function formatPairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name}=${encodeReadably(value)}`).join("&");
}

/** RFC 3339 without the milliseconds when there are none. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}

/** Percent-encodes only what a query string cannot carry, so `verdict:AUDIT ns:shop` stays legible. */
export function encodeReadably(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"))
    .replaceAll("%20", "+")
    .replaceAll("%3A", ":")
    .replaceAll("%2F", "/")
    .replaceAll("%2C", ",");
}
