/** Ranges at the edges of what is kept: before it, after it, with parts that are gone or were never there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceSummary } from "@/lib/drops/view";
import { NO_EXPECTATIONS } from "@/lib/expectations/source";
import { createLog } from "@/lib/http/log";
import { EVERYTHING } from "@/lib/query/query";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";
import { openStore, type Store } from "@/lib/store/store";
import { coverageOf } from "./coverage-answer";
import { createCoverageLog } from "./coverage-log";
import { createExpecting, type Expecting } from "./expecting";
import { createFirstSeen } from "./first-seen";
import { createPast, type Past } from "./past";
import { createWriter } from "./writer";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Retention goes by the day of the real clock on which a drop was received. */
const NOW_MS = Date.now();
const KEPT_DAYS = 6;
const DROPS_A_DAY = 48;
const FIRST_MS = NOW_MS - KEPT_DAYS * DAY_MS;

let dataDir: string;
let store: Store;
let expecting: Expecting;
let past: Past;
let receivedMs = NOW_MS;

const source: SourceSummary = {
  id: "relay",
  kind: "relay",
  address: "relay:443",
  state: "connected",
  message: "",
  since: new Date(FIRST_MS).toISOString(),
  lagMs: 0,
  catchingUp: false,
  progress: null,
  nodesConnected: 1,
  nodesUnavailable: 0,
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-edges-"));
  store = await openStore({ dataDir, nowMs: () => receivedMs });
  for (let day = 0; day < KEPT_DAYS; day++) {
    const fromMs = FIRST_MS + day * DAY_MS;
    receivedMs = fromMs + DAY_MS - 1;
    const drops = Array.from({ length: DROPS_A_DAY }, (_, at) =>
      sampleDrop({
        uuid: `${day}-${at}`,
        timeMs: fromMs + Math.floor((at * DAY_MS) / DROPS_A_DAY),
        series: sampleSeries(at % 3),
      }),
    );
    await store.insertDrops(drops);
  }
  receivedMs = NOW_MS;
  const coverageLog = createCoverageLog();
  coverageLog.connected("relay", { fromMs: FIRST_MS, toMs: FIRST_MS + 2 * DAY_MS });
  coverageLog.connected("relay", { fromMs: FIRST_MS + 4 * DAY_MS, toMs: NOW_MS });
  const none = () => {};
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: none,
    onShed: none,
    onState: none,
  });
  const log = createLog("error");
  expecting = createExpecting({ expectations: NO_EXPECTATIONS, store, writer, log });
  past = createPast({
    store,
    writer,
    firstSeen: createFirstSeen(await store.firstSeenOf("all"), store.firstSeenBy),
    expecting,
    coverage: (fromMs, toMs) =>
      coverageOf({
        log: coverageLog,
        sources: [source],
        hasHistory: true,
        fromMs,
        toMs: Math.min(toMs, NOW_MS),
        newestMs: NOW_MS,
      }),
    retentionDays: 30,
    nowMs: () => NOW_MS,
  });
});

afterAll(async () => {
  expecting.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const viewOf = (fromMs: number, toMs: number) =>
  past.view({ q: "", query: EVERYTHING, fromMs, toMs, by: "policy" });

describe("a range of history", () => {
  it("before the oldest day has nothing, and all of it is a gap", async () => {
    const [fromMs, toMs] = [FIRST_MS - 30 * HOUR_MS, FIRST_MS - 7 * HOUR_MS + 1];
    const view = await viewOf(fromMs, toMs);
    expect(view.totals).toMatchObject({ drops: 0, attempts: 0 });
    expect(view.timeline.every(({ gap }) => gap)).toBe(true);
    expect(view.coverage).toMatchObject({ complete: false, gaps: [{ fromMs, toMs }] });
    const params = { q: "", query: EVERYTHING, fromMs, toMs };
    expect((await past.graph(params, "identity")).edges).toEqual([]);
    const page = await past.drops(params, { limit: 10, before: null, arrivedMs: null });
    expect(page).toMatchObject({ drops: [], next: null });
    await expect(past.group("group-0", { ...params, by: "policy" })).rejects.toThrow(/no drops/);
    const { oldest } = await past.history();
    expect(Date.parse(oldest ?? "")).toBe(FIRST_MS);
  });

  it("that begins before the oldest day is a gap until there", async () => {
    const view = await viewOf(FIRST_MS - DAY_MS, FIRST_MS + DAY_MS);
    expect(view.totals.drops).toBe(DROPS_A_DAY);
    const gaps = view.timeline.filter(({ gap }) => gap);
    expect(gaps.every(({ timeMs }) => timeMs < FIRST_MS)).toBe(true);
    expect(Math.abs(gaps.length * 2 - view.timeline.length)).toBeLessThanOrEqual(2);
  });

  it("within a gap is a gap in each of its bars, whatever its length and wherever it begins", async () => {
    const beginMs = FIRST_MS + 2 * DAY_MS + 1;
    for (const lengthMs of [61_001, HOUR_MS, 13.4 * HOUR_MS, 25 * HOUR_MS, 47 * HOUR_MS + 7]) {
      const view = await viewOf(beginMs + 3_333, beginMs + 3_333 + lengthMs);
      expect(view.timeline.filter(({ gap }) => !gap)).toEqual([]);
      expect(view.coverage.complete).toBe(false);
    }
  });

  it("that ends in the future has all until now, and calls no time to come a gap", async () => {
    const view = await viewOf(NOW_MS - DAY_MS, NOW_MS + DAY_MS);
    expect(view.totals.drops).toBe(DROPS_A_DAY);
    expect(view.timeline.filter(({ gap }) => gap)).toEqual([]);
    expect(view.coverage).toMatchObject({ complete: true, gaps: [] });
    const attempts = view.timeline.reduce((sum, bar) => sum + bar.dropped + bar.audit, 0);
    expect(attempts).toBe(view.totals.attempts);
    const wholly = await viewOf(NOW_MS + HOUR_MS, NOW_MS + DAY_MS);
    expect(wholly.timeline.some(({ gap }) => gap)).toBe(false);
  });

  it("over days that retention has taken counts what is left, in sums as drop by drop", async () => {
    const { diskBytes } = await store.stats();
    const gone = await store.prune(diskBytes * 0.75);
    const lost = gone.reduce((sum, { drops }) => sum + drops, 0);
    expect(lost).toBeGreaterThan(0);
    const { oldest, drops } = await past.history();
    const left = KEPT_DAYS * DROPS_A_DAY - lost;
    expect(drops).toBe(left);
    expect(Date.parse(oldest ?? "")).toBeGreaterThan(FIRST_MS);
    const [fromMs, toMs] = [FIRST_MS - HOUR_MS, NOW_MS];
    for (const to of [toMs, toMs - 13 * 60_000]) {
      const listed = await store.listDrops({ fromMs, toMs: to, limit: 10_000 });
      const view = await viewOf(fromMs, to);
      expect(view.totals.drops).toBe(listed.reduce((sum, { count }) => sum + count, 0));
      const [group] = view.groups;
      expect(Date.parse(group?.firstSeen ?? "")).toBe(FIRST_MS);
    }
    const byNode = await past.facets(
      { q: "", query: EVERYTHING, fromMs, toMs },
      { fields: ["node"], prefix: "", limit: 10 },
    );
    const counted = byNode.facets[0]?.values.reduce((sum, { drops: its }) => sum + its, 0);
    expect(counted).toBe(left);
  });
});
