/**
 * The running system: the only place where the rooms are wired together. It lives once a process,
 * on `globalThis`, because Next loads a module once for each of its bundles.
 */
import "server-only";
import { randomInt } from "node:crypto";
import { hostname } from "node:os";
import type { Config } from "@/lib/config";
import type { SourcesAnswer } from "@/lib/drops/source-report";
import type { StoreReport } from "@/lib/drops/store-report";
import type { Coverage } from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { WRITERS } from "@/lib/store/arrivals";
import type { LogHeads } from "@/lib/store/log-heads";
import { createScratchStores } from "@/lib/store/scratch";
import { openStore } from "@/lib/store/store";
import { createArrivals } from "./arrivals";
import type { Subscription } from "./broadcast";
import { type Captures, createCaptures } from "./captures";
import { coverageOf } from "./coverage-answer";
import { createCoverageLog } from "./coverage-log";
import { createCoverageQueue } from "./coverage-queue";
import { watchExpectationFiles } from "./expectation-files";
import { createExpectationHits } from "./expectation-hits";
import type { ExpectationRows } from "./expectation-rows";
import { type Expectations, openExpectations } from "./expectations";
import { createExpecting } from "./expecting";
import { createExports, type Exports } from "./exports";
import { createFirstSeen } from "./first-seen";
import { followReplicas, logTurns } from "./follow-replicas";
import { createHub, type LiveParams } from "./hub";
import { createIntake, type IntakeTiming } from "./intake";
import { createKnownOf } from "./known";
import { ALONE } from "./log-turns";
import { openNameKeeper } from "./name-keeper";
import { createNaming } from "./naming";
import { createPast, type Past } from "./past";
import { createPreview, type Previews } from "./preview";
import type { PushEndpoint } from "./push-source";
import { refuseLive } from "./replicas";
import { openSavedViews, type SavedViews } from "./saved-views";
import type { SourceSetup } from "./source-setup";
import { stopAll } from "./stopping";
import { keepStore } from "./store-keeper";
import { takeUpInto } from "./take-up";

export type Runtime = {
  readonly config: Config;
  readonly log: Log;
  readonly past: Past;
  readonly exports: Exports;
  readonly captures: Captures;
  readonly savedViews: SavedViews;
  readonly expectations: Expectations;
  readonly expectationRows: ExpectationRows;
  readonly preview: Previews;
  /** In words: what of the expectations cannot be read or applied, and so hides nothing. */
  expectationProblems(): readonly string[];
  /** Where lines may be pushed to, by the source's id; null when there is no such source. */
  push(source: string): PushEndpoint | null;
  live(params: LiveParams, lastEventId: string | null): Promise<Subscription>;
  sourceReports(): SourcesAnswer;
  storeReport(): StoreReport;
  /** `degraded`: pages can be served, but `checks` tells what does not work. */
  readiness(): { ready: boolean; degraded: boolean; checks: Record<string, string> };
  /** Ends the streams, stores what waits, and lets go of the store; at most `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
};

export type RuntimeOptions = {
  config: Config;
  sources: readonly SourceSetup[];
  log: Log;
  nowMs: () => number;
  /** Tests wait less and put a store that fails in the place of one that does not. */
  timing?: IntakeTiming;
  openStore?: typeof openStore;
};

const KEY = Symbol.for("droplens.runtime");
type Holder = { [KEY]?: Runtime };

/** @throws AppError `unavailable` before the start is over. */
export function getRuntime(): Runtime {
  const runtime = (globalThis as Holder)[KEY];
  if (runtime === undefined) throw new AppError("unavailable", "Droplens is still starting.");
  return runtime;
}

export function setRuntime(runtime: Runtime): void {
  (globalThis as Holder)[KEY] = runtime;
}

