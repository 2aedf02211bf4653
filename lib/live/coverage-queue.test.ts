import { describe, expect, it } from "vitest";
import type { CoverageRow } from "@/lib/store/coverage-table";
import { createCoverageQueue } from "./coverage-queue";

const NOW_MS = 1_000_000;

function setUp() {
  const written: CoverageRow[] = [];
  const missing: unknown[] = [];
  const state = { refuses: false, mayWrite: true };
  const queue = createCoverageQueue(
    async (rows) => {
      if (state.refuses) throw new Error("full");
      written.push(...rows);
    },
    (source, span) => missing.push([source, span]),
    () => NOW_MS,
    () => state.mayWrite,
  );
  return { queue, written, missing, state };
}

function row(fromMs: number, toMs: number): CoverageRow {
  const nodes = { nodesConnected: 1, nodesUnavailable: 0 };
  return { source: "a", fromMs, toMs, refilled: false, received: 5, lostAtMost: 0, ...nodes };
}

const spans = (rows: readonly CoverageRow[]) => rows.map(({ fromMs, toMs }) => [fromMs, toMs]);

describe("coverage that waits for the store", () => {
  it("is written when the store takes it again, in order and once", async () => {
    const { queue, written, state } = setUp();
    state.refuses = true;
    await queue.insertCoverage([row(0, 10)]);
    await queue.insertCoverage([row(10, 20)]);
    expect(written).toEqual([]);
    state.refuses = false;
    await queue.drain();
    await queue.drain();
    expect(spans(written)).toEqual([
      [0, 10],
      [10, 20],
    ]);
  });

  it("of a source that another replica has taken over is let go of, as its drops are", async () => {
    const { queue, written, state } = setUp();
    state.mayWrite = false;
    await queue.insertCoverage([row(0, 10), row(10, 20)]);
    expect(spans(queue.leave("a"))).toEqual([
      [0, 10],
      [10, 20],
    ]);
    state.mayWrite = true;
    await queue.insertCoverage([row(20, 30)]);
    expect(spans(written)).toEqual([[20, 30]]);
  });

  it("of a source that is left while it cannot be written is not tried again", async () => {
    const { queue, written, state } = setUp();
    state.refuses = true;
    const trying = queue.insertCoverage([row(0, 10)]);
    await Promise.resolve();
    queue.leave("a");
    await trying;
    state.refuses = false;
    await queue.insertCoverage([row(20, 30)]);
    expect(spans(written)).toEqual([[20, 30]]);
  });

  it("leaves a gap where drops were let go", async () => {
    const { queue, written, state, missing } = setUp();
    state.refuses = true;
    queue.missing("a", 12);
    queue.missing("a", 17);
    await queue.insertCoverage([row(0, 10), row(10, 20)]);
    state.refuses = false;
    await queue.drain();
    expect(spans(written)).toEqual([
      [0, 10],
      [10, 12],
      [19, 20],
      [12, 19],
    ]);
    // Whatever else is told of it: rows of before, or that it was refilled.
    expect(written.map((one) => one.missing ?? false)).toEqual([false, false, false, true]);
    expect(missing.at(-1)).toEqual(["a", { fromMs: 12, toMs: 19 }]);
    await queue.insertCoverage([row(20, 30)]);
    expect(spans(written).at(-1)).toEqual([20, 30]);
  });

  it("leaves no gap of hours where the clocks of drops that were let go are wrong", async () => {
    const { queue, written, missing } = setUp();
    queue.missing("a", NOW_MS + 86_400_000);
    queue.missing("a", 5);
    await queue.insertCoverage([row(0, 10), row(NOW_MS - 10, NOW_MS + 10)]);
    expect(spans(written)).toEqual([
      [0, 5],
      [7, 10],
      [NOW_MS - 10, NOW_MS],
      [NOW_MS + 2, NOW_MS + 10],
      [NOW_MS, NOW_MS + 2],
      [5, 7],
    ]);
    const told = missing.length;
    expect(told).toBeGreaterThanOrEqual(2);
    await queue.insertCoverage([row(NOW_MS + 10, NOW_MS + 20)]);
    expect(missing).toHaveLength(told);
  });
});
