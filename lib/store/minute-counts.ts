/** How many drops rules cover in each minute, of all that is stored: what surges are found by. */
import type { Rule } from "@/lib/expectations/rule";
import { MINUTE_MS, type MinuteCount } from "@/lib/expectations/surge";
import { ALL_DROPS, both, type Condition } from "./condition";
import type { Engine } from "./engine";
import { coveredWhere, MINUTE, nanosOf, needsDrops } from "./expected-sql";
import { IN_RANGE, type Range, rangeParams } from "./time";
import { partsOf } from "./where";

/** Rules of one statement; each is asked of every series once. */
const RULES_A_STATEMENT = 100;

export async function minuteCounts(
  engine: Engine,
  rules: readonly Rule[],
  range?: Range,
  also: Condition = ALL_DROPS,
): Promise<ReadonlyMap<Rule, readonly MinuteCount[]>> {
  const span = both(within(range), also);
  const counts = new Map<Rule, MinuteCount[]>(rules.map((rule) => [rule, []]));
  // For one rule alone there is nothing to share.
  const isAlone = (rule: Rule) => rules.length === 1 || needsDrops(rule);
  const ofSeries = rules.filter((rule) => !isAlone(rule));
  for (const rule of rules.filter(isAlone)) {
    counts.set(rule, await countOne(engine, rule, span));
  }
  for (let first = 0; first < ofSeries.length; first += RULES_A_STATEMENT) {
    await countTogether(engine, ofSeries.slice(first, first + RULES_A_STATEMENT), counts, span);
  }
  return counts;
}

/** In whole minutes. */
function within(range: Range | undefined): Condition {
  if (range === undefined) return ALL_DROPS;
  const fromMs = Math.floor(range.fromMs / MINUTE_MS) * MINUTE_MS;
  const toMs = Math.ceil(range.toMs / MINUTE_MS) * MINUTE_MS;
  return { sql: IN_RANGE, params: rangeParams({ fromMs, toMs }) };
}

async function countOne(engine: Engine, rule: Rule, span: Condition): Promise<MinuteCount[]> {
  const where = coveredWhere(rule);
  const sql = `SELECT ${MINUTE}, sum(count) FROM drops
    WHERE ${span.sql} AND ${where.sql} GROUP BY 1`;
  return engine.select("heavy", sql, { ...where.params, ...span.params }, (reader) => ({
    minute: reader.u32(),
    drops: reader.u64(),
  }));
}

/** One scan for all: each drop meets the rules of its series, which are found once for each series. */
async function countTogether(
  engine: Engine,
  rules: readonly Rule[],
  counts: ReadonlyMap<Rule, MinuteCount[]>,
  span: Condition,
): Promise<void> {
  const parts = rules.map((rule, at) => partsOf(rule.query, { prefix: `m${at}_`, names: "all" }));
  const numbers = parts.map(({ series }, at) => `if(${series ?? "1"}, ${at + 1}, 0)`);
  const covered = `SELECT DISTINCT id, arrayJoin(arrayFilter(r -> r > 0, [${numbers.join(", ")}])) AS rule
    FROM series`;
  const nano = "toUnixTimestamp64Nano(time)";
  const sql = `SELECT toUInt32(rule), ${MINUTE}, sum(count)
    FROM drops INNER JOIN (${covered}) AS covered ON covered.id = drops.series
    WHERE ${span.sql} AND ${nano} >= {froms:Array(Int64)}[rule] AND ${nano} < {ends:Array(Int64)}[rule]
    GROUP BY 1, 2`;
  const params = Object.assign(
    {
      froms: rules.map(({ from }) => nanosOf(from)),
      ends: rules.map(({ end }) => (end === null ? LAST : nanosOf(end))),
    },
    span.params,
    ...parts.map((part) => part.params),
  );
  await engine.select("heavy", sql, params, (reader) => {
    const rule = rules[reader.u32() - 1];
    const count = { minute: reader.u32(), drops: reader.u64() };
    if (rule !== undefined) counts.get(rule)?.push(count);
  });
}

const LAST = 2n ** 63n - 1n;
