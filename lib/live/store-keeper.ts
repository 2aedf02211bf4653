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
import { damagedParts, faultOf, type StoreFault } from "@/lib/store/store-fault";
import { keptLogs } from "./kept-logs";
import { storeThrough } from "./store-facade";
import { openStoreNotes, type StoreNotes } from "./store-notes";
import { createStoreWatch } from "./store-watch";
import { wordsFor } from "./store-words";
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
  report(writer: { waiting: number; capacity: number; shed: number }): StoreReport;
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
  log: Log;
  nowMs: () => number;
  retryMs?: number;
};

/** How long a start waits for the store before it goes on without. */
const START_PATIENCE_MS = 10_000;
const RETRY_MS = 3_000;
const MAX_RETRY_MS = 60_000;
/** Failures of no known kind after which the folder is taken for unreadable. */
const DOUBTS = 2;
const VAIN_REPAIRS = 2;
const REPAIR_WINDOW_MS = 600_000;

type Trouble = { state: StoreState; problem: string; error: unknown };

export async function keepStore(options: StoreKeeperOptions): Promise<StoreKeeper> {
  const { place, log, nowMs, retryMs = RETRY_MS } = options;
  const listeners: (() => Promise<void>)[] = [];
  let there: Store | null = null;
  let trouble: Trouble | null = { state: "opening", problem: "", error: null };
  let writing: Trouble | null = null;
  let sinceMs = nowMs();
  let told: StoreState = "opening";
  let timer: NodeJS.Timeout | undefined;
  let nextTryMs: number | null = null;
  let isWritten = true;
  let isClosed = false;
  let doubts = 0;
  let tables: Mend["tables"] = [];
  let folder: Mend["folder"] = "keep";
  let repairs: { atMs: number; isSuccess: boolean }[] = [];
  let turn: Promise<void> = Promise.resolve();

  const notes = openStoreNotes(options.dataDir, nowMs, ({ words, path }) =>
    log.error(words, { ...(path !== null && { path }) }),
  );
  const watch = createStoreWatch({
    dataDir: options.dataDir,
    limitBytes: options.retention.sizeBytes,
    isOurs: options.mends,
    store: () => there,
    log,
    nowMs,
  });

  const stateNow = (): StoreState => (trouble ?? writing)?.state ?? "ok";

  function noteState(): void {
    const state = stateNow();
    if (state === told) return;
    sinceMs = nowMs();
    told = state;
    const { words } = wordsFor({ ...troubleNow(), state });
    if (state === "ok") log.info("the store is there", { place });
    else if (state !== "opening") log.error(words, { cause: (trouble ?? writing)?.problem });
  }

  function troubleNow() {
    const { state, problem } = trouble ?? writing ?? { state: "ok", problem: "" };
    return { state, problem, place, isReadable: there !== null, disk: watch.disk } as const;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work).catch((error) => {
      log.error("the store could not be kept", { error: messageOf(error) });
    });
    return turn;
  }

  async function attempt(): Promise<void> {
    if (isClosed || there !== null) return;
    let parts = 0;
    const mend: Mend = {
      folder,
      tables,
      onFolderAside: (path) => {
        parts += 1;
        const words = `The store in ${place} could not be read. It was set aside and a new one begun.`;
        notes.add(words, path, { fromMs: 0, toMs: nowMs() });
      },
      onPartsAside: (aside) => {
        parts += aside.length;
        notes.addParts(aside);
      },
    };
    const isRepair = tables.length > 0 || folder === "now";
    try {
      const opened = await options.open(options.mends ? mend : undefined);
      if (isRepair) repairs.push({ atMs: nowMs(), isSuccess: parts > 0 });
      if (isClosed) return await opened.close();
      there = opened;
    } catch (error) {
      await failed(error);
      return;
    }
    [tables, folder, doubts] = [[], "keep", 0];
    trouble = null;
    writing = null;
    nextTryMs = null;
    await watch.look();
    for (const listener of listeners) await heard(listener);
    noteState();
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
    const before = folder;
    if (fault === "failing") doubts += 1;
    if (fault === "damaged" || doubts >= DOUBTS) folder = "if-unreadable";
    trouble = { state: stateOf(fault), problem: messageOf(error), error };
    await watch.look();
    noteState();
    retryLater(folder !== before ? 0 : retryMs);
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
    trouble = { state: "damaged", problem: messageOf(error), error };
    const named = [...new Set(damagedParts(error).map(({ table }) => table))];
    repairs = repairs.filter(({ atMs }) => nowMs() - atMs < REPAIR_WINDOW_MS);
    // Where one file is broken others may be: the second time all are looked at.
    tables = named.length > 0 && repairs.length === 0 ? named : "all";
    // Nothing broken was found time and again, and still it cannot be read.
    const isVain = repairs.length >= VAIN_REPAIRS && repairs.every(({ isSuccess }) => !isSuccess);
    if (isVain) [tables, folder] = [[], "now"];
    noteState();
    void inTurn(async () => {
      await broken.close().catch(() => {});
      await attempt();
    });
  }

  async function writingFailed(error: unknown, failed: Store): Promise<void> {
    const fault = faultOf(error);
    if (fault === "full") await watch.full();
    if (isWritten || there !== failed) return;
    writing = { state: stateOf(fault), problem: messageOf(error), error };
    noteState();
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
    const { words, advice } = wordsFor(troubleNow());
    const text = isClosed ? "The store is closed." : `${words} ${advice}`.trim();
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
  const cause = (trouble as Trouble | null)?.error;
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
      return stateNow();
    },
    onThere(listener) {
      listeners.push(listener);
      // An attempt that is under way calls it; nobody needs to wait for that.
      if (there === null) return Promise.resolve();
      return inTurn(() => heard(listener));
    },
    noteWriting(error) {
      isWritten = error === null;
      if (error === null) writing = null;
      else if (there !== null) void writingFailed(error, there);
      noteState();
    },
    async requireRoom() {
      if (writing?.state !== "full" || (await watch.hasRoom())) return;
      const { problem, error } = writing;
      throw untried(new AppError("store-unavailable", problem, { cause: error }));
    },
    report(writer) {
      const now = troubleNow();
      const { sizeBytes, drops, oldestMs, pruned } = watch;
      const oldest = oldestMs === null ? null : new Date(oldestMs).toISOString();
      return {
        state: now.state,
        since: new Date(sinceMs).toISOString(),
        ...wordsFor(now),
        problem: now.state === "ok" ? null : now.problem,
        nextTry: nextTryMs === null ? null : new Date(nextTryMs).toISOString(),
        ...writer,
        place,
        sizeBytes,
        freeBytes: watch.disk?.freeBytes ?? null,
        diskBytes: watch.disk?.totalBytes ?? null,
        drops,
        oldest,
        oldestDay: oldest?.slice(0, 10) ?? null,
        retention: { ...options.retention, sizeBytes: watch.limitBytes },
        pruned,
        notes: notes.list,
      };
    },
    close,
  };
}

/** The engine cannot even begin with less. */
const LEAST_BYTES = 4 << 20;

function stateOf(fault: StoreFault): StoreState {
  return fault === "newer" ? "failing" : fault;
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
