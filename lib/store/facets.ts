/**
 * The values of fields in a range, counted: what the facet list and autocomplete offer. A facet is
 * counted under the query without the field's own terms, so that its alternatives show.
 *
 * What a series fixes needs one scan for all such facets together: drops are counted by series
 * under the terms that only a drop can answer, and the other terms, which differ from facet to
 * facet, are asked of the series in memory, where `compileQuery` answers as the SQL would.
 */
import type { Series } from "@/lib/drops/drop";
import type { Remembered } from "@/lib/drops/remembered";
import type { Facet, FacetField } from "@/lib/drops/view";
import { formatQuery } from "@/lib/query/format";
import { compileQuery, type Matcher } from "@/lib/query/match";
import type { Query, Term } from "@/lib/query/query";
import type { TestedDrop } from "@/lib/query/series-test";
import type { Condition } from "./condition";
import { readDropFacets } from "./drop-facets";
import type { Engine } from "./engine";
import {
  type Counted,
  type FacetsWanted,
  facetOf,
  holdsPrefix,
  namedValues,
  splitOwn,
  termWith,
} from "./facet-list";
import {
  isDropFacet,
  isNameFacet,
  needsDrop,
  type SeriesFacet,
  seriesValues,
} from "./facet-values";
import { countRemembered, withRemembered } from "./remembered-counts";
import type { SeriesTable } from "./series-table";
import { countBySeries } from "./snapshot";
import type { Range } from "./time";
import { whereOf } from "./where";

/** `expected` holds for what is hidden, where the query asks for it. */
export type FacetsOptions = Range & FacetsWanted & { query: Query; expected?: Condition };

/** Drops of a series that had the same names remembered. */
type SeriesCount = {
  series: Series;
  drops: number;
  attempts: number;
  remembered: Remembered | null;
};

/** The facets in the order of `fields`. */
export async function readFacets(
  engine: Engine,
  seriesTable: SeriesTable,
  options: FacetsOptions,
): Promise<Facet[]> {
  const onSeries = options.fields.filter((field) => !isDropFacet(field)) as SeriesFacet[];
  const onDrops = options.fields.filter(isDropFacet);
  const facets = [
    ...(await readSeriesFacets(engine, seriesTable, onSeries, options)),
    ...(await readDropFacets(engine, onDrops, options)),
  ];
  const byField = new Map(facets.map((facet): [FacetField, Facet] => [facet.field, facet]));
  return options.fields.flatMap((field) => byField.get(field) ?? []);
}

async function readSeriesFacets(
  engine: Engine,
  seriesTable: SeriesTable,
  fields: readonly SeriesFacet[],
  options: FacetsOptions,
): Promise<Facet[]> {
  if (fields.length === 0) return [];
  const { query, expected, fromMs, toMs } = options;
  const where = whereOf(
    { terms: query.terms.filter(needsDrop) },
    { ...(expected && { expected }) },
  );
  const bySeries = await countBySeries(engine, seriesTable, { fromMs, toMs, where });
  const asksNames = fields.some(isNameFacet) || query.terms.some(({ field }) => field === "fqdn");
  const named = asksNames ? await countRemembered(engine, { fromMs, toMs, where }) : [];
  const counts = withRemembered(bySeries, named);
  const passing = memoised((terms: readonly Term[]) => {
    const matcher = compileQuery({ terms });
    return counts.filter((count) => passes(matcher, count));
  });
  return fields.map((field) => {
    const { others, own } = splitOwn(query, field);
    const left = passing(others.terms.filter((term) => !needsDrop(term)));
    return seriesFacet(field, own, left, options);
  });
}

/** Of what a drop is asked beside its series, only the remembered names are left to these terms. */
function passes(matcher: Matcher, { series, remembered }: SeriesCount): boolean {
  const rest = matcher.rest(series);
  return typeof rest === "boolean" ? rest : rest({ ...NOTHING_ELSE, series, remembered });
}

const NOTHING_ELSE: Omit<TestedDrop, "series" | "remembered"> = {
  ...{ uuid: "", timeMs: 0, timeNanos: 0, count: 1, attempt: 0, origin: "", node: "" },
  ...{ sourcePod: "", destinationPod: "", sourceIp: "", destinationIp: "", sourcePort: 0 },
  ...{ sourceIdentity: 0, destinationIdentity: 0, tcpFlags: 0 },
};

/** Facets without terms of their own share one list. */
function memoised(list: (terms: readonly Term[]) => SeriesCount[]) {
  const lists = new Map<string, SeriesCount[]>();
  return (terms: readonly Term[]): SeriesCount[] => {
    const key = formatQuery({ terms });
    const known = lists.get(key) ?? list(terms);
    lists.set(key, known);
    return known;
  };
}

function seriesFacet(
  field: SeriesFacet,
  own: readonly Term[],
  counts: readonly SeriesCount[],
  { query, prefix, limit }: FacetsOptions,
): Facet {
  const byValue = new Map<string, Counted>();
  for (const { series, drops, attempts, remembered } of counts) {
    for (const value of seriesValues(field, series, remembered)) {
      const counted = byValue.get(value);
      if (counted === undefined) byValue.set(value, { value, drops, attempts });
      else {
        counted.drops += drops;
        counted.attempts += attempts;
      }
    }
  }
  const named = new Set<string>();
  const [term] = own;
  for (const value of namedValues(own)) {
    named.add(value.text);
    if (term === undefined || byValue.has(value.text)) continue;
    byValue.set(value.text, countWhere(value.text, counts, termWith(term, value)));
  }
  const found = [...byValue.values()].filter(({ value }) => holdsPrefix(value, prefix));
  return facetOf(field, query, found, { total: found.length, limit, named });
}

/** A value named in another way than the list does, such as a policy without its namespace. */
function countWhere(value: string, counts: readonly SeriesCount[], term: Term): Counted {
  const matcher = compileQuery({ terms: [term] });
  const sum: Counted = { value, drops: 0, attempts: 0 };
  for (const count of counts) {
    if (!passes(matcher, count)) continue;
    sum.drops += count.drops;
    sum.attempts += count.attempts;
  }
  return sum;
}
