/**
 * Keeps the store: opens it, tries again when it cannot be opened, mends it when its files cannot be
 * read, and meanwhile stands in its place. Live does not depend on it. Nobody has to help: what
 * comes back is taken up by itself.
 */
import type { StoreReport, StoreState } from "@/lib/drops/store-report";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { readDisk } from "@/lib/store/disk";
import type { Mend, Store } from "@/lib/store/store";
import { faultOf, type StoreFault } from "@/lib/store/store-fault";
import type { Range } from "@/lib/store/time";
import { keptLogs } from "./kept-logs";
import { storeThrough } from "./store-facade";
import { createStoreMending } from "./store-mending";
import { openStoreNotes, type StoreNotes } from "./store-notes";
import { createStoreTroubles, troubleOf, type WriterFigures } from "./store-trouble";
import { createStoreWatch } from "./store-watch";
import { untried } from "./untried";

export type StoreKeeper = {
  readonly store: Store;
  readonly isThere: boolean;
  readonly state: StoreState;
  readonly notes: StoreNotes;
  /**
   * Calls `listener` whenever a store is there anew, this time included when it is there already,
   * and waits for that. When it rejects, that is logged and it is called again a little later.
   */
  onThere(listener: () => Promise<void>): Promise<void>;
  /** The last insert failed, with what it threw; null when one went well again. */
  noteWriting(error: unknown): void;
  /** Resolves when drops may be written: not while the disk has only its reserve left. */
  requireRoom(): Promise<void>;
  report(writer: WriterFigures): StoreReport;
  close(): Promise<void>;
};

export type StoreKeeperOptions = {
  /** @throws AppError `config` or `store-newer` for what no waiting mends. */
  open: (mend: Mend | undefined) => Promise<Store>;
  /** Whether its files are ours to mend: not those of a server. */
  mends: boolean;
  /** Folder for notes, and for the reserve of the disk. */
  dataDir: string;
  /** Folder or address, for people. */
  place: string;
  retention: StoreReport["retention"];
  /** Told of each span whose drops went, because the store was larger than it may be. */
  onPruned?: (range: Range) => void;
  log: Log;
  nowMs: () => number;
  retryMs?: number;
};

/** How long a start waits for the store before it goes on without. */
const START_PATIENCE_MS = 10_000;
const RETRY_MS = 3_000;
const MAX_RETRY_MS = 60_000;

