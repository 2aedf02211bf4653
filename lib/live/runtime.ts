/**
 * The running system: the only place where the rooms are wired together. It lives once a process,
 * on `globalThis`, because Next loads a module once for each of its bundles.
 */
import "server-only";
import type { Config } from "@/lib/config";
import { createSeriesIndex } from "@/lib/drops/series";
import type { SourcesAnswer } from "@/lib/drops/source-report";
import type { Coverage, SourceSummary } from "@/lib/drops/view";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { createScratchStores } from "@/lib/store/scratch";
import { openStore, type Store } from "@/lib/store/store";
import type { Subscription } from "./broadcast";
import { type Captures, createCaptures } from "./captures";
import { type CertificateWatch, watchCertificates } from "./certificate-watch";
import { type CoverageLog, createCoverageLog } from "./coverage-log";
import { watchExpectationFiles } from "./expectation-files";
import { createExpectationHits } from "./expectation-hits";
import type { ExpectationRows } from "./expectation-rows";
import { type Expectations, openExpectations } from "./expectations";
import { createExpecting } from "./expecting";
import { createExports, type Exports } from "./exports";
import { createFirstSeen } from "./first-seen";
import { createHub, type LiveParams } from "./hub";
import { createIngest, type Ingest, type IngestTiming } from "./ingest";
import { createKnownOf } from "./known";
import { openNameKeeper } from "./name-keeper";
import { createPast, type Past } from "./past";
import { createPreview, type Previews } from "./preview";
import type { PushEndpoint } from "./push-source";
import { openSavedViews, type SavedViews } from "./saved-views";
import { reportOf } from "./source-report";
import type { SourceSetup } from "./source-setup";
import { summaryOf } from "./source-status";
import { createWriter, type Writer } from "./writer";

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
  readiness(): { ready: boolean; checks: Record<string, string> };
  /** Ends the streams, stores what waits, and lets go of the store; at most `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
};

export type RuntimeOptions = {
  config: Config;
  sources: readonly SourceSetup[];
  log: Log;
  nowMs: () => number;
  /** Tests wait less and put a store that fails in the place of one that does not. */
  timing?: Partial<IngestTiming & { batchMs: number }>;
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
  const store = await (options.openStore ?? openStore)({
    dataDir: config.dataDir,
    retentionDays: config.retentionDays,
    nowMs,
  });
  const coverageLog = await loadCoverage(store, config, nowMs());
  const firstSeen = createFirstSeen(await store.firstSeenOf("all"), store.firstSeenBy);
  const savedViews = await openSavedViews(store, nowMs);
  const seriesIndex = createSeriesIndex();
  const keepMs = config.namesKeepHours * 3_600_000;
  const names = keepMs === 0 ? null : await openNameKeeper({ store, keepMs, log, nowMs });
  let storeProblem: string | null = null;
  let isStopping = false;

  const ingests = new Map<string, Ingest>();
  const certificates = new Map<string, CertificateWatch>();
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: (drops) => {
      for (const drop of drops) ingests.get(drop.origin)?.status.account.store(1);
    },
    onShed: (drops) => {
      for (const drop of drops) ingests.get(drop.origin)?.status.account.shed("store-down", 1);
    },
    onState: (problem) => {
      if (problem !== null) log.error("the store takes no drops", { error: problem });
      else {
        log.info("the store takes drops again");
        hub.storeIsBack();
      }
      storeProblem = problem;
    },
    ...(options.timing?.batchMs === undefined ? {} : { batchMs: options.timing.batchMs }),
  });

  const expectations = await openExpectations({
    store,
    nowMs,
    maxDays: config.expectationMaxDays,
    knownOf: createKnownOf({ store, writer }),
  });
  const expectationFiles = watchExpectationFiles(expectations, config.expectationsDir, log);

  let newestMs = await newestStored(store, sources);
  const summaries = (): SourceSummary[] =>
    [...ingests.values()].map((one) => summaryOf(one.status, nowMs()));
  const coverage = (fromMs: number, toMs: number): Coverage =>
    coverageOf(coverageLog, summaries(), fromMs, Math.min(toMs, nowMs()), newestMs);

  const expecting = createExpecting({
    expectations,
    store,
    writer,
    log,
    retentionDays: config.retentionDays,
  });
  const hub = createHub({ writer, firstSeen, expecting, coverage, log, nowMs });
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
    retentionDays: config.retentionDays,
    nowMs,
  });
  for (const setup of sources) {
    const ingest = createIngest({
      setup,
      store,
      coverage: coverageLog,
      seriesIndex,
      names: names?.memory ?? null,
      windowMs: config.pairWindowMs,
      onDrop: (drop) => {
        // A clock that is ahead must not become the newest for good.
        if (drop.timeMs > (newestMs ?? 0) && drop.timeMs <= nowMs()) newestMs = drop.timeMs;
        hub.add(drop);
        writer.add(drop);
      },
      writer,
      log,
      nowMs,
      ...(options.timing === undefined ? {} : { timing: options.timing }),
    });
    ingests.set(setup.id, ingest);
    if (setup.certificates) certificates.set(setup.id, watchCertificates(setup.certificates));
    void ingest.run();
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
      nowMs,
    }),
    push: (id) => sources.find((one) => one.id === id)?.push ?? null,
    live: hub.subscribe,
    sourceReports: () => ({
      at: new Date(nowMs()).toISOString(),
      sources: [...ingests.values()].map(({ status }) =>
        reportOf(status, {
          coverage: coverageLog,
          tls: certificates.get(status.id)?.report ?? null,
          nowMs: nowMs(),
        }),
      ),
      store: { problem: storeProblem, waiting: writer.waiting },
      streams: { views: hub.views, subscribers: hub.subscribers },
    }),
    readiness: () => ({
      ready: !isStopping,
      checks: {
        store: storeProblem ?? "ok",
        ...Object.fromEntries(summaries().map(({ id, state }) => [`source ${id}`, state])),
      },
    }),
    async stop(deadlineMs) {
      isStopping = true;
      for (const watch of certificates.values()) watch.stop();
      hub.close();
      const capturesClosed = captures.stop();
      expectationFiles.stop();
      expectations.close();
      expecting.close();
      await Promise.race([capturesClosed, later(deadlineMs / 4)]);
      await stopIngests([...ingests.values()], deadlineMs / 3);
      // Within what the store has for its end; what is not kept is learnt again.
      if (names !== null) await Promise.race([names.stop(), later(deadlineMs / 6)]);
      await stopWriting(writer, store, deadlineMs / 3, log);
    },
  };
}

