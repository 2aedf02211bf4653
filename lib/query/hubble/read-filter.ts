/** FlowFilters as JSON or YAML give them, read strictly, and what lists of them mean. */

import type { Filter, FilterField, Filters, FilterValue } from "./flow-filter";
import { fieldsOf, LIST_FIELDS } from "./flow-filter";
import { all, any, type Formula, not } from "./formula";
import { type Note, note } from "./note";
import { readField, readRequest } from "./read-fields";
import { isTwinFilter } from "./review";
import { MOST_FILTERS } from "./to-hubble";

const BY_KEY = new Map<string, FilterField>(
  LIST_FIELDS.flatMap((field): [string, FilterField][] => [
    [field, field],
    [camelCase(field), field],
  ]),
);

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** A value that is no FlowFilter. */
export class FilterShapeError extends Error {
  override name = "FilterShapeError";
  /** A text to look for, to point at. */
  readonly near: string;
  readonly expected: string;

  constructor(message: string, near: string, expected: string) {
    super(message);
    this.near = near;
    this.expected = expected;
  }
}

/** Whether an object can only be meant as a FlowFilter. */
export function looksLikeFilter(json: object): boolean {
  const keys = Object.keys(json);
  return keys.length > 0 && keys.some((key) => BY_KEY.has(key) || key === "experimental");
}

/**
 * Reads one filter. A field that Hubble does not have is left out with a note, because Hubble
 * refuses it. Throws `FilterShapeError` for what is no filter.
 */
export function filterOf(json: unknown, notes: Note[]): Filter {
  if (!isObject(json)) throw new FilterShapeError("This is no filter.", "", "an object of fields");
  const filter: { [F in FilterField]?: readonly FilterValue[] } = {};
  for (const [key, given] of Object.entries(json)) {
    if (given === null || given === undefined) continue;
    if (key === "experimental") {
      const expressions = expressionsOf(given);
      if (expressions !== null) filter.cel_expression = expressions;
      continue;
    }
    const field = BY_KEY.get(key);
    if (field === undefined) {
      notes.push(note("lost", key, "Hubble's filters have no such field and refuse it. Left out."));
      continue;
    }
    const values = listOf(given, key).map((value) => plainValue(value, key));
    if (values.length > 0) filter[field] = values;
  }
  return filter;
}

function expressionsOf(given: unknown): readonly FilterValue[] | null {
  if (!isObject(given)) {
    throw new FilterShapeError("experimental is an object.", "experimental", "cel_expression");
  }
  const list = given.cel_expression ?? given.celExpression;
  if (list === undefined || list === null) return null;
  const values = listOf(list, "cel_expression").map(String);
  return values.length === 0 ? null : values;
}

function listOf(given: unknown, key: string): readonly unknown[] {
  if (!Array.isArray(given)) throw new FilterShapeError(`${key} is a list.`, key, "[ … ]");
  return given;
}

/** Objects are told from each other by their keys, in either spelling. */
function plainValue(given: unknown, key: string): FilterValue {
  if (typeof given === "string" || typeof given === "number" || typeof given === "boolean") {
    return given;
  }
  if (!isObject(given)) throw new FilterShapeError(`A value of ${key} is missing.`, key, "a value");
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]): [string, string | number | boolean][] => {
      const known =
        name === "matchSubType" ? "match_sub_type" : name === "subType" ? "sub_type" : name;
      const isPlain =
        typeof value === "string" || typeof value === "number" || typeof value === "boolean";
      return isPlain ? [[known, value]] : [];
    }),
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the filters let pass, of what Droplens holds. */
export function meaningOf({ allow, deny }: Filters, notes: Note[]): Formula {
  if (allow.length + deny.length > 4 * MOST_FILTERS) {
    throw new FilterShapeError("These are too many filters.", "", `at most ${4 * MOST_FILTERS}`);
  }
  const included = allow.map((filter) => filterFormula(filter, notes));
  const excluded = deny.filter((filter) => !isTwin(filter, notes));
  return all(
    ...(included.length === 0 ? [] : [any(...included)]),
    ...excluded.map((filter) => not(filterFormula(filter, notes))),
  );
}

function isTwin(filter: Filter, notes: Note[]): boolean {
  if (!isTwinFilter(filter)) return false;
  const text =
    "Droplens joins these drop events with their verdicts, so there is nothing to exclude.";
  notes.push(note("hint", "event_type", text));
  return true;
}

/** Both verdicts together are everything that Droplens holds. */
function filterFormula(filter: Filter, notes: Note[]): Formula {
  const fields = fieldsOf(filter).filter(
    (field) => !(field === "verdict" && isAll(filter.verdict)),
  );
  const { http_method: methods, http_path: paths } = filter;
  if (methods === undefined || paths === undefined) {
    return all(...fields.map((field) => readField(field, filter[field] ?? [], notes)));
  }
  const others = fields.filter((field) => field !== "http_method" && field !== "http_path");
  return all(
    ...others.map((field) => readField(field, filter[field] ?? [], notes)),
    readRequest(methods, paths, notes),
  );
}

function isAll(verdicts: readonly FilterValue[] = []): boolean {
  const given = new Set(verdicts.map(String));
  return (given.has("DROPPED") || given.has("2")) && (given.has("AUDIT") || given.has("4"));
}
