/**
 * Captures: files that a browser opened, each in a store and a view of its own, for as long as
 * somebody looks at it. They never touch the live store, and go when they are closed, when nobody
 * looked for some hours, and with the process.
 */
import { randomBytes } from "node:crypto";
import type { CaptureLimits, CaptureSummary } from "@/lib/drops/capture";
import { createNameMemory, type NameMemory } from "@/lib/drops/name-memory";
import { AppError, messageOf } from "@/lib/errors";
import type { ExpectationSource } from "@/lib/expectations/source";
import type { Log } from "@/lib/http/log";
import type { ScratchStores } from "@/lib/store/scratch";
import type { Store } from "@/lib/store/store";
import { createCaptureIntake } from "./capture-intake";
import {
  type CaptureState,
  coverageOf,
  HOUR_MS,
  noteTime,
  nothingIn,
  summaryOf,
} from "./capture-summary";
import { createExpecting, type Expecting } from "./expecting";
import { createExports, type Exports } from "./exports";
import { createFirstSeen } from "./first-seen";
import { createNaming } from "./naming";
import { createPast, type Past } from "./past";
import { createWriter, type Writer } from "./writer";

/** What answers about a capture in place of what answers about the live store. */
export type CaptureScope = { past: Past; exports: Exports };

export type Captures = {
  readonly limits: CaptureLimits;
  /** @throws AppError `too-large`, `too-many`, `bad-request` or `store-unavailable`. */
  begin(name: string, totalBytes: number): Promise<CaptureSummary>;
  /**
   * The bytes from `at` on, in order; those that came before are known and taken once. The last
   * ones end the reading.
   * @throws AppError `conflict`, with `bytes` as they are, when bytes between are missing or while
   * others are read: no more than one part of a file is in memory.
   */
  add(id: string, at: number, bytes: Buffer): Promise<CaptureSummary>;
  /** @throws AppError `not-found`. */
  summary(id: string): CaptureSummary;
  list(): CaptureSummary[];
  /** @throws AppError `not-found`, or `unavailable` while it is read or when it cannot be. */
  scope(id: string): CaptureScope;
  close(id: string): Promise<void>;
  /** Closes all, for the end of the process. */
  stop(): Promise<void>;
};

export type CapturesOptions = {
  scratch: ScratchStores;
  expectations: ExpectationSource;
  log: Log;
  nowMs: () => number;
  pairWindowMs: number;
  maxBytes: number;
  idleHours: number;
};

type Capture = CaptureState & {
  names: NameMemory;
  writer: Writer;
  store: Store;
  expecting: Expecting | null;
  scope: CaptureScope | null;
  /** The part that is being read, and the end after the last one. */
  turn: Promise<void> | null;
};

const MAX_OPEN = 8;
/** Proxies often let no more than 1 MB through. */
const PART_BYTES = 960 * 1024;
const UNPACKED_TIMES = 8;
/** What its drops take on the disk, while ClickHouse merges parts of them, at most times the file. */
const STORED_TIMES = 2;
/** Nobody sends more bytes for this long: the browser is gone. */
const ABANDONED_MS = 600_000;
const CLOSE_MS = 1_000;
/** A capture is looked at as a whole, and its names live as long as it does. */
const NAMES_KEPT_MS = 366 * 24 * HOUR_MS;
const MAX_CAPTURE_NAMES = 20_000;