function coverageOf(
  log: CoverageLog,
  sources: readonly SourceSummary[],
  fromMs: number,
  toMs: number,
  newestMs: number | null,
): Coverage {
  const ids = sources.map(({ id }) => id);
  const gaps = log.gaps(ids, fromMs, toMs);
  const lostAtMost = log.lostAtMost(fromMs, toMs);
  const isWhole = sources.every(
    ({ state, nodesUnavailable }) => state === "connected" && nodesUnavailable === 0,
  );
  const complete = isWhole && lostAtMost === 0 && gaps.every(({ refilled }) => refilled);
  const newestDrop = newestMs === null ? null : new Date(newestMs).toISOString();
  return { complete, gaps, lostAtMost, newestDrop, sources };
}

async function newestStored(store: Store, sources: readonly SourceSetup[]): Promise<number | null> {
  const times = await Promise.all(sources.map(({ id }) => store.newestTimeMs(id)));
  return times.reduce(
    (newest, time) => (time !== null && time > (newest ?? 0) ? time : newest),
    null,
  );
}

async function loadCoverage(store: Store, config: Config, nowMs: number): Promise<CoverageLog> {
  const log = createCoverageLog();
  const fromMs = nowMs - config.retentionDays * 86_400_000;
  for (const row of await store.coverage({ fromMs, toMs: nowMs })) {
    if (row.refilled) log.refilled(row.source, row);
    else log.connected(row.source, row);
    if (row.lostAtMost > 0) log.lost(row.source, { timeMs: row.toMs, events: row.lostAtMost });
  }
  return log;
}

async function stopIngests(ingests: readonly Ingest[], deadlineMs: number): Promise<void> {
  const stopped = Promise.all(ingests.map((ingest) => ingest.stop()));
  await Promise.race([stopped, later(deadlineMs)]);
}

async function stopWriting(writer: Writer, store: Store, deadlineMs: number, log: Log) {
  await writer.close(deadlineMs);
  if (writer.waiting > 0)
    log.error("drops were not stored before the end", { drops: writer.waiting });
  await store
    .close()
    .catch((error) => log.error("the store did not close", { error: messageOf(error) }));
}

/** Does not keep the process. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
