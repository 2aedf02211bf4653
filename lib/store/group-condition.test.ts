import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Drop, Series } from "@/lib/drops/drop";
import { groupIdOf } from "@/lib/drops/group-by";
import { GROUP_BYS } from "@/lib/drops/view";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { inGroupOf } from "./group-condition";
import { openStore, type Store } from "./store";

/** Set GROUP_SEED to run a failed case again. */
const SEED = Number(process.env.GROUP_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RANGE = { fromMs: 1_780_000_000_000, toMs: 1_800_000_000_000 };
const DROPS = 240;

let dataDir: string;
let store: Store;
let drops: Drop[];

/** Generated series have no endpoint; every third is given one. */
function withEndpoint(series: Series): Series {
  const part = Number.parseInt(series.id.slice(0, 4), 16) % 3;
  if (part === 0) return series;
  const endpoint = part === 1 ? series.source : series.destination;
  return { ...series, attribution: { ...series.attribution, endpoint } };
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-groups-"));
  store = await openStore({ dataDir });
  drops = fc
    .sample(arbitraryDrops(120, DROPS), { numRuns: 1, seed: SEED })
    .flat()
    .map((drop) => ({ ...drop, series: withEndpoint(drop.series) }));
  await store.insertDrops(drops);
});

afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it.each(GROUP_BYS)("groups by %s are the same in SQL and in memory", async (by) => {
  const groups = new Map<string, Drop[]>();
  for (const drop of drops) {
    const id = groupIdOf(by, drop.series);
    groups.set(id, [...(groups.get(id) ?? []), drop]);
  }
  for (const [id, members] of groups) {
    const [sample] = members;
    if (sample === undefined) continue;
    const where = inGroupOf(by, sample.series);
    const found = await store.listDrops({ ...RANGE, where, limit: DROPS });
    const uuids = members.map(({ uuid }) => uuid).sort();
    expect(found.map(({ uuid }) => uuid).sort(), `GROUP_SEED=${SEED} ${id}`).toEqual(uuids);
  }
});

it.each(GROUP_BYS)("each group by %s was first seen with its earliest drop", async (by) => {
  const first = new Map<string, number>();
  for (const { series, timeMs } of drops) {
    const id = groupIdOf(by, series);
    first.set(id, Math.min(timeMs, first.get(id) ?? timeMs));
  }
  const stored = await store.firstSeenBy(by);
  const told = new Map(stored.map(({ series, firstMs }) => [groupIdOf(by, series), firstMs]));
  expect(stored).toHaveLength(first.size);
  expect(told).toEqual(first);
});
