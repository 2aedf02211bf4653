/**
 * Conjunctions of filters. Hubble has one list of values a field, of which any may hold, so two
 * conditions on the same field must become one list that means both.
 */
import { readBlock } from "@/lib/query/address";
import { celAnd } from "./cel";
import type { Filter, FilterField, FilterValue } from "./flow-filter";
import { fieldsOf, filterKey, valueKey } from "./flow-filter";

/** `never`: no flow can match both. `unsayable`: some can, and no filter says so. */
export type Merged = Filter | "never" | "unsayable";

/** The filter that matches what both match. */
export function mergeFilters(one: Filter, other: Filter): Merged {
  const merged: { [F in FilterField]?: readonly FilterValue[] } = { ...one };
  for (const field of fieldsOf(other)) {
    const mine = one[field];
    const theirs = other[field] ?? [];
    const values = mine === undefined ? theirs : mergeValues(field, mine, theirs);
    if (typeof values === "string") return values;
    merged[field] = values;
  }
  return merged;
}

/** Alternatives of several lists, one of each; those that no flow can match are left out. */
export function distribute(lists: readonly (readonly Filter[])[]): Filter[] | "unsayable" {
  let made: Filter[] = [{}];
  for (const list of lists) {
    const next = new Map<string, Filter>();
    for (const one of made) {
      for (const other of list) {
        const merged = mergeFilters(one, other);
        if (merged === "unsayable") return merged;
        if (merged !== "never") next.set(filterKey(merged), merged);
      }
    }
    made = [...next.values()];
  }
  return made;
}

/** As `distribute`, for lists that never meet in a field that cannot be merged. */
export function mergeAll(lists: readonly (readonly Filter[])[]): Filter[] {
  const made = distribute(lists);
  return made === "unsayable" ? [] : made;
}

/** Alternatives without those that match nothing which another does not match as well. */
export function withoutNarrower(filters: readonly Filter[]): Filter[] {
  return filters.filter(
    (one, at) =>
      !filters.some(
        (other, place) =>
          place !== at && isWithin(one, other) && !(place > at && isWithin(other, one)),
      ),
  );
}

/** Whether what `one` matches, `other` matches too, as far as their lists of values tell. */
function isWithin(one: Filter, other: Filter): boolean {
  return fieldsOf(other).every((field) => {
    const allowed = new Set((other[field] ?? []).map(valueKey));
    const values = one[field];
    return values?.every((value) => allowed.has(valueKey(value))) ?? false;
  });
}

type MergedValues = readonly FilterValue[] | "never" | "unsayable";

function mergeValues(
  field: FilterField,
  mine: readonly FilterValue[],
  theirs: readonly FilterValue[],
): MergedValues {
  switch (field) {
    case "verdict":
    case "traffic_direction":
    case "drop_reason_desc":
    case "destination_port":
    case "source_identity":
    case "destination_identity":
    case "http_method":
      return common(mine, theirs);
    case "protocol":
      return common(mine.flatMap(protocols), theirs.flatMap(protocols));
    case "source_pod":
    case "destination_pod":
      return pairs(mine, theirs, commonPods);
    case "source_ip":
    case "destination_ip":
      return pairs(mine, theirs, commonBlock);
    case "node_name":
      return pairs(mine, theirs, commonNodes);
    case "source_label":
    case "destination_label":
      return pairs(mine, theirs, (a, b) => (a === b ? a : `${a},${b}`));
    case "source_workload":
    case "destination_workload":
      return mine.some(isOpen) || theirs.some(isOpen) ? "unsayable" : common(mine, theirs);
    case "cel_expression":
      return sameList(mine, theirs) ? mine : [celAnd(mine.map(String), theirs.map(String))];
    case "event_type":
      return common(mine, theirs);
    default:
      return sameList(mine, theirs) ? mine : "unsayable";
  }
}

function sameList(mine: readonly FilterValue[], theirs: readonly FilterValue[]): boolean {
  return JSON.stringify(mine.map(valueKey).sort()) === JSON.stringify(theirs.map(valueKey).sort());
}

function common(mine: readonly FilterValue[], theirs: readonly FilterValue[]): MergedValues {
  const wanted = new Set(theirs.map(valueKey));
  const both = mine.filter((value) => wanted.has(valueKey(value)));
  return both.length === 0 ? "never" : both;
}

function protocols(value: FilterValue): FilterValue[] {
  return value === "icmp" ? ["icmpv4", "icmpv6"] : [value];
}

/** A workload of any name. */
function isOpen(value: FilterValue): boolean {
  return typeof value === "object" && (value.name ?? "") === "";
}

/** Lists grow by multiplication; a longer one helps nobody. */
const MOST_PAIRS = 256;

/** Every pair that has something in common. `null` is nothing, `undefined` cannot be said. */
function pairs(
  mine: readonly FilterValue[],
  theirs: readonly FilterValue[],
  both: (one: string, other: string) => string | null | undefined,
): MergedValues {
  if (mine.length * theirs.length > MOST_PAIRS) return "unsayable";
  const made = new Set<string>();
  for (const one of mine) {
    for (const other of theirs) {
      const text = both(String(one), String(other));
      if (text === undefined) return "unsayable";
      if (text !== null) made.add(text);
    }
  }
  return made.size === 0 ? "never" : [...made];
}

/** `ns/prefix` and `/prefix`; `/` is any end with a namespace or a pod. */
function commonPods(one: string, other: string): string | null {
  if (one === "/") return other;
  if (other === "/") return one;
  const [space, prefix] = splitSlash(one);
  const [otherSpace, otherPrefix] = splitSlash(other);
  if (space !== "" && otherSpace !== "" && space !== otherSpace) return null;
  const longer = prefix.length >= otherPrefix.length ? prefix : otherPrefix;
  if (!longer.startsWith(prefix) || !longer.startsWith(otherPrefix)) return null;
  return `${space || otherSpace}/${longer}`;
}

/** The smaller of two blocks where one lies in the other. */
function commonBlock(one: string, other: string): string | null {
  const mine = readBlock(one);
  const theirs = readBlock(other);
  if (mine === null || theirs === null || one.includes(":") !== other.includes(":")) return null;
  const [small, large] = mine.prefix >= theirs.prefix ? [mine, theirs] : [theirs, mine];
  const inside = large.bytes.every((byte, at) => {
    const shift = 8 - Math.min(8, Math.max(0, large.prefix - at * 8));
    return byte >> shift === (small.bytes[at] ?? 0) >> shift;
  });
  return inside ? (small === mine ? one : other) : null;
}

/** Each half is a pattern; two patterns are only compared when one is open or both are names. */
function commonNodes(one: string, other: string): string | null | undefined {
  const [cluster, node] = splitSlash(one);
  const [otherCluster, otherNode] = splitSlash(other);
  const clusters = commonPattern(cluster, otherCluster, "*");
  const nodes = commonPattern(node, otherNode, "");
  if (clusters === null || nodes === null) return null;
  return clusters === undefined || nodes === undefined ? undefined : `${clusters}/${nodes}`;
}

function commonPattern(one: string, other: string, open: string): string | null | undefined {
  if (one === other || other === open) return one;
  if (one === open) return other;
  return one.includes("*") || other.includes("*") ? undefined : null;
}

function splitSlash(text: string): [string, string] {
  const slash = text.indexOf("/");
  return [text.slice(0, slash), text.slice(slash + 1)];
}
