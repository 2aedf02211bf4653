/**
 * The sources that are read here, and what they bring: to the live views and to the store. Where
 * replicas share a store, those whose leases this one holds; else all.
 */
import type { Config } from "@/lib/config";
import type { Drop } from "@/lib/drops/drop";
import type { NameMemory } from "@/lib/drops/name-memory";
import { createMeeting } from "@/lib/drops/pipeline";
import { createSeriesIndex } from "@/lib/drops/series";
import type { SourceReport } from "@/lib/drops/source-report";
import type { SourceSummary } from "@/lib/drops/view";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { createTurnClock } from "@/lib/hubble/turn-clock";
import { type CertificateWatch, watchCertificates } from "./certificate-watch";
import type { CoverageLog } from "./coverage-log";
import type { CoverageQueue } from "./coverage-queue";
import type { Hub } from "./hub";
import { createIngest, type Ingest, type IngestTiming } from "./ingest";
import type { LeaseTiming } from "./lease";
import { createLeasedSources, type LeasedSources } from "./leased-sources";
import type { PushEndpoint } from "./push-source";
import { summaryAlone, takenElsewhere } from "./replicas";
import { reportOf } from "./source-report";
import type { SourceSetup } from "./source-setup";
import { summaryOf } from "./source-status";
import { stopIngests } from "./stopping";
import type { StoreKeeper } from "./store-keeper";
import { createStoring, type Storing } from "./storing";
import { newerOf, storeForIngest } from "./take-up";

export type IntakeTiming = Partial<
  IngestTiming & { batchMs: number; renewMs: number; lease: LeaseTiming }
>;

export type Intake = {
  readonly storing: Storing;
  readonly leased: LeasedSources | null;
  /** Newest time of a drop; null while there is none. */
  readonly newestMs: number | null;
  /** A drop of this time is stored. */
  newestIs(timeMs: number | null): void;
  /** A drop of this time has arrived. */
  noteTime(timeMs: number): void;
  /** Whether any source is read here. */
  readonly isReading: boolean;
  /** Whether this one is. */
  isHere(id: string): boolean;
  /** Of all sources, here and on other replicas. */
  summaries(): SourceSummary[];
  reports(): SourceReport[];
  push(id: string): PushEndpoint | null;
  /** Begins to read, and to store what an earlier process could not. */
  start(): void;
  /** Takes no more sources. */
  close(): void;
  /** Ends reading; at most `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
};

export type IntakeOptions = {
  config: Config;
  sources: readonly SourceSetup[];
  keeper: StoreKeeper;
  coverage: CoverageLog;
  coverageQueue: CoverageQueue;
  /** Names of addresses; null: none are remembered. */
  names: NameMemory | null;
  hub: () => Pick<Hub, "add" | "beginAnew" | "storeIsBack">;
  /** Of this process, among those that share the store. */
  replica: string;
  timing: IntakeTiming | undefined;
  log: Log;
  nowMs: () => number;
};

/** How long a source that another replica has taken over may take to end here. */
const END_SOURCE_MS = 5_000;

