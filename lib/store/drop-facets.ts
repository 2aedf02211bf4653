/** Facets of what differs from drop to drop: node, source, and the pods, addresses and identities. */
import type { Facet } from "@/lib/drops/view";
import { formatQuery } from "@/lib/query/format";
import { foldCase } from "@/lib/query/glob";
import type { Query, Term, Value } from "@/lib/query/query";
import type { BinaryReader } from "./binary-reader";
import type { Condition } from "./condition";
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
import type { DropFacet } from "./facet-values";
import { countSql } from "./slots";
import { IN_RANGE, type Range, rangeParams } from "./time";
import { whereOf } from "./where";

type Options = Range & FacetsWanted & { query: Query; expected?: Condition };

/** One value a row, or an array of them for either end. */
const COLUMNS: Record<DropFacet, string> = {
  node: "node",
  source: "source",
  ...sided("pod", (end) => `${end}_pod`),
  ...sided("ip", (end) => `${end}_ip`),
  ...sided("identity", (end) => `toString(${end}_identity)`),
};

type Sided<Name extends string> = Record<Name | `src.${Name}` | `dst.${Name}`, string>;

function sided<Name extends string>(name: Name, of: (end: "src" | "dst") => string): Sided<Name> {
  const [src, dst] = [of("src"), of("dst")];
  return {
    [name]: `arrayJoin(arrayDistinct([${src}, ${dst}]))`,
    [`src.${name}`]: src,
    [`dst.${name}`]: dst,
  } as Sided<Name>;
}

/** Of these there are so few that all their combinations are counted in one scan. */
const FEW = new Set<DropFacet>(["node", "source"]);

type Split = { field: DropFacet; others: Query; own: readonly Term[] };

export async function readDropFacets(
  engine: Engine,
  fields: readonly DropFacet[],
  options: Options,
): Promise<Facet[]> {
  const splits = fields.map((field): Split => ({ field, ...splitOwn(options.query, field) }));
  const facets: Facet[] = [];
  for (const together of sameQuery(splits.filter(({ field }) => FEW.has(field)))) {
    const values = await countFew(engine, together, options);
    for (const [at, split] of together.entries()) {
      const counted = (values[at] ?? []).filter(({ value }) => holdsPrefix(value, options.prefix));
      facets.push(await dropFacet(engine, split, counted, counted.length, options));
    }
  }
  for (const split of splits.filter(({ field }) => !FEW.has(field))) {
    const { counted, total } = await countMany(engine, split, options);
    facets.push(await dropFacet(engine, split, counted, total, options));
  }
  return facets;
}

function sameQuery(splits: readonly Split[]): Split[][] {
  const byQuery = new Map<string, Split[]>();
  for (const split of splits) {
    const key = formatQuery(split.others);
    byQuery.set(key, [...(byQuery.get(key) ?? []), split]);
  }
  return [...byQuery.values()];
}

async function countFew(
  engine: Engine,
  splits: readonly Split[],
  { expected, ...range }: Options,
): Promise<Counted[][]> {
  const [first] = splits;
  if (first === undefined) return [];
  const where = whereOf(first.others, { ...(expected && { expected }) });
  const keys = () => splits.map(({ field }) => COLUMNS[field]);
  const { sql, params } = countSql({ range, where, keys, stepMs: null, times: false });
  const rows = await engine.select("read", sql, params, (reader) => ({
    values: splits.map(() => reader.text()),
    drops: reader.u64(),
    attempts: reader.u64(),
  }));
  return splits.map((_, at) => {
    const sums = new Map<string, Counted>();
    for (const { values, drops, attempts } of rows) {
      const value = values[at] ?? "";
      const sum = sums.get(value) ?? { value, drops: 0, attempts: 0 };
      sums.set(value, sum);
      sum.drops += drops;
      sum.attempts += attempts;
    }
    return [...sums.values()];
  });
}

/** The values that can be listed: the first by count, and those that the query names. */
async function countMany(
  engine: Engine,
  { field, others, own }: Split,
  { prefix, limit, expected, ...range }: Options,
): Promise<{ counted: Counted[]; total: number }> {
  const where = whereOf(others, { ...(expected && { expected }) });
  const named = namedValues(own).map(({ text }) => text);
  const sql = `SELECT value, drops, attempts, count() OVER () FROM (
      SELECT ${COLUMNS[field]} AS value, sum(count) AS drops, sum(attempt) AS attempts
      FROM drops WHERE ${IN_RANGE} AND (${where.sql}) GROUP BY value
    ) WHERE {f_prefix:String} = '' OR position(lower(value), {f_prefix:String}) > 0
    ORDER BY value IN {f_named:Array(String)} DESC, attempts DESC, drops DESC, value
    LIMIT {f_limit:UInt32}`;
  const params = {
    ...where.params,
    ...rangeParams(range),
    f_prefix: foldCase(prefix),
    f_named: named,
    f_limit: limit + named.length,
  };
  let total = 0;
  const counted = await engine.select("read", sql, params, (reader) => {
    const one = { value: reader.text(), ...readCounts(reader) };
    total = reader.u64();
    return one;
  });
  return { counted, total };
}

async function dropFacet(
  engine: Engine,
  { field, others, own }: Split,
  counted: readonly Counted[],
  total: number,
  options: Options,
): Promise<Facet> {
  const { query, prefix, limit } = options;
  const known = new Set(counted.map(({ value }) => value));
  const named = namedValues(own);
  const missing = named.filter(({ text }) => !known.has(text) && holdsPrefix(text, prefix));
  const added = await countNamed(engine, others, own, missing, options);
  return facetOf(field, query, [...counted, ...added], {
    total: total + added.length,
    limit,
    named: new Set(named.map(({ text }) => text)),
  });
}

/** Values named in another way than the list does: a block of addresses, a pod with its namespace. */
async function countNamed(
  engine: Engine,
  others: Query,
  own: readonly Term[],
  values: readonly Value[],
  { expected, ...range }: Options,
): Promise<Counted[]> {
  const [term] = own;
  if (term === undefined || values.length === 0) return [];
  const where = whereOf(others, { ...(expected && { expected }) });
  const each = values.map((value, at) =>
    whereOf({ terms: [termWith(term, value)] }, { prefix: `n${at}_` }),
  );
  const columns = each.map(({ sql }) => `sumIf(count, ${sql}), sumIf(attempt, ${sql})`);
  const sql = `SELECT ${columns.join(", ")} FROM drops WHERE ${IN_RANGE} AND (${where.sql})`;
  const params = Object.assign({}, where.params, rangeParams(range), ...each.map((c) => c.params));
  const [counts] = await engine.select("read", sql, params, (reader) =>
    values.map(({ text }) => ({ value: text, ...readCounts(reader) })),
  );
  return counts ?? [];
}

function readCounts(reader: BinaryReader): { drops: number; attempts: number } {
  return { drops: reader.u64(), attempts: reader.u64() };
}
