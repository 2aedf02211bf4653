/** For tests: a store in which all is well, but for what is named. */
import type { StoreReport } from "./store-report";

export function sampleStoreReport(overrides: Partial<StoreReport> = {}): StoreReport {
  return {
    state: "ok",
    since: "2026-11-21T10:00:00.000Z",
    words: "",
    paused: [],
    goesOn: "",
    advice: "",
    problem: null,
    nextTry: null,
    waiting: 0,
    capacity: 100_000,
    shed: 0,
    place: ".droplens/data",
    sizeBytes: 0,
    freeBytes: 100 * 2 ** 30,
    diskBytes: 200 * 2 ** 30,
    drops: 0,
    oldest: null,
    oldestDay: null,
    retention: { days: 30, sizeBytes: 160 * 2 ** 30 },
    pruned: { days: 0, drops: 0, newestDay: null },
    notes: [],
    ...overrides,
  };
}