export async function keepStore(options: StoreKeeperOptions): Promise<StoreKeeper> {
  const { place, log, nowMs, retryMs = RETRY_MS } = options;
  const listeners: (() => Promise<void>)[] = [];
  let there: Store | null = null;
  let timer: NodeJS.Timeout | undefined;
  let nextTryMs: number | null = null;
  let isWritten = true;
  let isClosed = false;
  let turn: Promise<void> = Promise.resolve();

  const notes = openStoreNotes(options.dataDir, nowMs, ({ words, path }) =>
    log.error(words, { ...(path !== null && { path }) }),
  );
  const watch = createStoreWatch({
    dataDir: options.dataDir,
    limitBytes: options.retention.sizeBytes,
    isOurs: options.mends,
    store: () => there,
    onPruned: options.onPruned ?? (() => {}),
    log,
    nowMs,
  });

  const mending = createStoreMending({ place, notes, nowMs });
  const troubles = createStoreTroubles({
    isThere: () => there !== null,
    place,
    retention: options.retention,
    watch,
    notes,
    log,
    nowMs,
  });

  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work).catch((error) => {
      log.error("the store could not be kept", { error: messageOf(error) });
    });
    return turn;
  }

  async function attempt(): Promise<void> {
    if (isClosed || there !== null) return;
    try {
      const opened = await options.open(options.mends ? mending.mend() : undefined);
      mending.opened();
      if (isClosed) return await opened.close();
      there = opened;
    } catch (error) {
      await failed(error);
      return;
    }
    troubles.away = null;
    troubles.writing = null;
    nextTryMs = null;
    await watch.look();
    for (const listener of listeners) await heard(listener);
    troubles.tell();
  }

  /** Where one fails, it is called again while that store is there. */
  async function heard(listener: () => Promise<void>, waitMs = retryMs): Promise<void> {
    const asked = there;
    if (asked === null) return;
    try {
      await listener();
    } catch (error) {
      log.error("the store could not be taken up in full", { error: messageOf(error) });
      const again = async () => {
        if (there === asked) await heard(listener, Math.min(2 * waitMs, MAX_RETRY_MS));
      };
      setTimeout(() => void inTurn(again), waitMs).unref();
    }
  }

  async function failed(error: unknown): Promise<void> {
    const fault = await openFault(error);
    const isAtOnce = mending.failed(fault);
    troubles.away = troubleOf(fault, error);
    await watch.look();
    troubles.tell();
    retryLater(isAtOnce ? 0 : retryMs);
  }

  /** chDB does not say why it opens nothing; the disk may. */
  async function openFault(error: unknown): Promise<StoreFault> {
    const fault = faultOf(error);
    if (fault !== "failing" || !options.mends) return fault;
    const disk = await readDisk(options.dataDir);
    return disk !== null && disk.freeBytes < LEAST_BYTES ? "full" : fault;
  }

  function retryLater(ms: number): void {
    clearTimeout(timer);
    if (isClosed) return;
    nextTryMs = nowMs() + ms;
    timer = setTimeout(() => void inTurn(attempt), ms);
    timer.unref();
  }

  /** Its files cannot be read: it is closed and opened again, and what is broken set aside. */
  function repair(error: unknown, broken: Store): void {
    if (there !== broken || isClosed) return;
    there = null;
    troubles.away = troubleOf("damaged", error);
    mending.broken(error);
    troubles.tell();
    void inTurn(async () => {
      await broken.close().catch(() => {});
      await attempt();
    });
  }

  async function writingFailed(error: unknown, failed: Store): Promise<void> {
    const fault = faultOf(error);
    if (fault === "full") await watch.full();
    if (isWritten || there !== failed) return;
    troubles.writing = troubleOf(fault, error);
    troubles.tell();
  }

  async function through<T>(what: (store: Store) => Promise<T>): Promise<T> {
    const asked = there;
    if (asked === null) throw notThere();
    try {
      return await what(asked);
    } catch (error) {
      if (options.mends && faultOf(error) === "damaged") repair(error, asked);
      throw error;
    }
  }

  function notThere(): AppError {
    const text = isClosed ? "The store is closed." : troubles.inWords();
    return untried(new AppError("store-unavailable", text));
  }

  async function close(): Promise<void> {
    isClosed = true;
    clearTimeout(timer);
    watch.close();
    const last = there;
    there = null;
    await last?.close();
  }

  const logs = keptLogs({
    store: storeThrough(through, {}),
    dataDir: options.dataDir,
    isThere: () => there !== null,
    restores: options.mends,
    onNote: notes.add,
    nowMs,
  });
  const first = inTurn(attempt);
  await Promise.race([first, waited(START_PATIENCE_MS)]);
  const cause = troubles.away?.error;
  if (cause instanceof AppError && (cause.code === "config" || cause.code === "store-newer")) {
    await close();
    throw cause;
  }

  return {
    store: storeThrough(through, { ...logs, close }),
    notes,
    get isThere() {
      return there !== null;
    },
    get state() {
      return troubles.state;
    },
    onThere(listener) {
      listeners.push(listener);
      // An attempt that is under way calls it; nobody needs to wait for that.
      if (there === null) return Promise.resolve();
      return inTurn(() => heard(listener));
    },
    noteWriting(error) {
      isWritten = error === null;
      if (error === null) troubles.writing = null;
      else if (there !== null) void writingFailed(error, there);
      troubles.tell();
    },
    async requireRoom() {
      const { writing } = troubles;
      if (writing?.state !== "full" || (await watch.hasRoom())) return;
      const { problem, error } = writing;
      throw untried(new AppError("store-unavailable", problem, { cause: error }));
    },
    report: (writer) => troubles.report(writer, nextTryMs),
    close,
  };
}

/** The engine cannot even begin with less. */
const LEAST_BYTES = 4 << 20;

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