export function createCaptures(options: CapturesOptions): Captures {
  const { scratch, expectations, log, nowMs, maxBytes, idleHours } = options;
  const limits: CaptureLimits = { maxBytes, partBytes: PART_BYTES, idleHours };
  const open = new Map<string, Capture>();
  let opening = 0;
  const sweeper = setInterval(closeIdle, 60_000);
  sweeper.unref();

  function find(id: string): Capture {
    const capture = open.get(id);
    if (capture === undefined) throw gone(idleHours);
    capture.usedMs = nowMs();
    return capture;
  }

  function closeIdle(): void {
    for (const one of open.values()) {
      const idleMs = one.state === "reading" ? ABANDONED_MS : idleHours * HOUR_MS;
      if (nowMs() - one.usedMs > idleMs) void remove(one);
    }
  }

  /** Bytes that captures that are being read have been promised room for. */
  function stillToCome(): number {
    const reading = [...open.values()].filter(({ state }) => state === "reading");
    return reading.reduce((sum, { totalBytes, bytes }) => sum + totalBytes - bytes, 0);
  }

  async function remove(capture: Capture): Promise<void> {
    open.delete(capture.id);
    capture.intake.stop();
    await capture.turn;
    capture.expecting?.close();
    await capture.writer.close(CLOSE_MS);
    await capture.store.close().catch((error) => {
      log.error("a capture could not be removed", { error: messageOf(error) });
    });
  }

  async function make(name: string, totalBytes: number): Promise<Capture> {
    const id = randomBytes(10).toString("hex");
    const store = await scratch.open(id);
    const writer = createWriter({
      insert: async (drops) => {
        await scratch.requireRoom(0);
        await store.insertDrops(drops);
      },
      onStored: (drops) => capture.intake.account.store(drops.length),
      onShed: (drops) => capture.intake.account.shed("store-down", drops.length),
      onState: (problem) => {
        if (problem !== null) log.error("a capture takes no drops", { error: problem });
      },
    });
    const names = createNameMemory({ keepMs: NAMES_KEPT_MS, maxNames: MAX_CAPTURE_NAMES });
    const intake = createCaptureIntake({
      name,
      names,
      windowMs: options.pairWindowMs,
      maxUnpackedBytes: UNPACKED_TIMES * maxBytes,
      onDrop: (drop) => {
        noteTime(capture, drop);
        writer.add(drop);
      },
      writer,
    });
    const begunMs = nowMs();
    const capture: Capture = {
      id,
      name,
      totalBytes,
      bytes: 0,
      state: "reading",
      problem: "",
      openedMs: begunMs,
      usedMs: begunMs,
      intake,
      names,
      writer,
      store,
      expecting: null,
      scope: null,
      times: null,
      before: 0,
      turn: null,
    };
    return capture;
  }

  /** Never rejects. Bytes count once they are read: who asks must not take them for the end. */
  async function read(capture: Capture, bytes: Buffer): Promise<void> {
    try {
      await capture.intake.add(bytes);
      capture.bytes += bytes.length;
      if (capture.bytes < capture.totalBytes) return;
      await capture.intake.end();
      await finish(capture);
    } catch (error) {
      if (!(error instanceof AppError)) log.error("a capture failed", { error: messageOf(error) });
      capture.problem = messageOf(error);
      await showWhatIsRead(capture);
    }
  }

  /** A file that breaks off holds flows all the same. */
  async function showWhatIsRead(capture: Capture): Promise<void> {
    capture.intake.stop();
    try {
      await capture.intake.close();
      if (capture.intake.counts.flows > 0) return await finish(capture);
    } catch (error) {
      capture.problem = messageOf(error);
    }
    capture.state = "failed";
  }

  async function finish(capture: Capture): Promise<void> {
    const { intake, store, writer } = capture;
    if (intake.counts.flows === 0) {
      capture.state = "failed";
      capture.problem = intake.looksLike() ?? nothingIn(intake);
      return;
    }
    // One that was made before reading failed.
    capture.expecting?.close();
    const expecting = createExpecting({ expectations, store, writer, log });
    capture.expecting = expecting;
    const firstSeen = createFirstSeen(await store.firstSeenOf("all"), store.firstSeenBy);
    const coverage = () => coverageOf(capture);
    const retentionDays = 0;
    const shared = { store, writer, expecting, nowMs };
    const naming = createNaming(capture.names, () => capture.times?.newestMs ?? nowMs());
    capture.scope = {
      past: createPast({ ...shared, firstSeen, coverage, retentionDays, naming }),
      exports: createExports(shared),
    };
    const { range } = summaryOf(capture, idleHours);
    if (range !== null) {
      const all = { fromMs: 0, toMs: range.fromMs };
      capture.before = (await store.countDrops(all)).drops;
    }
    capture.state = "ready";
  }

  return {
    limits,

    async begin(name, totalBytes) {
      if (totalBytes === 0) throw new AppError("bad-request", "The file is empty.");
      if (totalBytes > maxBytes) throw tooLarge(totalBytes, maxBytes);
      if (open.size + opening >= MAX_OPEN) {
        throw new AppError(
          "too-many",
          `${MAX_OPEN} captures are open already. Close one of them first.`,
        );
      }
      opening += 1;
      try {
        await scratch.requireRoom(STORED_TIMES * (totalBytes + stillToCome()));
        const capture = await make(name, totalBytes);
        open.set(capture.id, capture);
        return summaryOf(capture, idleHours);
      } finally {
        opening -= 1;
      }
    },

    async add(id, at, bytes) {
      const capture = find(id);
      if (at + bytes.length > capture.totalBytes) {
        throw new AppError(
          "bad-request",
          "These bytes lie beyond the end that the file was said to have.",
        );
      }
      if (capture.turn !== null) throw conflict(capture, "Earlier bytes are still being read.");
      if (at > capture.bytes) throw conflict(capture, "Bytes of the file are missing in between.");
      if (capture.state === "reading" && at === capture.bytes) {
        capture.turn = read(capture, bytes);
        await capture.turn;
        capture.turn = null;
      }
      capture.usedMs = nowMs();
      return summaryOf(capture, idleHours);
    },

    summary: (id) => summaryOf(find(id), idleHours),
    list: () => [...open.values()].map((one) => summaryOf(one, idleHours)),

    scope(id) {
      const { scope, state, problem } = find(id);
      if (scope !== null) return scope;
      const words = state === "reading" ? "The capture is still being read." : problem;
      throw new AppError("unavailable", words);
    },

    async close(id) {
      await remove(find(id));
    },

    async stop() {
      clearInterval(sweeper);
      await Promise.all([...open.values()].map(remove));
    },
  };
}

function conflict({ bytes }: Capture, words: string): AppError {
  return new AppError("conflict", words, { extra: { bytes } });
}

function gone(idleHours: number): AppError {
  return new AppError(
    "not-found",
    `This capture is not open any more: it was closed, nobody looked at it for ${idleHours} hours, or Droplens was started again. Open the file once more.`,
  );
}

function tooLarge(bytes: number, maxBytes: number): AppError {
  const mb = (size: number) => `${Math.ceil(size / 1e6).toLocaleString("en-US")} MB`;
  return new AppError(
    "too-large",
    `The file has ${mb(bytes)}, and captures up to ${mb(maxBytes)} may be opened (DROPLENS_CAPTURE_MAX_MB). Pack it with gzip, open a part of it, or name it as a source of its own.`,
  );
}
