/** What the running system reads from the store when it is there, at the start or after a fault. */
import { getHeapStatistics } from "node:v8";
import type { Store } from "@/lib/store/store";
import type { CoverageLog } from "./coverage-log";
import type { CoverageQueue } from "./coverage-queue";
import { takeCoverage } from "./coverage-rows";
import type { FirstSeen } from "./first-seen";
import type { Intake } from "./intake";
import type { SourceSetup } from "./source-setup";
import type { Storing } from "./storing";

/**
 * Takes the steps one after the other; one that fails keeps none of the others from its turn.
 * @throws what the first of them threw, once all had their turn.
 */
export async function takeUp(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

export type TakeUp = {
  store: Store;
  sources: readonly Pick<SourceSetup, "id">[];
  coverage: CoverageLog;
  retentionDays: number;
  /** Spans that a mended store has lost. */
  lost: () => readonly { fromMs: number; toMs: number }[];
  intake: Pick<Intake, "isReading" | "newestIs"> & { storing: Pick<Storing, "doubt"> };
  learnFirstSeen: FirstSeen["learn"];
  /** What people change. */
  logs: readonly { refresh(): Promise<unknown> }[];
  /** Called last: what waits for the store goes on. */
  goOn: () => void;
  nowMs: () => number;
};

/** What is to be done whenever the store is there anew. */
export function takeUpInto(into: TakeUp): () => Promise<void> {
  const { store, sources, coverage, intake, nowMs } = into;
  let isCoverageKnown = false;
  return () =>
    takeUp([
      async () => {
        // What a source began to hand over while the store was away may be in it since an earlier process.
        if (intake.isReading) intake.storing.doubt();
      },
      async () => {
        if (isCoverageKnown) return;
        const fromMs = nowMs() - into.retentionDays * 86_400_000;
        await loadCoverage(store, coverage, { fromMs, toMs: nowMs() });
        isCoverageKnown = true;
      },
      async () => {
        for (const span of into.lost()) for (const { id } of sources) coverage.missing(id, span);
      },
      async () => into.learnFirstSeen(await store.firstSeenOf("all")),
      async () => intake.newestIs(await newestStored(store, sources)),
      ...into.logs.map((log) => log.refresh),
      async () => into.goOn(),
    ]);
}

/** Newest time of what is stored of the sources, or null. */
export async function newestStored(
  store: Pick<Store, "newestTimeMs">,
  sources: readonly Pick<SourceSetup, "id">[],
): Promise<number | null> {
  const times = await Promise.all(sources.map(({ id }) => store.newestTimeMs(id)));
  return times.reduce(newerOf, null);
}

export function newerOf(a: number | null, b: number | null): number | null {
  return b !== null && b > (a ?? 0) ? b : a;
}

/** The stretches that the store knows, put into the log. */
async function loadCoverage(
  store: Pick<Store, "coverage">,
  log: CoverageLog,
  range: { fromMs: number; toMs: number },
): Promise<void> {
  takeCoverage(log, await store.coverage(range));
}

/**
 * The store as a source needs it. While it cannot say what it holds, a source begins with all that
 * it can get, and `onUnknown` makes sure that what is stored already is looked up.
 */
export function storeForIngest(
  store: Pick<Store, "newestTimeMs" | "recentUuids">,
  coverage: CoverageQueue,
  onUnknown: (error: unknown) => void,
): Pick<Store, "newestTimeMs" | "recentUuids" | "insertCoverage"> {
  const without = <T>(unknown: T) => {
    return (error: unknown): T => {
      onUnknown(error);
      return unknown;
    };
  };
  return {
    insertCoverage: coverage.insertCoverage,
    newestTimeMs: (origin) => store.newestTimeMs(origin).catch(without(null)),
    recentUuids: (sinceMs) => store.recentUuids(sinceMs).catch(without([])),
  };
}

/** A waiting drop takes some 2 KB of the heap, and its flows as much outside of it (measured on pairs). */
const WAITING_DROP_BYTES = 3_000;
const MOST_WAITING = 100_000;
const LEAST_WAITING = 5_000;

/** How many drops may wait for the store: at most a quarter of the memory that there is. */
export function waitingCapacity(heapBytes = getHeapStatistics().heap_size_limit): number {
  const fitting = Math.floor(heapBytes / 4 / WAITING_DROP_BYTES);
  return Math.max(LEAST_WAITING, Math.min(MOST_WAITING, fitting));
}