/** @throws AppError when the store cannot be opened. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { config, sources, log, nowMs } = options;
  const writerNumber = randomInt(1, WRITERS);
  const isShared = config.clickhouse !== null;
  const replica = `${hostname()}/${process.pid}`;
  const coverageLog = createCoverageLog();
  const keeper = await keepStore({
    open: (mend) =>
      (options.openStore ?? openStore)({
        dataDir: config.dataDir,
        retentionDays: config.retentionDays,
        nowMs,
        ...(mend && { mend }),
        ...(config.clickhouse && { server: config.clickhouse, writer: writerNumber }),
      }),
    mends: config.clickhouse === null,
    dataDir: config.dataDir,
    place: config.clickhouse?.url ?? config.dataDir,
    retention: { days: config.retentionDays, sizeBytes: config.retentionBytes },
    onPruned: (range) => {
      for (const { id } of sources) coverageLog.missing(id, range);
    },
    log,
    nowMs,
    ...(options.timing?.storeRetryMs && { retryMs: options.timing.storeRetryMs }),
  });
  const { store } = keeper;
  const coverageQueue = createCoverageQueue(
    async (rows) => {
      await keeper.requireRoom();
      await store.insertCoverage(rows);
    },
    (source, stretch) => coverageLog.missing(source, stretch),
    nowMs,
    (source) => intake.leased?.isHeld(source) ?? true,
  );
  const firstSeen = createFirstSeen(new Map(), store.firstSeenBy);
  const turnsOf = (which: keyof LogHeads) => (isShared ? logTurns(store, which, replica) : ALONE);
  const savedViews = await openSavedViews(store, nowMs, turnsOf("savedViews"), log);
  const keepMs = config.namesKeepHours * 3_600_000;
  const names =
    keepMs === 0
      ? null
      : await openNameKeeper({ store, isShared, room: keeper.requireRoom, keepMs, log, nowMs });
  let isStopping = false;

  const intake = await createIntake({
    config,
    sources,
    keeper,
    coverage: coverageLog,
    coverageQueue,
    names: names?.memory ?? null,
    hub: () => hub,
    replica,
    timing: options.timing,
    log,
    nowMs,
  });
  const { writer } = intake.storing;
  const storeReport = (): StoreReport =>
    keeper.report({
      waiting: writer.waiting,
      capacity: writer.capacity,
      shed: intake.storing.shed,
    });

  const expectations = await openExpectations({
    store,
    nowMs,
    turns: turnsOf("expectations"),
    maxDays: config.expectationMaxDays,
    knownOf: createKnownOf({ store, writer }),
  });
  const expectationFiles = watchExpectationFiles(expectations, config.expectationsDir, log);

  const coverage = (fromMs: number, toMs: number): Coverage =>
    coverageOf({
      log: coverageLog,
      sources: intake.summaries(),
      hasHistory: keeper.isThere,
      fromMs,
      toMs: Math.min(toMs, nowMs()),
      newestMs: intake.newestMs,
    });

  const arrivals =
    isShared && config.role !== "ingest"
      ? createArrivals({
          store,
          writer,
          writerNumber,
          onDrop: (drop) => {
            intake.noteTime(drop.timeMs);
            hub.add({ ...drop, verdictFlow: null, dropFlow: null });
          },
          onMissed: () => hub.beginAnew(),
          log,
          nowMs,
        })
      : null;

  const expecting = createExpecting({
    expectations,
    store: arrivals?.store ?? store,
    writer: arrivals?.writer ?? writer,
    log,
    retentionDays: config.retentionDays,
  });
  const naming = names === null ? null : createNaming(names.memory, nowMs);
  const hub = createHub({
    naming,
    writer: arrivals?.writer ?? writer,
    firstSeen,
    expecting,
    coverage,
    log,
    nowMs,
  });
  const scratch = createScratchStores(config.dataDir, nowMs);
  const left = await scratch.sweep();
  if (left !== null) log.warn(left);
  const captures = createCaptures({
    scratch,
    expectations,
    log,
    nowMs,
    pairWindowMs: config.pairWindowMs,
    maxBytes: config.captureMaxBytes,
    idleHours: config.captureIdleHours,
  });
  const exports = createExports({ store, writer, expecting, nowMs });
  const past = createPast({
    store,
    writer,
    firstSeen,
    expecting,
    coverage,
    naming,
    retentionDays: config.retentionDays,
    nowMs,
  });
  await keeper.onThere(
    takeUpInto({
      store,
      sources,
      coverage: coverageLog,
      retentionDays: config.retentionDays,
      lost: () => keeper.notes.lost,
      intake,
      learnFirstSeen: firstSeen.learn,
      logs: [expectations, savedViews],
      goOn: () => {
        writer.retry();
        hub.storeIsBack();
        void coverageQueue.drain();
      },
      nowMs,
    }),
  );
  intake.start();
  let stopFollowing = () => {};
  if (isShared) {
    arrivals?.start();
    stopFollowing = followReplicas({
      store,
      logs: { expectations, savedViews },
      coverage: coverageLog,
      isHere: intake.isHere,
      log,
    });
  }

  return {
    config,
    log,
    past,
    exports,
    captures,
    savedViews,
    expectations,
    expectationProblems: expecting.problems,
    expectationRows: createExpectationHits({ expecting, writer, nowMs }),
    preview: createPreview({
      store,
      writer,
      expecting,
      firstSeen,
      list: expectations.list,
      naming,
      nowMs,
    }),
    push: intake.push,
    live: config.role === "ingest" ? refuseLive : hub.subscribe,
    storeReport,
    sourceReports: () => ({
      at: new Date(nowMs()).toISOString(),
      sources: intake.reports(),
      store: storeReport(),
      streams: { views: hub.views, subscribers: hub.subscribers },
    }),
    readiness: () => ({
      ready: !isStopping,
      degraded: keeper.state !== "ok",
      checks: {
        store: keeper.state === "ok" ? "ok" : storeReport().words,
        ...Object.fromEntries(intake.summaries().map(({ id, state }) => [`source ${id}`, state])),
      },
    }),
    stop(deadlineMs) {
      isStopping = true;
      const close = [
        () => arrivals?.stop(),
        stopFollowing,
        hub.close,
        expectationFiles.stop,
        expectations.close,
        expecting.close,
      ];
      const { dataDir } = config;
      return stopAll({ intake, close, captures, names, store, dataDir, log }, deadlineMs);
    },
  };
}
