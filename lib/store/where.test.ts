import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { arbitraryDrops, arbitraryQuery } from "@/lib/query/arbitraries";
import { formatQuery } from "@/lib/query/format";
import { compileQuery } from "@/lib/query/match";
import type { Query } from "@/lib/query/query";
import { openStore, type Store } from "./store";
import { whereOf } from "./where";

/** Set WHERE_SEED to run a failed case again: it chooses the drops and the queries. */
const SEED = Number(process.env.WHERE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const SERIES = 120;
const DROPS = 240;
const QUERIES = 2_000;
const RANGE = { fromMs: 1_780_000_000_000, toMs: 1_800_000_000_000 };

let dataDir: string;
let store: Store;
let drops: Drop[];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-where-"));
  store = await openStore({ dataDir });
  drops = fc.sample(arbitraryDrops(SERIES, DROPS), { numRuns: 1, seed: SEED }).flat();
  await store.insertDrops(drops);
});

afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function idsInStore(query: Query): Promise<string[]> {
  const found = await store.listDrops({ ...RANGE, limit: DROPS + 1, where: whereOf(query) });
  return found.map((drop) => drop.uuid).sort();
}

function idsInMemory(query: Query): string[] {
  const matcher = compileQuery(query);
  return drops
    .filter(matcher.drop)
    .map((drop) => drop.uuid)
    .sort();
}

describe("whereOf", () => {
  it("finds in the store what compileQuery finds in memory", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryQuery, async (query) => {
        const found = new Set(await idsInStore(query));
        const wanted = new Set(idsInMemory(query));
        const disputed = drops.filter(({ uuid }) => found.has(uuid) !== wanted.has(uuid));
        expect(disputed.slice(0, 1), `WHERE_SEED=${SEED}: ${formatQuery(query)}`).toEqual([]);
      }),
      { numRuns: QUERIES, seed: SEED },
    );
  });
});
