/**
 * Filters inside JSON or YAML: filters alone, what `--print-raw-filters` prints, an entry of the
 * exporter's `flowlogs.yaml`, its ConfigMap, Helm values, the static exporter's settings.
 */
import { parseAllDocuments } from "yaml";
import type { QueryError } from "@/lib/query/query-error";
import type { Filter, Filters } from "./flow-filter";
import { type Note, note } from "./note";
import { FilterShapeError, filterOf, isObject, looksLikeFilter } from "./read-filter";
import { jsonValues } from "./read-json";

export type DocumentResult =
  | { ok: true; filters: Filters; notes: Note[]; values: readonly unknown[] }
  | { ok: false; error: QueryError };

const EXPECTED = [
  "a hubble observe command",
  "FlowFilter JSON",
  "allowlist: and denylist:",
  "flowLogs:",
  "a ConfigMap with flowlogs.yaml",
  "Helm values with hubble.export",
];

export function readDocument(text: string): DocumentResult {
  const parsed = parseText(text);
  if (!parsed.ok) return parsed;
  const notes: Note[] = [];
  try {
    const filters = findFilters(parsed.values, notes);
    if (filters !== null) return { ok: true, filters, notes, values: withInner(parsed.values) };
    return fail(text, "This is neither a hubble observe command nor filters of Hubble.", "");
  } catch (error) {
    if (error instanceof FilterShapeError)
      return fail(text, error.message, error.near, error.expected);
    if (error instanceof SyntaxError)
      return fail(text, `A filter is no JSON: ${error.message}`, "");
    throw error;
  }
}

function fail(text: string, message: string, near: string, expected?: string): DocumentResult {
  const found = near === "" ? -1 : text.indexOf(near);
  const at = Math.max(0, found);
  const length = found < 0 ? Math.min(text.length, 40) : near.length;
  return {
    ok: false,
    error: { message, at, length, expected: expected === undefined ? [...EXPECTED] : [expected] },
  };
}

type Parsed = { ok: true; values: unknown[] } | { ok: false; error: QueryError };

function parseText(text: string): Parsed {
  const deep = tooDeepAt(text);
  if (deep >= 0) {
    const message = "This is nested too deeply for filters of Hubble.";
    return { ok: false, error: { message, at: deep, length: 1, expected: [...EXPECTED] } };
  }
  if (/^\s*[{[]/.test(text)) {
    try {
      return { ok: true, values: [jsonValues(text)] };
    } catch {
      // Perhaps YAML's own lists and maps; if not, its reader says where it is wrong.
    }
  }
  const documents = parseAllDocuments(text, { logLevel: "silent", prettyErrors: false });
  const list = Array.isArray(documents) ? documents : [];
  const problem = list.flatMap((document) => document.errors)[0];
  if (problem !== undefined) {
    const [at, end] = problem.pos;
    const message = `This cannot be read as YAML or JSON: ${problem.message.split("\n", 1)[0] ?? ""}`;
    return {
      ok: false,
      error: { message, at, length: Math.max(0, end - at), expected: [...EXPECTED] },
    };
  }
  try {
    return {
      ok: true,
      values: list.map((document): unknown => document.toJS({ maxAliasCount: 50 })),
    };
  } catch {
    const message = "The aliases of this YAML are too many.";
    return { ok: false, error: { message, at: 0, length: text.length, expected: [...EXPECTED] } };
  }
}

/** Real configuration is not half as deep; a reader of YAML runs out of memory on tens of thousands. */
const DEEPEST = 64;
const WIDEST_INDENT = 200;

/** Where brackets, list marks or indentation go deeper than that; -1 where they do not. */
function tooDeepAt(text: string): number {
  let depth = 0;
  let marks = 0;
  let indent = 0;
  let isStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\n") {
      [marks, indent, isStart] = [0, 0, true];
    } else if (isStart && /[-?: \t]/.test(character)) {
      indent += 1;
      if (character !== " ") marks += 1;
    } else isStart = false;
    if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    if (depth > DEEPEST || marks > DEEPEST || indent > WIDEST_INDENT) {
      return at;
    }
  }
  return -1;
}

