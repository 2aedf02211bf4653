/** What of the time a source was connected counts as watched. */
import { describe, expect, it } from "vitest";
import { createLog } from "@/lib/http/log";
import type { CoverageRow } from "@/lib/store/coverage-table";
import { createCoverageKeeper } from "./coverage-keeper";
import { createCoverageLog } from "./coverage-log";
import { createSourceStatus } from "./source-status";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

function keeperAt() {
  const clock = { nowMs: NOW_MS };
  const rows: CoverageRow[] = [];
  const coverage = createCoverageLog();
  const keeper = createCoverageKeeper({
    store: {
      insertCoverage: async (given) => {
        rows.push(...given);
      },
    },
    coverage,
    status: createSourceStatus("relay", "relay", "r:80", NOW_MS),
    isFirst: false,
    log: createLog("error", () => {}),
    nowMs: () => clock.nowMs,
    timing: { beatMs: 3_600_000, firstBeatMs: 3_600_000 },
  });
  const gaps = () => coverage.gaps(["relay"], NOW_MS, clock.nowMs + 60_000);
  return { clock, rows, keeper, gaps };
}

describe("what counts as watched", () => {
  it("ends where the flows of a slow relay had come to, not when the last of them came", async () => {
    const { clock, keeper, gaps } = keeperAt();
    keeper.stateIs("connected");
    clock.nowMs += 30_000;
    keeper.received({ timeMs: clock.nowMs - 8_000, node: "n" }, false);
    keeper.stateIs("disconnected");
    await keeper.close();
    expect(gaps()).toEqual([{ fromMs: NOW_MS + 22_000, toMs: NOW_MS + 90_000, refilled: false }]);
  });

  it("takes an old flow for history, and an answer for a proof", async () => {
    const { clock, keeper, rows } = keeperAt();
    keeper.stateIs("connected");
    clock.nowMs += 10_000;
    keeper.received({ timeMs: clock.nowMs - 3_600_000, node: "n" }, false);
    await keeper.close();
    expect(rows.at(-1)?.toMs).toBe(NOW_MS + 10_000);
  });

  it("goes on from now when the clock is set back", async () => {
    const { clock, keeper, rows } = keeperAt();
    keeper.stateIs("connected");
    clock.nowMs += 3_600_000;
    keeper.proved(clock.nowMs);
    keeper.stateIs("silent");
    keeper.stateIs("connected");
    clock.nowMs = NOW_MS + 5_000;
    keeper.proved(clock.nowMs);
    keeper.stateIs("silent");
    keeper.stateIs("connected");
    clock.nowMs = NOW_MS + 9_000;
    keeper.proved(clock.nowMs);
    await keeper.close();
    expect(rows.at(-1)).toMatchObject({ fromMs: NOW_MS + 5_000, toMs: NOW_MS + 9_000 });
  });

  it.each([
    { told: ["a"], refilled: false },
    { told: ["a", "b"], refilled: true },
  ])(
    "is refilled once every node heard last has told again what we had: $told",
    async ({ told, refilled }) => {
      const { clock, keeper, gaps } = keeperAt();
      keeper.stateIs("connected");
      clock.nowMs += 1_000;
      for (const node of ["a", "b"]) keeper.received({ timeMs: clock.nowMs, node }, false);
      keeper.stateIs("disconnected");
      clock.nowMs += 5_000;
      keeper.stateIs("connected");
      for (const node of told) keeper.received({ timeMs: NOW_MS + 1_000, node }, true);
      clock.nowMs += 3_000;
      await keeper.close();
      expect(gaps()[0]).toMatchObject({ fromMs: NOW_MS + 1_000, refilled });
    },
  );

  it.each([
    { comesAgainMs: 5_500, refilled: false },
    { comesAgainMs: 1_000, refilled: true },
  ])(
    "is not refilled by what another source has brought just before: $comesAgainMs",
    async ({ comesAgainMs, refilled }) => {
      const { clock, keeper, gaps } = keeperAt();
      keeper.stateIs("connected");
      clock.nowMs += 1_000;
      keeper.received({ timeMs: clock.nowMs, node: "a" }, true);
      keeper.stateIs("disconnected");
      clock.nowMs += 5_000;
      keeper.stateIs("connected");
      keeper.received({ timeMs: NOW_MS + comesAgainMs, node: "a" }, true);
      clock.nowMs += 3_000;
      await keeper.close();
      expect(gaps()[0]).toMatchObject({ fromMs: NOW_MS + 1_000, refilled });
    },
  );

  it.each([
    { livedMs: 4_000, told: ["a"], isWatched: false },
    { livedMs: 4_000, told: ["a", "b"], isWatched: true },
    { livedMs: 11_000, told: ["a"], isWatched: true },
  ])(
    "counts a connection once every node heard last has begun to tell again, or after ten seconds: $livedMs $told",
    async ({ livedMs, told, isWatched }) => {
      const { clock, keeper, gaps } = keeperAt();
      keeper.stateIs("connected");
      clock.nowMs += 1_000;
      for (const node of ["a", "b"]) keeper.received({ timeMs: clock.nowMs, node }, false);
      keeper.stateIs("disconnected");
      clock.nowMs += 5_000;
      keeper.stateIs("connected");
      const sinceMs = clock.nowMs;
      for (const node of told) keeper.received({ timeMs: NOW_MS + 1_000, node }, true);
      clock.nowMs += livedMs;
      keeper.received({ timeMs: clock.nowMs, node: "a" }, false);
      keeper.stateIs("disconnected");
      await keeper.close();
      const inside = sinceMs + livedMs / 2;
      const isGap = gaps().some(({ fromMs, toMs }) => fromMs <= inside && inside < toMs);
      expect(isGap).toBe(!isWatched);
    },
  );

  it("is not refilled while the flows of it are still coming", async () => {
    const { clock, keeper, gaps } = keeperAt();
    keeper.stateIs("connected");
    keeper.received({ timeMs: NOW_MS, node: "a" }, false);
    keeper.stateIs("disconnected");
    clock.nowMs += 5_000;
    keeper.stateIs("connected");
    keeper.received({ timeMs: NOW_MS, node: "a" }, true);
    keeper.received({ timeMs: NOW_MS + 2_000, node: "a" }, false);
    keeper.stateIs("disconnected");
    expect(gaps()[0]).toMatchObject({ refilled: false });
    await keeper.close();
  });

  it("keeps a span in which flows are missing, whatever else is told of it", async () => {
    const { clock, keeper, rows, gaps } = keeperAt();
    keeper.stateIs("connected");
    clock.nowMs += 9_000;
    keeper.proved(clock.nowMs);
    keeper.stateIs("disconnected");
    keeper.missing({ fromMs: NOW_MS + 2_000, toMs: NOW_MS + 9_000 });
    await keeper.close();
    expect(rows.at(-1)).toMatchObject({ missing: true, fromMs: NOW_MS + 2_000 });
    expect(gaps()[0]?.fromMs).toBe(NOW_MS + 2_000);
  });
});
