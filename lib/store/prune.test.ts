import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleDrop, sampleSeries } from "./sample-drops";
import { openStore, type Store } from "./store";

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const EVER = { fromMs: 0, toMs: 4_102_444_800_000 };

let dataDir: string;
let store: Store;
let nowMs = NOW_MS;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-prune-"));
  nowMs = NOW_MS;
  store = await openStore({ dataDir, nowMs: () => nowMs });
});

afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** So many drops, received so many days ago. */
async function fill(daysAgo: number, drops: number): Promise<void> {
  nowMs = NOW_MS - daysAgo * DAY_MS;
  const day = Array.from({ length: drops }, (_, at) =>
    sampleDrop({ uuid: `${daysAgo}-${at}`, timeMs: nowMs, series: sampleSeries(at % 7) }),
  );
  await store.insertDrops(day);
  nowMs = NOW_MS;
}

const dayOf = (daysAgo: number) => new Date(NOW_MS - daysAgo * DAY_MS).toISOString().slice(0, 10);
const uuids = async () =>
  (await store.listDrops({ ...EVER, limit: 100_000 })).map(({ uuid }) => uuid);

describe("F48 retention by size", () => {
  it("lets the oldest days go, whole, and tells what went; the oldest day moves", async () => {
    for (const daysAgo of [3, 2, 1, 0]) await fill(daysAgo, 500);
    const { diskBytes, oldestMs } = await store.stats();
    expect(oldestMs).toBe(NOW_MS - 3 * DAY_MS);

    const gone = await store.prune(diskBytes * 0.75);
    expect(gone.map(({ day, drops }) => ({ day, drops }))).toEqual([
      { day: dayOf(3), drops: 500 },
      { day: dayOf(2), drops: 500 },
    ]);
    const left = await uuids();
    expect(left).toHaveLength(1_000);
    expect(left.some((uuid) => uuid.startsWith("3-") || uuid.startsWith("2-"))).toBe(false);
    const after = await store.stats();
    expect(after.oldestMs).toBe(NOW_MS - DAY_MS);
    expect(after.diskBytes).toBeLessThanOrEqual(diskBytes * 0.75);
    expect(await store.prune(diskBytes * 0.75)).toEqual([]);
  });

  it("leaves a gap of every source that was connected on a day that goes", async () => {
    const start = Date.parse(`${dayOf(2)}T00:00:00Z`);
    const row = { refilled: false, received: 1, lostAtMost: 0 };
    const nodes = { nodesConnected: 1, nodesUnavailable: 0 };
    const covered = { fromMs: start - DAY_MS, toMs: NOW_MS, ...row, ...nodes };
    await store.insertCoverage([
      { source: "a", ...covered },
      { source: "b", ...covered, fromMs: start + DAY_MS },
    ]);
    for (const daysAgo of [2, 1, 0]) await fill(daysAgo, 500);
    const { diskBytes } = await store.stats();
    expect(await store.prune(diskBytes * 0.85)).toHaveLength(1);
    const missing = (await store.coverage(EVER)).filter((one) => one.missing);
    expect(missing).toEqual([
      {
        source: "a",
        fromMs: start,
        toMs: start + DAY_MS,
        refilled: false,
        missing: true,
        lostAtMost: 0,
      },
    ]);
  });

  it("never takes today, however small the bound is", async () => {
    await fill(1, 100);
    await fill(0, 100);
    expect((await store.prune(1)).map(({ day }) => day)).toEqual([dayOf(1)]);
    expect(await store.prune(1)).toEqual([]);
    expect(await uuids()).toHaveLength(100);
  });

  it("leaves everything while it fits", async () => {
    await fill(5, 100);
    expect(await store.prune(1 << 30)).toEqual([]);
    expect(await uuids()).toHaveLength(100);
  });
});
