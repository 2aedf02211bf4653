/** Opens the store: history on disk, in the embedded ClickHouse, behind a handful of functions. */
import { randomInt } from "node:crypto";
import type { AddressName } from "@/lib/drops/name-memory";
import type { Facet, GroupBy } from "@/lib/drops/view";
import { AppError, messageOf } from "@/lib/errors";
import type { Rule } from "@/lib/expectations/rule";
import type { MinuteCount } from "@/lib/expectations/surge";
import { insertAddressNames, selectAddressNames } from "./address-names-table";
import { WRITERS } from "./arrivals";
import {
  type Claim,
  type LastClaim,
  type LiveClaim,
  lastClaims,
  liveClaims,
  putClaims,
} from "./claims-table";
import type { Condition } from "./condition";
import { openEngine } from "./connection";
import {
  type CoverageRow,
  type CoverageStretch,
  insertCoverage,
  selectCoverage,
  selectCoverageWritten,
} from "./coverage-table";
import type { DropList } from "./drop-pages";
import type { Evidence, StoredDrop } from "./drop-row";
import { createDropsTable, type DropsTable } from "./drops-table";
import { loadEmbedded } from "./embedded-library";
import { closedStore, type Engine } from "./engine";
import { appendEvents, type EventRow, selectEvents } from "./event-table";
import { type FacetsOptions, readFacets } from "./facets";
import { type FirstOfGroup, firstSeenBy, firstSeenOf } from "./first-seen";
import { type DataFolder, prepareFolder } from "./folder";
import { engineHolder, type FolderLock, lockedFolder, lockFolder } from "./lock";
import { type LogHeads, readLogHeads } from "./log-heads";
import { migrate } from "./migrations";
import { minuteCounts } from "./minute-counts";
import { countOverTime, type OverTimeOptions, type OverTimeRow } from "./over-time";
import { settleWithin } from "./patience";
import { type PrunedDay, pruneToSize } from "./prune";
import {
  isHalfThere,
  partsLeftOut,
  type SetAside,
  setBrokenPartsAside,
  setFolderAside,
} from "./quarantine";
import { newestTimeMs, recentUuids, storedAmong } from "./resume";
import { setRetention } from "./retention";
import { DEFAULT_RETENTION_DAYS } from "./schema";
import { createSeriesTable } from "./series-table";
import type { ServerAddress } from "./server-address";
import { openServerEngine } from "./server-engine";
import { type SnapshotOptions, type SnapshotRow, snapshot } from "./snapshot";
import { readStats, type StoreStats } from "./stats";
import type { Range } from "./time";

export type StoreOptions = {
  /** Folder for everything the store keeps; made if missing. */
  dataDir: string;
  /** Age in whole days, from when a drop was received, at which it goes. */
  retentionDays?: number;
  nowMs?: () => number;
  /** What to do about files that cannot be read; by default the store is refused. */
  mend?: Mend;
  /** A ClickHouse server instead of the embedded engine; an empty `dataDir` is then none. */
  server?: ServerAddress;
  /** Number of this process among those that write to the server; chosen by chance when left out. */
  writer?: number;
};

export type Mend = {
  /** Whether the whole folder is set aside: only when half of it is missing, or when it cannot be opened, or in any case. */
  folder: "keep" | "if-unreadable" | "now";
  /** Tables whose broken parts are looked for and set aside. */
  tables: readonly string[] | "all";
  onFolderAside: (path: string) => void;
  onPartsAside: (parts: readonly SetAside[]) => void;
};

