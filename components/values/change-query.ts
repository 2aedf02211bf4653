"use client";
/**
 * A click on a value as a change of the query in the address. Every other parameter of the screen
 * stays as it is written, so that any screen whose query is `q` can use it.
 */
import { encodeReadably } from "@/components/query/url-state";
import { announce } from "@/components/values/announce";
import { excludeValue, includeValue, removeValue, setField, stateOfValue } from "@/lib/query/edit";
import { formatQuery } from "@/lib/query/format";
import { parseQuery } from "@/lib/query/parse";
import type { FieldName, Query } from "@/lib/query/query";
import { MAX_QUERY_LENGTH } from "@/lib/query/query";

export type ValueAction = "include" | "exclude" | "only" | "remove";

type Edit = (query: Query, field: FieldName, values: readonly string[]) => Query;

const EDIT: Record<ValueAction, Edit> = {
  include: eachBy(includeValue),
  exclude: eachBy(excludeValue),
  only: onlyValues,
  remove: eachBy(removeValue),
};

function eachBy(edit: (query: Query, field: FieldName, value: string) => Query): Edit {
  return (query, field, values) =>
    values.reduce((changed, value) => edit(changed, field, value), query);
}

const SAYS: Record<ValueAction, string> = {
  include: "Included",
  exclude: "Excluded",
  only: "Only",
  remove: "No longer in the query:",
};

/** These values and no others of the field; what else the query says stays. */
export function onlyValues(query: Query, field: FieldName, values: readonly string[]): Query {
  const cleared = values.reduce((left, value) => removeValue(left, field, value), query);
  return setField(cleared, field, values);
}

/** Whether the query includes all of them, excludes all of them, or neither. */
export function stateOfValues(
  query: Query,
  field: FieldName,
  values: readonly string[],
): "included" | "excluded" | "free" {
  const [first, ...others] = values.map((value) => stateOfValue(query, field, value));
  return first !== undefined && others.every((state) => state === first) ? first : "free";
}

/** The query in an address's search part; null when it cannot be understood. */
export function queryIn(search: string): Query | null {
  const parsed = parseQuery(new URLSearchParams(search).get("q") ?? "");
  return parsed.ok ? parsed.query : null;
}

/** The search with another query: other parameters as they stand, `?` only where something follows. */
export function withQuery(search: string, query: Query): string {
  const others = search
    .replace(/^\?/, "")
    .split("&")
    .filter((pair) => pair !== "" && !/^q(=|$)/.test(pair));
  const q = formatQuery(query);
  const pairs = q === "" ? others : [`q=${encodeReadably(q)}`, ...others];
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Makes the change, as a step that "back" undoes, and says it to those who listen. */
export function actOnValue(action: ValueAction, field: FieldName, values: readonly string[]): void {
  const query = queryIn(window.location.search);
  if (query === null) {
    announce("The query cannot be understood, so nothing was changed. Mend it first.");
    return;
  }
  const changed = EDIT[action](query, field, values);
  if (formatQuery(changed).length > MAX_QUERY_LENGTH) {
    announce("The query would be too long; nothing was changed.");
    return;
  }
  const search = withQuery(window.location.search, changed);
  if (search !== window.location.search) {
    window.history.pushState(null, "", search === "" ? window.location.pathname : search);
  }
  announce(`${SAYS[action]} ${field} ${values.join(", ") || "none"}.`);
}
