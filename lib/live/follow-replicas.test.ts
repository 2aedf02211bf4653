import { expect, it } from "vitest";
import type { CoverageRow } from "@/lib/store/coverage-table";
import { createCoverageLog } from "./coverage-log";
import { followReplicas } from "./follow-replicas";

const MINUTE = 60_000;

function row(fromMs: number, toMs: number, change: Partial<CoverageRow> = {}): CoverageRow {
  const counts = { received: 1, lostAtMost: 0, nodesConnected: 1, nodesUnavailable: 0 };
  return { source: "relay", fromMs, toMs, refilled: false, ...counts, ...change };
}

it("sees what others write of a time long ago, each loss once, and keeps what is missing", async () => {
  const coverage = createCoverageLog();
  const late = [
    row(2 * MINUTE, 3 * MINUTE, { missing: true }),
    row(0, 9 * MINUTE),
    row(9 * MINUTE, 10 * MINUTE, { lostAtMost: 5 }),
  ];
  let polls = 0;
  const asked: number[] = [];
  let clockMs = 0;
  await new Promise<void>((resolve) => {
    const stop = followReplicas({
      store: {
        logHeads: async () => {
          clockMs += 2_000;
          return { expectations: 0, savedViews: 0 };
        },
        coverageWritten: async (seconds) => {
          asked.push(seconds);
          polls += 1;
          if (polls === 2) throw new Error("away");
          if (polls === 5) {
            stop();
            resolve();
          }
          return polls === 1 ? [] : late;
        },
      },
      logs: {
        expectations: { seq: 0, refresh: async () => {} },
        savedViews: { seq: 0, refresh: async () => {} },
      },
      coverage,
      isHere: () => false,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      monotonicMs: () => clockMs,
      pollMs: 1,
    });
  });
  expect(coverage.gaps(["relay"], 0, 10 * MINUTE)).toEqual([
    { fromMs: 2 * MINUTE, toMs: 3 * MINUTE, refilled: false },
  ]);
  expect(coverage.lostAtMost(0, 11 * MINUTE)).toBe(5);
  // The first, one that fails, the next poll tries again, then each second poll.
  expect(asked).toEqual([122, 124, 126, 124, 124]);
});
