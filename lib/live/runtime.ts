/**
 * The running system: the only place where the rooms are wired together. It lives once a process,
 * on `globalThis`, because Next loads a module once for each of its bundles.
 */
import "server-only";
import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import type { Config } from "@/lib/config";
import type { Drop } from "@/lib/drops/drop";
import { createMeeting } from "@/lib/drops/pipeline";
import { isReadToEnd, isUp } from "@/lib/drops/reading";
import { createSeriesIndex } from "@/lib/drops/series";
import type { SourceReport, SourcesAnswer } from "@/lib/drops/source-report";
import type { StoreReport } from "@/lib/drops/store-report";
import type { Coverage, SourceSummary } from "@/lib/drops/view";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { WRITERS } from "@/lib/store/arrivals";
import type { LogHeads } from "@/lib/store/log-heads";
import { createScratchStores } from "@/lib/store/scratch";
import { openStore, type Store } from "@/lib/store/store";
import { createArrivals } from "./arrivals";
import type { Subscription } from "./broadcast";
import { type Captures, createCaptures } from "./captures";
import { type CertificateWatch, watchCertificates } from "./certificate-watch";
import { type CoverageLog, createCoverageLog } from "./coverage-log";
import { createCoverageQueue } from "./coverage-queue";
import { watchExpectationFiles } from "./expectation-files";
import { createExpectationHits } from "./expectation-hits";
import type { ExpectationRows } from "./expectation-rows";
import { type Expectations, openExpectations } from "./expectations";
import { createExpecting } from "./expecting";
import { createExports, type Exports } from "./exports";
import { createFirstSeen } from "./first-seen";
import { followReplicas, logTurns } from "./follow-replicas";
import { createHandIn, type HandIn } from "./hand-in";
import { createHub, type LiveParams } from "./hub";
import { createIngest, type Ingest, type IngestTiming } from "./ingest";
import { createInsertOnce } from "./insert-once";
import { createKnownOf } from "./known";
import type { LeaseTiming } from "./lease";
import { createLeasedSources, type LeasedSources } from "./leased-sources";
import { ALONE } from "./log-turns";
import { openNameKeeper } from "./name-keeper";
import { createNaming } from "./naming";
import { createPast, type Past } from "./past";
import { createPreview, type Previews } from "./preview";
import type { PushEndpoint } from "./push-source";
import { insertOurs, refuseLive, summaryAlone, takenElsewhere } from "./replicas";
import { openSavedViews, type SavedViews } from "./saved-views";
import { reportOf } from "./source-report";
import type { SourceSetup } from "./source-setup";
import { summaryOf } from "./source-status";
import { keepForNextStart, readSpilled } from "./spill";
import { keepStore } from "./store-keeper";
import {
  loadCoverage,
  newerOf,
  newestStored,
  storeForIngest,
  takeUp,
  waitingCapacity,
} from "./take-up";
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
  timing?: Partial<IngestTiming & { batchMs: number; renewMs: number; lease: LeaseTiming }>;
  openStore?: typeof openStore;
};

