import { describe, expect, it } from "vitest";
import { createCoverageLog, isGapAmong } from "./coverage-log";

const MINUTE = 60_000;

describe("createCoverageLog", () => {
  it("makes one stretch of heartbeats", () => {
    const log = createCoverageLog();
    for (let i = 0; i < 20; i += 1)
      log.connected("relay", { fromMs: i * 5_000, toMs: (i + 1) * 5_000 });
    expect(log.gaps(["relay"], 0, 100_000)).toEqual([]);
    expect(log.lastConnectedMs("relay")).toBe(100_000);
  });

  it("calls the time of a source that was never connected a gap", () => {
    expect(createCoverageLog().gaps(["relay"], 0, MINUTE)).toEqual([
      { fromMs: 0, toMs: MINUTE, refilled: false },
    ]);
  });

  it("finds the gap between two stretches and the one before the first", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 1 * MINUTE, toMs: 2 * MINUTE });
    log.connected("relay", { fromMs: 5 * MINUTE, toMs: 9 * MINUTE });
    expect(log.gaps(["relay"], 0, 9 * MINUTE)).toEqual([
      { fromMs: 0, toMs: 1 * MINUTE, refilled: false },
      { fromMs: 2 * MINUTE, toMs: 5 * MINUTE, refilled: false },
    ]);
  });

  it("does not call a heartbeat that is a little late a gap at the end", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: MINUTE });
    expect(log.gaps(["relay"], 0, MINUTE + 20_000)).toEqual([]);
    expect(log.gaps(["relay"], 0, 2 * MINUTE)).toHaveLength(1);
  });

  it("takes back a stretch of which another process tells", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: 3 * MINUTE });
    log.uncertain("relay", { fromMs: MINUTE, toMs: 2 * MINUTE });
    log.connected("relay", { fromMs: 3 * MINUTE, toMs: 4 * MINUTE });
    expect(log.gaps(["relay"], 0, 4 * MINUTE)).toEqual([
      { fromMs: MINUTE, toMs: 2 * MINUTE, refilled: false },
    ]);
  });

  it("tells what the relay gave again from what is missing", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: MINUTE });
    log.connected("relay", { fromMs: 5 * MINUTE, toMs: 6 * MINUTE });
    log.refilled("relay", { fromMs: 3 * MINUTE, toMs: 5 * MINUTE });
    expect(log.gaps(["relay"], 0, 6 * MINUTE)).toEqual([
      { fromMs: MINUTE, toMs: 3 * MINUTE, refilled: false },
      { fromMs: 3 * MINUTE, toMs: 5 * MINUTE, refilled: true },
    ]);
  });

  it("calls it a gap when one of several sources was away", () => {
    const log = createCoverageLog();
    log.connected("a", { fromMs: 0, toMs: 9 * MINUTE });
    log.connected("b", { fromMs: 0, toMs: 3 * MINUTE });
    log.connected("b", { fromMs: 4 * MINUTE, toMs: 9 * MINUTE });
    expect(log.gaps(["a", "b"], 0, 9 * MINUTE)).toEqual([
      { fromMs: 3 * MINUTE, toMs: 4 * MINUTE, refilled: false },
    ]);
  });

  it("tells of a gap of some seconds, as a killed process leaves", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: MINUTE });
    log.connected("relay", { fromMs: MINUTE + 3_000, toMs: 2 * MINUTE });
    expect(log.gaps(["relay"], 0, 2 * MINUTE)).toEqual([
      { fromMs: MINUTE, toMs: MINUTE + 3_000, refilled: false },
    ]);
  });

  it("takes stretches in any order", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 5 * MINUTE, toMs: 6 * MINUTE });
    log.connected("relay", { fromMs: 0, toMs: 4 * MINUTE });
    log.connected("relay", { fromMs: 3 * MINUTE, toMs: 5 * MINUTE });
    expect(log.gaps(["relay"], 0, 6 * MINUTE)).toEqual([]);
  });

  it("takes back a stretch of which flows are known to be missing", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: 9 * MINUTE });
    log.missing("relay", { fromMs: 3 * MINUTE, toMs: 4 * MINUTE });
    expect(log.gaps(["relay"], 0, 9 * MINUTE)).toEqual([
      { fromMs: 3 * MINUTE, toMs: 4 * MINUTE, refilled: false },
    ]);
  });

  it("keeps it missing when the relay gives the time again, or the next heartbeat covers it", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: 2 * MINUTE });
    log.refilled("relay", { fromMs: 2 * MINUTE, toMs: 5 * MINUTE });
    log.missing("relay", { fromMs: 3 * MINUTE, toMs: 6 * MINUTE });
    log.connected("relay", { fromMs: 5 * MINUTE, toMs: 9 * MINUTE });
    expect(log.gaps(["relay"], 0, 9 * MINUTE)).toEqual([
      { fromMs: 2 * MINUTE, toMs: 3 * MINUTE, refilled: true },
      { fromMs: 3 * MINUTE, toMs: 6 * MINUTE, refilled: false },
    ]);
  });

  it("calls the millisecond of a single drop that is missing a gap", () => {
    const log = createCoverageLog();
    log.connected("relay", { fromMs: 0, toMs: MINUTE });
    log.missing("relay", { fromMs: 3_000, toMs: 3_001 });
    expect(log.gaps(["relay"], 0, MINUTE)).toHaveLength(1);
  });

  it("sums losses of the range only", () => {
    const log = createCoverageLog();
    log.lost("relay", { timeMs: 1, events: 5 });
    log.lost("relay", { timeMs: 10_000, events: 7 });
    expect(log.lostAtMost(0, 10_000)).toBe(5);
  });
});

describe("isGapAmong", () => {
  const gaps = [{ fromMs: 10, toMs: 20, refilled: false }];

  it("asks for more than half of the span", () => {
    expect(isGapAmong(gaps, 12, 18)).toBe(true);
    expect(isGapAmong(gaps, 5, 14)).toBe(false);
    expect(isGapAmong([{ fromMs: 10, toMs: 20, refilled: true }], 12, 18)).toBe(false);
  });

  it("calls no time a gap that has not come yet", () => {
    expect(isGapAmong(gaps, 30, 20)).toBe(false);
    expect(isGapAmong(gaps, 20, 20)).toBe(false);
  });
});
