import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createLog } from "@/lib/http/log";
import { sampleDrop } from "@/lib/store/sample-drops";
import { openStore, type Store } from "@/lib/store/store";
import { createCoverageLog } from "./coverage-log";
import { takeCoverage } from "./coverage-rows";
import { createStoreWatch } from "./store-watch";

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const MIDNIGHT_MS = Math.floor(NOW_MS / DAY_MS) * DAY_MS;

let dataDir: string;
let store: Store;
let receivedMs = NOW_MS;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-watch-"));
  store = await openStore({ dataDir, nowMs: () => receivedMs });
});

afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it("a day that goes for its size is a gap at once, and after the next start", async () => {
  const covered = { fromMs: MIDNIGHT_MS - 3 * DAY_MS, toMs: NOW_MS };
  for (const daysAgo of [2, 1, 0]) {
    receivedMs = NOW_MS - daysAgo * DAY_MS;
    await store.insertDrops([sampleDrop({ uuid: `${daysAgo}`, timeMs: receivedMs })]);
  }
  const counts = { received: 3, lostAtMost: 0, nodesConnected: 1, nodesUnavailable: 0 };
  await store.insertCoverage([{ source: "relay", ...covered, refilled: false, ...counts }]);
  const running = createCoverageLog();
  running.connected("relay", covered);
  const watch = createStoreWatch({
    dataDir,
    limitBytes: 1,
    isOurs: true,
    store: () => store,
    onPruned: (range) => running.missing("relay", range),
    log: createLog("error", () => {}),
    nowMs: () => NOW_MS,
  });
  await watch.look();
  watch.close();
  expect(watch.pruned).toMatchObject({ days: 2, drops: 2 });
  const started = createCoverageLog();
  takeCoverage(started, await store.coverage(covered));
  for (const log of [running, started]) {
    expect(log.gaps(["relay"], covered.fromMs, NOW_MS)).toEqual([
      { fromMs: MIDNIGHT_MS - 2 * DAY_MS, toMs: MIDNIGHT_MS, refilled: false },
    ]);
  }
});