/** With what a ConfigMap holds as text in place of that text. */
function withInner(values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => {
    const data = isObject(value) ? value.data : undefined;
    const inner = isObject(data) ? data["flowlogs.yaml"] : undefined;
    if (!isObject(value) || typeof inner !== "string") return value;
    return { ...value, data: innerDocument(inner) };
  });
}

function findFilters(values: readonly unknown[], notes: Note[]): Filters | null {
  for (const value of values) {
    const filters = filtersIn(value, notes);
    if (filters !== null) return filters;
  }
  return null;
}

/** Filters of a value that is one of the known shapes, else null. */
function filtersIn(value: unknown, notes: Note[]): Filters | null {
  if (Array.isArray(value)) return filtersInList(value, notes);
  if (!isObject(value)) return null;
  const inner = innerValue(value);
  if (inner !== undefined) return inner === null ? null : filtersIn(inner, notes);
  const include = firstOf(value, ["includeFilters", "include_filters", ...ALLOW_KEYS]);
  const exclude = firstOf(value, ["excludeFilters", "exclude_filters", ...DENY_KEYS]);
  if (include !== undefined || exclude !== undefined) {
    return { allow: listOfFilters(include, notes), deny: listOfFilters(exclude, notes) };
  }
  return looksLikeFilter(value) ? { allow: [filterOf(value, notes)], deny: [] } : null;
}

const ALLOW_KEYS = ["allowlist", "allowList", "whitelist", "hubble-export-allowlist"];
const DENY_KEYS = ["denylist", "denyList", "blacklist", "hubble-export-denylist"];

function firstOf(value: Record<string, unknown>, keys: readonly string[]): unknown {
  return keys.map((key) => value[key]).find((one) => one !== undefined);
}

/** What lies inside the wrappings of a ConfigMap and of Helm values; undefined for neither. */
function innerValue(value: Record<string, unknown>): unknown {
  for (const key of ["hubble", "export", "config"]) {
    if (isObject(value[key])) return value[key];
  }
  if (Array.isArray(value.flowLogs)) return value.flowLogs;
  if (Array.isArray(value.content)) return value.content;
  const dynamic = value.dynamic;
  const isStaticFirst = isObject(value.static) && value.static.enabled !== false;
  if (
    isObject(dynamic) &&
    isObject(dynamic.config) &&
    !(isStaticFirst && dynamic.enabled !== true)
  ) {
    return dynamic;
  }
  if (isObject(value.static)) return value.static;
  const data = value.data;
  if (!isObject(data)) return undefined;
  const inner = data["flowlogs.yaml"];
  return typeof inner === "string" ? innerDocument(inner) : data;
}

function innerDocument(text: string): unknown {
  const parsed = parseText(text);
  if (parsed.ok) return parsed.values[0] ?? null;
  throw new FilterShapeError(`In flowlogs.yaml: ${parsed.error.message}`, "flowlogs.yaml", "YAML");
}

/** A list of filters, or of the exporter's entries, each of which is an export of its own. */
function filtersInList(list: readonly unknown[], notes: Note[]): Filters | null {
  const objects = list.filter(isObject);
  const entries = objects.filter(
    (one) => "includeFilters" in one || "excludeFilters" in one || "filePath" in one,
  );
  const [entry, ...others] = entries;
  if (entry !== undefined) {
    if (others.length > 0) {
      const names = others.map((one) => String(one.name ?? "unnamed")).join(", ");
      notes.push(
        note("lost", names, "Each entry is an export of its own; only the first is read."),
      );
    }
    return filtersIn(entry, notes) ?? { allow: [], deny: [] };
  }
  const [first] = objects;
  if (first === undefined || objects.length !== list.length) return null;
  if (!looksLikeFilter(first)) return objects.length === 1 ? filtersIn(first, notes) : null;
  return { allow: objects.map((one) => filterOf(one, notes)), deny: [] };
}

/** Filters as objects, as texts of JSON, or as one text of several. */
function listOfFilters(given: unknown, notes: Note[]): Filter[] {
  if (given === undefined || given === null || given === "") return [];
  const list = Array.isArray(given) ? given : [given];
  return list
    .flatMap((one) => (typeof one === "string" ? jsonValues(one) : [one]))
    .map((one) => filterOf(one, notes));
}