/** How long a source that another replica has taken over may take to end here. */
const END_SOURCE_MS = 5_000;
/** Clocks of nodes may be ahead by this. */
const CLOCK_SLACK_MS = 60_000;

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
    log,
    nowMs,
    ...(options.timing?.storeRetryMs && { retryMs: options.timing.storeRetryMs }),
  });
  const { store } = keeper;
  const coverageLog = createCoverageLog();
  const coverageQueue = createCoverageQueue(
    async (rows) => {
      await keeper.requireRoom();
      await store.insertCoverage(rows);
    },
    (source, stretch) => coverageLog.missing(source, stretch),
    nowMs,
  );
  const firstSeen = createFirstSeen(new Map(), store.firstSeenBy);
  const turnsOf = (which: keyof LogHeads) => (isShared ? logTurns(store, which, replica) : ALONE);
  const savedViews = await openSavedViews(store, nowMs, turnsOf("savedViews"), log);
  const seriesIndex = createSeriesIndex();
  const meeting = sources.length > 1 ? createMeeting(config.pairWindowMs) : undefined;
  const keepMs = config.namesKeepHours * 3_600_000;
  const names =
    keepMs === 0
      ? null
      : await openNameKeeper({ store, isShared, room: keeper.requireRoom, keepMs, log, nowMs });
  let shed = 0;
  let isStopping = false;

  const ingests = new Map<string, Ingest>();
  const certificates = new Map<string, CertificateWatch>();
  let leased: LeasedSources | null = null;
  const once = createInsertOnce(
    {
      insertDrops: (drops) => store.insertDrops(drops, () => leased?.requireHeld(drops)),
      storedAmong: (uuids, range) => store.storedAmong(uuids, range),
    },
    keeper.requireRoom,
  );
  const writer = createWriter({
    insert: (drops) => insertOurs(drops, { leased, once, onLeft: handIn.leave }),
    onStored: (drops) => {
      for (const drop of drops) ingests.get(drop.origin)?.status.account.store(1);
    },
    onKnown: (drops) => {
      for (const drop of drops) ingests.get(drop.origin)?.status.account.duplicate(1);
      handIn.known(drops);
    },
    onShed: (drops) => {
      shed += drops.length;
      handIn.leave(drops);
      const reason = keeper.state === "full" ? "disk-full" : "store-down";
      for (const drop of drops) {
        ingests.get(drop.origin)?.status.account.shed(reason, 1);
        coverageQueue.missing(drop.origin, drop.timeMs);
      }
    },
    onState: (error) => {
      keeper.noteWriting(error);
      if (error !== null) return;
      hub.storeIsBack();
      void coverageQueue.drain();
    },
    capacity: options.timing?.waitingCapacity ?? waitingCapacity(),
    ...(options.timing?.batchMs === undefined ? {} : { batchMs: options.timing.batchMs }),
  });

  const storeReport = (): StoreReport =>
    keeper.report({ waiting: writer.waiting, capacity: writer.capacity, shed });

  const expectations = await openExpectations({
    store,
    nowMs,
    turns: turnsOf("expectations"),
    maxDays: config.expectationMaxDays,
    knownOf: createKnownOf({ store, writer }),
  });
  const expectationFiles = watchExpectationFiles(expectations, config.expectationsDir, log);

  const handIn = createHandIn(await readSpilled(config.dataDir, writer.capacity, log), {
    writer,
    onDrop: (drop) => {
      // It counts as received anew.
      ingests.get(drop.origin)?.status.account.receive(1);
      takeDrop(drop);
    },
    onDoubt: () => once.doubtBefore(nowMs() + CLOCK_SLACK_MS),
    onOverlap: () => hub.beginAnew(),
    remove: (path) => rm(path, { force: true }).catch(() => {}),
    log,
  });

  let newestMs: number | null = null;
  const summaries = (): SourceSummary[] => [
    ...[...ingests.values()].map((one) => summaryOf(one.status, nowMs())),
    ...(leased?.elsewhere().map(summaryAlone) ?? []),
  ];
  const coverage = (fromMs: number, toMs: number): Coverage =>
    coverageOf({
      log: coverageLog,
      sources: summaries(),
      hasHistory: keeper.isThere,
      fromMs,
      toMs: Math.min(toMs, nowMs()),
      newestMs,
    });

  const noteTime = (timeMs: number) => {
    // A clock that is ahead must not become the newest for good.
    if (timeMs > (newestMs ?? 0) && timeMs <= nowMs()) newestMs = timeMs;
  };
  const takeDrop = (drop: Drop) => {
    noteTime(drop.timeMs);
    hub.add(drop);
    writer.add(drop);
  };
  const arrivals =
    isShared && config.role !== "ingest"
      ? createArrivals({
          store,
          writer,
          writerNumber,
          onDrop: (drop) => {
            noteTime(drop.timeMs);
            hub.add({ ...drop, verdictFlow: null, dropFlow: null });
          },
          onMissed: () => {
            hub.beginAnew();
            void expecting.recount();
          },
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
  let isCoverageKnown = false;
  await keeper.onThere(() =>
    takeUp([
      async () => {
        // What a source began to hand over while the store was away may be in it since an earlier process.
        if (ingests.size > 0) once.doubtBefore(nowMs() + CLOCK_SLACK_MS);
      },
      async () => {
        if (isCoverageKnown) return;
        const fromMs = nowMs() - config.retentionDays * 86_400_000;
        await loadCoverage(store, coverageLog, { fromMs, toMs: nowMs() });
        isCoverageKnown = true;
      },
      async () => {
        for (const span of keeper.notes.lost) {
          for (const { id } of sources) coverageLog.missing(id, span);
        }
      },
      async () => firstSeen.learn(await store.firstSeenOf("all")),
      async () => {
        newestMs = newerOf(newestMs, await newestStored(store, sources));
      },
      expectations.refresh,
      savedViews.refresh,
      async () => {
        writer.retry();
        hub.storeIsBack();
        void coverageQueue.drain();
      },
    ]),
  );

  function beginSource(setup: SourceSetup): Ingest {
    const ingest = createIngest({
      setup,
      store: storeForIngest(store, coverageQueue, (error) => {
        log.warn("what is stored already is not known yet", { error: messageOf(error) });
        once.doubtBefore(nowMs() + CLOCK_SLACK_MS);
      }),
      waitingUuids: handIn.uuidsOf(setup.id),
      coverage: coverageLog,
      seriesIndex,
      names: names?.memory ?? null,
      windowMs: config.pairWindowMs,
      meeting,
      onDrop: takeDrop,
      writer,
      log,
      nowMs,
      ...(options.timing === undefined ? {} : { timing: options.timing }),
    });
    ingests.set(setup.id, ingest);
    if (setup.certificates) certificates.set(setup.id, watchCertificates(setup.certificates));
    void ingest.run();
    void handIn.begin(setup.id);
    return ingest;
  }

  async function endSource(id: string): Promise<void> {
    certificates.get(id)?.stop();
    certificates.delete(id);
    const ingest = ingests.get(id);
    ingests.delete(id);
    if (ingest !== undefined) await stopIngests([ingest], END_SOURCE_MS);
  }

  const reportHere = ({ status }: Ingest): SourceReport =>
    reportOf(status, {
      coverage: coverageLog,
      tls: certificates.get(status.id)?.report ?? null,
      nowMs: nowMs(),
    });

  let stopFollowing = () => {};
  if (isShared) {
    leased = createLeasedSources({
      claims: store,
      sources: config.role === "web" ? [] : sources,
      replica,
      begin: beginSource,
      end: endSource,
      report: reportHere,
      flush: () => writer.flush(),
      onDoubt: () => once.doubtBefore(nowMs() + CLOCK_SLACK_MS),
      onOverlap: () => hub.beginAnew(),
      log,
      ...(options.timing?.renewMs && { renewMs: options.timing.renewMs }),
      ...(options.timing?.lease && { timing: options.timing.lease }),
    });
    leased.start();
    arrivals?.start();
    stopFollowing = followReplicas({
      store,
      logs: { expectations, savedViews },
      coverage: coverageLog,
      isHere: (id) => ingests.has(id),
      log,
    });
  } else {
    for (const setup of sources) beginSource(setup);
  }
  for (const id of handIn.origins) {
    if (config.role !== "web" && sources.some((one) => one.id === id)) continue;
    log.warn("drops of an earlier process are of a source that is not read here any more", {
      source: id,
    });
    void handIn.begin(id);
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
    push: (id) => {
      const push = sources.find((one) => one.id === id)?.push ?? null;
      return push === null || leased === null || ingests.has(id) ? push : takenElsewhere(push);
    },
    live: config.role === "ingest" ? refuseLive : hub.subscribe,
    storeReport,
    sourceReports: () => ({
      at: new Date(nowMs()).toISOString(),
      sources: [...[...ingests.values()].map(reportHere), ...(leased?.elsewhere() ?? [])],
      store: storeReport(),
      streams: { views: hub.views, subscribers: hub.subscribers },
    }),
    readiness: () => ({
      ready: !isStopping,
      degraded: keeper.state !== "ok",
      checks: {
        store: keeper.state === "ok" ? "ok" : storeReport().words,
        ...Object.fromEntries(summaries().map(({ id, state }) => [`source ${id}`, state])),
      },
    }),
    async stop(deadlineMs) {
      isStopping = true;
      leased?.close();
      arrivals?.stop();
      stopFollowing();
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
      await stopWriting({
        writer,
        handIn,
        store,
        leased,
        dataDir: config.dataDir,
        deadlineMs: deadlineMs / 3,
        log,
      });
    },
  };
}

function coverageOf(of: {
  log: CoverageLog;
  sources: readonly SourceSummary[];
  hasHistory: boolean;
  fromMs: number;
  toMs: number;
  newestMs: number | null;
}): Coverage {
  const { log, sources, fromMs, toMs } = of;
  // A file that is read to its end misses nothing afterwards, unless it is all there is.
  const going = sources.filter((one) => !isReadToEnd(one));
  const ids = (going.length === 0 ? sources : going).map(({ id }) => id);
  const gaps = log.gaps(ids, fromMs, toMs);
  const lostAtMost = log.lostAtMost(fromMs, toMs);
  const isWhole = sources.every((one) => isUp(one) && one.nodesUnavailable === 0);
  const complete =
    of.hasHistory && isWhole && lostAtMost === 0 && gaps.every(({ refilled }) => refilled);
  const newestDrop = of.newestMs === null ? null : new Date(of.newestMs).toISOString();
  return { complete, gaps, lostAtMost, newestDrop, sources };
}

async function stopIngests(ingests: readonly Ingest[], deadlineMs: number): Promise<void> {
  const stopped = Promise.all(ingests.map((ingest) => ingest.stop()));
  await Promise.race([stopped, later(deadlineMs)]);
}

async function stopWriting(end: {
  writer: Writer;
  handIn: HandIn;
  store: Store;
  leased: LeasedSources | null;
  dataDir: string;
  deadlineMs: number;
  log: Log;
}): Promise<void> {
  const { writer, handIn, store, leased, deadlineMs, log } = end;
  handIn.stop();
  await writer.close(deadlineMs);
  // What came from a file is in it still.
  const left = writer.left().filter((drop) => !handIn.holds(drop));
  if (left.length > 0) await keepForNextStart(end.dataDir, left, log);
  // Another replica may go on with the sources; otherwise it waits until our leases run out.
  if (leased !== null) await Promise.race([leased.release(), later(deadlineMs)]);
  await store
    .close()
    .catch((error) => log.error("the store did not close", { error: messageOf(error) }));
}

/** Does not keep the process. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
