/**
 * What of a cluster can be tried without one: ClickHouse's own parser reads the statements, and a
 * Distributed table over two shards, which are both this engine, has every drop twice.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FACET_FIELDS } from "@/lib/drops/view";
import { arbitraryExpectations } from "@/lib/expectations/arbitraries";
import { readRules } from "@/lib/expectations/rule";
import { createSurgeBook } from "@/lib/expectations/surge";
import { arbitraryDrops, arbitraryQuery } from "@/lib/query/arbitraries";
import { onCluster } from "./cluster";
import { hiddenWhere, planOf } from "./expected-sql";
import { openForm, type SampleStore } from "./sample-forms";
import { MIGRATIONS } from "./schema";
import type { Store } from "./store";
import { whereOf } from "./where";

/** Set SHARDS_SEED to run a failed case again: it chooses the drops and the questions. */
const SEED = Number(process.env.SHARDS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RANGE = { fromMs: 1_780_000_000_000, toMs: 1_800_000_000_000 };
const DROPS = 100;

const sampled = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) =>
  fc.sample(arbitrary, { numRuns, seed: SEED });
const drops = sampled(arbitraryDrops(40, DROPS), 1).flat();

let sample: SampleStore;

beforeAll(async () => {
  sample = await openForm("a server");
  await sample.store.insertDrops(drops);
});

afterAll(() => sample.dispose());

it("the statements for a cluster are ones to ClickHouse's parser", async () => {
  const cluster = { name: "main-1", database: "droplens" };
  for (const sql of MIGRATIONS.flatMap(({ statements }) => statements)) {
    for (const one of onCluster(sql, cluster)) {
      const read = sample.engine.select(
        "read",
        "SELECT formatQuery({sql:String})",
        { sql: one },
        (row) => row.text(),
      );
      expect((await read)[0], one).toContain("ON CLUSTER `main-1`");
    }
  }
});

type Sum = { drops: number; attempts: number };

const sumOf = (rows: readonly Sum[]) =>
  rows.reduce(
    (sum, row) => ({ drops: sum.drops + row.drops, attempts: sum.attempts + row.attempts }),
    {
      drops: 0,
      attempts: 0,
    },
  );

/** Sums of what is asked; a list's length where it is bounded by more than there is. */
async function sumsOf(store: Store): Promise<number[]> {
  const sums: number[] = [];
  const add = ({ drops: packets, attempts }: Sum) => sums.push(packets, attempts);
  for (const query of sampled(arbitraryQuery, 2)) {
    const where = whereOf(query);
    for (const stepMs of [3_600_000, 86_400_000]) {
      add(sumOf(await store.snapshot({ ...RANGE, stepMs, where })));
    }
    for (const facet of await store.facets({
      ...RANGE,
      query,
      fields: FACET_FIELDS,
      prefix: "",
      limit: 1_000,
    })) {
      add(sumOf(facet.values));
    }
    sums.push((await store.listDrops({ ...RANGE, where, limit: 10 * DROPS })).length);
    const page = await store.evidencePage({ ...RANGE, where, limit: 10 * DROPS, raw: true });
    sums.push(page.drops.length);
  }
  for (const set of sampled(arbitraryExpectations(drops), 2)) {
    const rules = readRules(set);
    const surges = createSurgeBook();
    const { split } = planOf(rules, surges, RANGE);
    add(sumOf(await store.snapshot({ ...RANGE, stepMs: 86_400_000, split })));
    const minutes = [...(await store.minuteCounts(rules)).values()].flat();
    sums.push(minutes.reduce((sum, one) => sum + one.drops, 0));
    sums.push(
      (await store.countDrops({ ...RANGE, where: hiddenWhere(rules, surges, RANGE) })).drops,
    );
  }
  sums.push((await store.arrivals(new Map())).drops.length);
  sums.push((await store.recentUuids(0)).length);
  return sums;
}

describe("a table over two shards", () => {
  it("answers every question of the store with what both have", { timeout: 60_000 }, async () => {
    const { engine, store } = sample;
    const alone = await sumsOf(store);
    await engine.run("write", "RENAME TABLE drops TO drops_local");
    const sql = "SELECT currentDatabase()";
    const [database] = await engine.select("read", sql, {}, (row) => row.text());
    await engine.run(
      "write",
      `CREATE TABLE drops AS remote('127.0.0.1,127.0.0.1', ${database}, drops_local, cityHash64(uuid))`,
    );
    expect(await sumsOf(store), `SHARDS_SEED=${SEED}`).toEqual(alone.map((sum) => 2 * sum));

    await store.insertDrops(drops.slice(0, 3).map((drop) => ({ ...drop, uuid: `${drop.uuid}+` })));
    expect((await store.countDrops(RANGE)).drops).toBe(2 * (DROPS + 3));
    expect(await store.storedAmong([`${drops[0]?.uuid}+`], RANGE)).toHaveProperty("size", 1);
  });
});
