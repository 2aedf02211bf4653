/**
 * The parameters that views share: `q`, `by`, `from` and `to` or `range`. Everything is capped; what
 * cannot be read is an error that says what was expected.
 */
import { DROP_COLUMNS, type DropColumn, EXPORT_FORMATS } from "@/lib/drops/drop-columns";
import {
  FACET_FIELDS,
  type FacetField,
  GROUP_BYS,
  type GroupBy,
  VALUE_FIELDS,
} from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";

export type ViewParams = {
  q: string;
  query: Query;
  fromMs: number;
  toMs: number;
  by: GroupBy;
};

export const RANGES: Readonly<Record<string, number>> = {
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1h": 3_600_000,
  "3h": 10_800_000,
  "6h": 21_600_000,
  "12h": 43_200_000,
  "24h": 86_400_000,
  "2d": 172_800_000,
  "7d": 604_800_000,
  "14d": 1_209_600_000,
  "30d": 2_592_000_000,
};
const DEFAULT_RANGE = "1h";
/** Earliest time that is taken for a time at all. */
const MIN_RANGE_MS = 1_000;
const MAX_RANGE_MS = 400 * 86_400_000;

/** @throws AppError `bad-request` naming the parameter, what was given and what is allowed. */
export function readViewParams(url: URL, nowMs: number): ViewParams {
  const view = { ...readQuery(url), by: readGroupBy(url) };
  const from = url.searchParams.get("from");
  const to = url.searchParams.get("to");
  if (from === null && to === null) {
    return { ...view, fromMs: nowMs - readRange(url), toMs: nowMs };
  }
  const toMs = to === null ? nowMs : readTime("to", to, nowMs);
  const fromMs = from === null ? Math.max(0, toMs - readRange(url)) : readTime("from", from, nowMs);
  if (toMs - fromMs < MIN_RANGE_MS) throw bad("from", from ?? "", "at least a second before to");
  if (toMs - fromMs > MAX_RANGE_MS) throw bad("from", from ?? "", "at most 400 days before to");
  return { ...view, fromMs, toMs };
}

/** The query, also in its one canonical spelling, so that equal queries share a view. */
export function readQuery(url: URL): { q: string; query: Query } {
  const text = url.searchParams.get("q") ?? "";
  const parsed = parseQuery(text);
  if (!parsed.ok) {
    const { message, at } = parsed.error;
    throw new AppError("bad-request", `q, character ${at + 1}: ${message}`);
  }
  return { q: formatQuery(parsed.query), query: parsed.query };
}

export function readRange(url: URL): number {
  const name = url.searchParams.get("range") ?? DEFAULT_RANGE;
  const rangeMs = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
  if (rangeMs === undefined) throw bad("range", name, `one of ${Object.keys(RANGES).join(", ")}`);
  return rangeMs;
}

export function readGroupBy(url: URL): GroupBy {
  const text = url.searchParams.get("by") ?? "policy";
  const by = GROUP_BYS.find((name) => name === text);
  if (by === undefined) throw bad("by", text, `one of ${GROUP_BYS.join(", ")}`);
  return by;
}

const FACET_LIMIT = 10;
const MAX_FACET_LIMIT = 200;
const MAX_PREFIX = 200;

/** `fields`, `prefix` and `limit`: by default the whole facet list. */
export function readFacetsWanted(url: URL) {
  const given = url.searchParams.get("fields");
  const fields = given === null ? [...FACET_FIELDS] : [...new Set(given.split(","))].map(readField);
  const prefix = url.searchParams.get("prefix") ?? "";
  if (prefix.length > MAX_PREFIX) {
    throw bad("prefix", prefix, `at most ${MAX_PREFIX} characters long`);
  }
  if (prefix !== "" && fields.length !== 1) {
    throw bad("prefix", prefix, "given with a single field in fields");
  }
  return { fields, prefix, limit: readLimit(url, FACET_LIMIT, MAX_FACET_LIMIT) };
}

function readField(text: string): FacetField {
  const field = VALUE_FIELDS.find((name) => name === text);
  if (field === undefined) throw bad("fields", text, `some of ${VALUE_FIELDS.join(", ")}`);
  return field;
}

export function readLimit(url: URL, fallback: number, max: number): number {
  const text = url.searchParams.get("limit");
  if (text === null) return fallback;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > max) {
    throw bad("limit", text, `a whole number from 1 to ${max}`);
  }
  return limit;
}

/** `format` and `columns`: by default CSV with every column. */
export function readExportWanted(url: URL) {
  const given = url.searchParams.get("format") ?? "csv";
  const format = EXPORT_FORMATS.find((name) => name === given);
  if (format === undefined) throw bad("format", given, `one of ${EXPORT_FORMATS.join(", ")}`);
  const columns = url.searchParams.get("columns");
  if (columns === null) return { format, columns: DROP_COLUMNS };
  return { format, columns: [...new Set(columns.split(","))].map(readColumn) };
}

function readColumn(text: string): DropColumn {
  const column = DROP_COLUMNS.find((name) => name === text);
  if (column === undefined) throw bad("columns", text, `some of ${DROP_COLUMNS.join(", ")}`);
  return column;
}

/** A list that grows at its upper end has none unless it is given: a node's clock may be ahead. */
const FUTURE_MS = 86_400_000;

/** As `readViewParams`, but without `to` it goes on past now. */
export function readListParams(url: URL, nowMs: number): ViewParams {
  const params = readViewParams(url, nowMs);
  return url.searchParams.has("to") ? params : { ...params, toMs: params.toMs + FUTURE_MS };
}

/** `arrived`: only what was stored at or after this time, whatever its own time; else null. */
export function readArrived(url: URL, nowMs: number): number | null {
  const text = url.searchParams.get("arrived");
  return text === null ? null : readTime("arrived", text, nowMs);
}

/** Not before 1970: buckets of time are counted from there. */
function readTime(name: string, text: string, nowMs: number): number {
  const timeMs = timeOf(text, nowMs);
  if (!Number.isFinite(timeMs) || timeMs < 0 || timeMs > 8.64e15) {
    throw bad(name, text, "a time such as 2026-11-21T14:05:00Z, milliseconds, or now-15m");
  }
  return timeMs;
}

/** RFC 3339, milliseconds since the epoch, `now`, or `now-15m`. */
function timeOf(text: string, nowMs: number): number {
  const relative = /^now(?:-(\d{1,6})([smhd]))?$/.exec(text);
  if (relative !== null) {
    const unitMs =
      { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[relative[2] ?? "s"] ?? 1_000;
    return nowMs - Number(relative[1] ?? 0) * unitMs;
  }
  if (/^\d{1,16}$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
}

function bad(name: string, given: string, allowed: string): AppError {
  const shown = given.length > 80 ? `${given.slice(0, 80)}…` : given;
  return new AppError("bad-request", `${name} is ${JSON.stringify(shown)}: it must be ${allowed}.`);
}