/** All times are milliseconds since the epoch; a range holds its start and not its end. */
export type Store = SharedStore & {
  /** Settles when the drops are written: from then on they survive the end of the process. */
  insertDrops: DropsTable["insert"];
  snapshot: (options: SnapshotOptions) => Promise<SnapshotRow[]>;
  /** How the attempts of classes of series lie over time. */
  overTime: (options: OverTimeOptions) => Promise<OverTimeRow[]>;
  /** Drops that each rule covers in each minute, of all that is stored or of a range's minutes. */
  minuteCounts: (
    rules: readonly Rule[],
    range?: Range,
    also?: Condition,
  ) => Promise<ReadonlyMap<Rule, readonly MinuteCount[]>>;
  firstSeenOf: (groups: readonly string[] | "all") => Promise<ReadonlyMap<string, number>>;
  /** The first time of every group of a grouping. */
  firstSeenBy: (by: GroupBy) => Promise<FirstOfGroup[]>;
  /** Values of fields with their counts, in the order of `fields`. */
  facets: (options: FacetsOptions) => Promise<Facet[]>;
  /** Newest first; the next page is the one `before` the last drop of this one. */
  listDrops: (list: DropList) => Promise<StoredDrop[]>;
  /** Oldest first, with the flows, beside what people wait for. */
  evidencePage: DropsTable["evidencePage"];
  countDrops: DropsTable["count"];
  /** By the uuid of either of its flows. */
  getDrop: (uuid: string) => Promise<(StoredDrop & Evidence) | null>;
  /** uuids of all flows whose drops lie at or after `sinceMs`. */
  recentUuids: (sinceMs: number) => Promise<string[]>;
  /** Which of these flows lie in drops of the range. */
  storedAmong: (uuids: readonly string[], range: Range) => Promise<ReadonlySet<string>>;
  /** Newest credible time of a source's drops, of all for null; null when there are none. */
  newestTimeMs: (origin: string | null) => Promise<number | null>;
  insertCoverage: (rows: readonly CoverageRow[]) => Promise<void>;
  /** Of the heartbeats that touch the range, those that follow each other as one. */
  coverage: (range: Range) => Promise<CoverageStretch[]>;
  /** What was written in the last so many seconds, of whatever time it tells. */
  coverageWritten: (seconds: number) => Promise<CoverageRow[]>;
  /** Those of one call are kept together. */
  appendExpectationEvent: (...events: EventRow[]) => Promise<void>;
  expectationEvents: () => Promise<EventRow[]>;
  appendSavedViewEvent: (event: EventRow) => Promise<void>;
  savedViewEvents: () => Promise<EventRow[]>;
  /** Names of addresses; one that is kept already is replaced. */
  insertAddressNames: (names: readonly AddressName[]) => Promise<void>;
  /** Those seen at or after `sinceMs`, the newest `limit`, oldest first. */
  addressNames: (sinceMs: number, limit: number) => Promise<AddressName[]>;
  stats: () => Promise<StoreStats>;
  /** Lets the oldest days go until everything takes at most so much, or only today is left. */
  prune: (limitBytes: number) => Promise<PrunedDay[]>;
  /** Waits for what was handed in, up to its patience, then lets go of the folder. */
  close: () => Promise<void>;
};

/** What replicas that share a server tell each other through it. */
export type SharedStore = Pick<DropsTable, "arrivals" | "position"> & {
  /** Settles when others can see them. */
  putClaims: (claims: readonly Claim[]) => Promise<void>;
  /** Claims to names that begin so, renewed within `ttlMs`. */
  liveClaims: (prefix: string, ttlMs: number) => Promise<LiveClaim[]>;
  /** The last word on each name that begins so. */
  lastClaims: (prefix: string) => Promise<LastClaim[]>;
  /** Position of the last event of each log. */
  logHeads: () => Promise<LogHeads>;
};

/** For the inserts, then for the reads: a process told to end has a second for both. */
const CLOSE_PATIENCE_MS = 450;

/**
 * Opens the store in `dataDir`.
 * @throws AppError `store-locked`, `store-newer` or `store-unavailable`, naming folder and fix.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.server !== undefined) return openServerStore(options.server, options);
  const folder = prepareFolder(options.dataDir);
  const lock = lockFolder(folder.path);
  try {
    await loadEmbedded();
    const nowMs = options.nowMs ?? Date.now;
    const engine = startMended(folder, options.mend, nowMs());
    try {
      await migrate(engine, folder.path);
      if (options.mend !== undefined) await mendParts(engine, options.mend);
      await setRetention(engine, options.retentionDays ?? DEFAULT_RETENTION_DAYS);
    } catch (error) {
      await engine.close(CLOSE_PATIENCE_MS);
      throw error instanceof AppError ? error : unavailable(folder, error);
    }
    return storeOver(engine, lock, nowMs);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @throws AppError `store-newer`, or `store-unavailable` with `extra.fault`. */
async function openServerStore(address: ServerAddress, options: StoreOptions): Promise<Store> {
  // What is kept there, such as how far files have been read, is one process's own.
  const folder = options.dataDir === "" ? null : prepareFolder(options.dataDir);
  const lock = folder === null ? { release: () => {} } : lockFolder(folder.path);
  const engine = openServerEngine({ address });
  try {
    await migrate(engine, `${address.url} (${address.database})`);
    await setRetention(engine, options.retentionDays ?? DEFAULT_RETENTION_DAYS);
  } catch (error) {
    await engine.close(CLOSE_PATIENCE_MS);
    lock.release();
    throw error;
  }
  return storeOver(engine, lock, options.nowMs ?? Date.now, options.writer);
}

