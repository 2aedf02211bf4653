/** What one query costs alone: to read it, to ask it of a series that is new, and of one it knows. */
import type { Drop } from "@/lib/drops/drop";
import { compileQuery, memoisedBySeries } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { cpuOf } from "./cpu";
import { dropsOf } from "./drops";
import { createSimulatedTime } from "./simulated-time";

/** Microseconds of CPU. */
export type QueryCosts = {
  /** Of text to a matcher, for each query. */
  parse: number;
  /** For each query and series, the first time. */
  newSeries: number;
  /** For each query and drop of a series that was asked of before. */
  knownSeries: number;
};

const DROPS = 50_000;
const PARSES = 20;

export async function measureQueryCosts(texts: readonly string[]): Promise<QueryCosts> {
  const drops = manyDrops();
  const series = [...new Map(drops.map((drop) => [drop.series, drop])).values()];
  const parse = await cpuOf(() => {
    for (let run = 0; run < PARSES; run++) for (const text of texts) compileQuery(queryOf(text));
  });
  const tests = texts.map((text) => memoisedBySeries(compileQuery(queryOf(text))));
  const ask = (asked: readonly Drop[]) => {
    for (const drop of asked) for (const test of tests) test(drop);
  };
  const newSeries = await cpuOf(() => ask(series));
  const knownSeries = await cpuOf(() => ask(drops));
  return {
    parse: parse / PARSES / texts.length,
    newSeries: newSeries / series.length / texts.length,
    knownSeries: knownSeries / drops.length / texts.length,
  };
}

function manyDrops(): Drop[] {
  const next = dropsOf(createSimulatedTime());
  const drops: Drop[] = [];
  while (drops.length < DROPS) drops.push(...next());
  return drops;
}

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}