export async function createIntake(options: IntakeOptions): Promise<Intake> {
  const { config, sources, keeper, coverage, coverageQueue, hub, timing, log, nowMs } = options;
  const { store } = keeper;
  const arrivalMs = createTurnClock(nowMs);
  const seriesIndex = createSeriesIndex();
  const meeting = sources.length > 1 ? createMeeting(config.pairWindowMs) : undefined;
  const ingests = new Map<string, Ingest>();
  const certificates = new Map<string, CertificateWatch>();
  const isShared = config.clickhouse !== null;
  const readable = isShared && config.role === "web" ? [] : sources;
  let leased: LeasedSources | null = null;
  let newestMs: number | null = null;

  const storing = await createStoring({
    keeper,
    coverageQueue,
    dataDir: config.dataDir,
    leased: () => leased,
    accountOf: (origin) => ingests.get(origin)?.status.account,
    onDrop: takeDrop,
    hub,
    timing: timing ?? {},
    log,
    nowMs,
  });
  const { writer, handIn, doubt, doubtBefore } = storing;

  function noteTime(timeMs: number): void {
    // A clock that is ahead must not become the newest for good.
    if (timeMs > (newestMs ?? 0) && timeMs <= arrivalMs()) newestMs = timeMs;
  }

  function takeDrop(drop: Drop): void {
    noteTime(drop.timeMs);
    hub().add(drop);
    writer.add(drop);
  }

  function begin(setup: SourceSetup): Ingest {
    const ingest = createIngest({
      setup,
      store: storeForIngest(store, coverageQueue, (error) => {
        log.warn("what is stored already is not known yet", { error: messageOf(error) });
        doubt();
      }),
      waitingUuids: handIn.uuidsOf(setup.id),
      coverage,
      seriesIndex,
      names: options.names,
      windowMs: config.pairWindowMs,
      meeting,
      onDrop: takeDrop,
      doubtBefore,
      onMissing: (timeMs) => coverageQueue.missing(setup.id, timeMs),
      writer,
      log,
      nowMs,
      ...(timing === undefined ? {} : { timing }),
    });
    ingests.set(setup.id, ingest);
    if (setup.certificates) certificates.set(setup.id, watchCertificates(setup.certificates));
    void ingest.run();
    void handIn.begin(setup.id);
    return ingest;
  }

  async function end(id: string): Promise<void> {
    certificates.get(id)?.stop();
    certificates.delete(id);
    const ingest = ingests.get(id);
    ingests.delete(id);
    if (ingest === undefined) return;
    await stopIngests([ingest], END_SOURCE_MS);
    for (const row of coverageQueue.leave(id)) coverage.uncertain(id, row);
    // What was let go of here may come again, should the source come back: it is not known any more.
    meeting?.seen.forget(nowMs());
    doubt();
  }

  const report = ({ status }: Ingest): SourceReport =>
    reportOf(status, {
      coverage,
      tls: certificates.get(status.id)?.report ?? null,
      nowMs: nowMs(),
    });

  function lease(): LeasedSources {
    return createLeasedSources({
      claims: store,
      sources: readable,
      replica: options.replica,
      begin,
      end,
      report,
      flush: () => writer.flush(),
      onDoubt: doubt,
      onOverlap: () => hub().beginAnew(),
      log,
      ...(timing?.renewMs && { renewMs: timing.renewMs }),
      ...(timing?.lease && { timing: timing.lease }),
    });
  }

  /** What waits of sources that nobody reads here any more is stored all the same. */
  function handInOthers(): void {
    for (const id of handIn.origins) {
      if (readable.some((one) => one.id === id)) continue;
      log.warn("drops of an earlier process are of a source that is not read here any more", {
        source: id,
      });
      void handIn.begin(id);
    }
  }

  return {
    storing,
    get leased() {
      return leased;
    },
    get newestMs() {
      return newestMs;
    },
    newestIs(timeMs) {
      newestMs = newerOf(newestMs, timeMs);
    },
    noteTime,
    get isReading() {
      return ingests.size > 0;
    },
    isHere: (id) => ingests.has(id),
    summaries: () => [
      ...[...ingests.values()].map((one) => summaryOf(one.status, nowMs())),
      ...(leased?.elsewhere().map(summaryAlone) ?? []),
    ],
    reports: () => [...[...ingests.values()].map(report), ...(leased?.elsewhere() ?? [])],
    push(id) {
      const push = sources.find((one) => one.id === id)?.push ?? null;
      return push === null || leased === null || ingests.has(id) ? push : takenElsewhere(push);
    },
    start() {
      if (isShared) {
        leased = lease();
        leased.start();
      } else {
        for (const setup of sources) begin(setup);
      }
      handInOthers();
    },
    close() {
      leased?.close();
      for (const watch of certificates.values()) watch.stop();
    },
    stop: (deadlineMs) => stopIngests([...ingests.values()], deadlineMs),
  };
}