export function storeOver(
  engine: Engine,
  lock: Pick<FolderLock, "release">,
  nowMs: () => number,
  writer = randomInt(1, WRITERS),
): Store {
  const seriesTable = createSeriesTable(engine, nowMs);
  const drops = createDropsTable(engine, seriesTable, nowMs, writer);
  const inserting = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    // An insert is several statements, so the engine's own queue does not know where it ends.
    await settleWithin(inserting, CLOSE_PATIENCE_MS);
    await engine.close(CLOSE_PATIENCE_MS);
  }

  return {
    insertDrops: (batch, begin) => {
      if (closing !== undefined) return Promise.reject(closedStore());
      const done = drops.insert(batch, begin).finally(() => inserting.delete(done));
      inserting.add(done);
      return done;
    },
    snapshot: (snapshotOptions) => snapshot(engine, seriesTable, snapshotOptions),
    overTime: (overTimeOptions) => countOverTime(engine, overTimeOptions),
    minuteCounts: (rules, range, also) => minuteCounts(engine, rules, range, also),
    firstSeenOf: (groups) => firstSeenOf(engine, groups),
    firstSeenBy: (by) => firstSeenBy(engine, seriesTable, by),
    facets: (options) => readFacets(engine, seriesTable, options),
    listDrops: drops.list,
    evidencePage: drops.evidencePage,
    countDrops: drops.count,
    getDrop: drops.get,
    recentUuids: (sinceMs) => recentUuids(engine, sinceMs),
    storedAmong: (uuids, range) => storedAmong(engine, uuids, range),
    newestTimeMs: (origin) => newestTimeMs(engine, origin),
    insertCoverage: (rows) => insertCoverage(engine, rows),
    coverage: (range) => selectCoverage(engine, range),
    coverageWritten: (seconds) => selectCoverageWritten(engine, seconds),
    appendExpectationEvent: (...events) => appendEvents(engine, "expectation_events", events),
    expectationEvents: () => selectEvents(engine, "expectation_events"),
    appendSavedViewEvent: (event) => appendEvents(engine, "saved_view_events", [event]),
    savedViewEvents: () => selectEvents(engine, "saved_view_events"),
    insertAddressNames: (names) => insertAddressNames(engine, names),
    addressNames: (sinceMs, limit) => selectAddressNames(engine, sinceMs, limit),
    arrivals: drops.arrivals,
    position: drops.position,
    putClaims: (claims) => putClaims(engine, claims),
    liveClaims: (prefix, ttlMs) => liveClaims(engine, prefix, ttlMs),
    lastClaims: (prefix) => lastClaims(engine, prefix),
    logHeads: () => readLogHeads(engine),
    stats: () => readStats(engine),
    prune: (limitBytes) => pruneToSize(engine, limitBytes, nowMs()),
    close: () => {
      closing ??= close().finally(lock.release);
      return closing;
    },
  };
}

/** The folder is locked by us: nobody else has what is set aside. */
function startMended(folder: DataFolder, mend: Mend | undefined, nowMs: number): Engine {
  if (mend === undefined) return startEngine(folder);
  if (mend.folder !== "now" && !isHalfThere(folder.enginePath)) {
    try {
      return startEngine(folder);
    } catch (error) {
      if (mend.folder === "keep" || (error instanceof AppError && error.code === "store-locked"))
        throw error;
    }
  }
  mend.onFolderAside(setFolderAside(folder.enginePath, nowMs));
  return startEngine(prepareFolder(folder.path));
}

async function mendParts(engine: Engine, { tables, onPartsAside }: Mend): Promise<void> {
  const leftOut = await partsLeftOut(engine);
  const aside = tables.length === 0 ? [] : await setBrokenPartsAside(engine, tables);
  if (leftOut.length + aside.length > 0) onPartsAside([...leftOut, ...aside]);
}

function startEngine(folder: DataFolder): Engine {
  try {
    return openEngine(folder.enginePath);
  } catch (error) {
    const pid = engineHolder(folder.enginePath);
    throw pid === null ? unavailable(folder, error) : lockedFolder(folder.path, pid);
  }
}

function unavailable(folder: DataFolder, cause: unknown): AppError {
  return new AppError(
    "store-unavailable",
    `The store in ${folder.path} cannot be opened: ${messageOf(cause)}`,
    { cause },
  );
}
