/**
 * Events of an exporter file: followed as it grows, or read once to its end. It never throws: a
 * file that is missing or cannot be read is a status, and is tried again. Nothing is let go: the
 * file waits until there is room.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { messageOf } from "@/lib/errors";
import type { PositionMemory } from "./file-position";
import { createLineDecoder } from "./line-decoder";
import { createSplitter } from "./line-splitter";
import type { ProgressEvent, SourceEvent, StatusEvent } from "./source-event";
import { sourceStatus } from "./source-status-event";
import { createTail, type Tail } from "./tail";

export type FollowFileOptions = {
  path: string;
  /** `once` ends at the end of the file; a name ending in `.gz` is then unpacked on the way. */
  mode: "follow" | "once";
  /** Where reading goes on after a restart. */
  memory: PositionMemory;
  /** Resolves when there is room for more. */
  room: () => Promise<void>;
  /** Resolves when all that was given so far is stored; only then the position is kept. */
  durable: () => Promise<void>;
  pollMs?: number;
  /** How often the position is kept. */
  keepMs?: number;
  now?: () => number;
};

const RETRY_MS = 5_000;
const PROOF_MS = 2_000;

/** Batches of events until `signal` aborts, or, with `once`, until the file ends. */
export async function* followFile(
  options: FollowFileOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceEvent[], void, undefined> {
  if (options.mode === "once" && options.path.endsWith(".gz")) yield* readPacked(options, signal);
  else yield* readPlain(options, signal);
}

async function* readPlain(
  options: FollowFileOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceEvent[], void, undefined> {
  const { path, mode, memory, pollMs = 1_000 } = options;
  const status = statusesOf(options);
  const tail = createTail(path, memory.load());
  const keeper = createKeeper(options, tail);
  const decoder = createLineDecoder();
  try {
    while (!signal.aborted) {
      let waitMs = 0;
      try {
        const { lines, words, idle } = await tail.next();
        yield* status.change("connected", words);
        if (lines.length > 0) yield decoder.all(lines);
        if (mode === "once") yield [await progressOf(tail)];
        if (idle && mode === "once") {
          yield [...decoder.all(tail.rest()), ...decoder.rest()];
          yield* status.change("closed", `${path} is read to its end.`);
          break;
        }
        if (idle) waitMs = pollMs;
        else await options.room();
      } catch (error) {
        yield* status.change("waiting", `Cannot read ${path}: ${messageOf(error)}.`);
        waitMs = Math.max(pollMs, RETRY_MS);
      }
      keeper.note();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    // At the end of the process there is no time left; what is read twice is known by its uuid.
    if (!signal.aborted) await keeper.close();
    await tail.close();
  }
}

async function progressOf(tail: Tail): Promise<ProgressEvent> {
  const { done, total } = await tail.progress();
  return { kind: "progress", bytes: done, total };
}

/** A packed file has no places to go on from: it is read whole, and what came before is known by uuid. */
async function* readPacked(
  options: FollowFileOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceEvent[], void, undefined> {
  const { path } = options;
  const status = statusesOf(options);
  const splitter = createSplitter();
  const decoder = createLineDecoder();
  try {
    const packed = createReadStream(path, { signal });
    const unpacked = createGunzip();
    packed.on("error", (error) => unpacked.destroy(error));
    yield* status.change("connected", "");
    const { size: total } = await stat(path);
    const progress = (): ProgressEvent => ({ kind: "progress", bytes: packed.bytesRead, total });
    for await (const chunk of packed.pipe(unpacked)) {
      const lines = splitter.add(chunk);
      if (lines.length > 0) yield [...decoder.all(lines), progress()];
      await options.room();
    }
    yield [...decoder.all(splitter.rest()), ...decoder.rest(), progress()];
    yield* status.change("closed", `${path} is read to its end.`);
  } catch (error) {
    if (!signal.aborted) {
      yield* status.change("closed", `Reading ${path} ended early: ${messageOf(error)}.`);
    }
  }
}

/** Keeps the position now and then, in the background, behind everything that is stored. */
function createKeeper(
  { memory, durable, keepMs = 5_000, now = Date.now }: FollowFileOptions,
  tail: Tail,
) {
  let keptMs = now();
  let keeping: Promise<void> = Promise.resolve();
  let busy = false;

  async function keep(): Promise<void> {
    const position = await tail.position();
    if (position === null) return;
    await durable();
    memory.save(position);
  }

  const start = () => {
    busy = true;
    keptMs = now();
    // Kept a little later is read a little twice, and uuids tell.
    keeping = keep()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  };
  return {
    note(): void {
      if (!busy && now() - keptMs >= keepMs) start();
    },
    async close(): Promise<void> {
      await keeping;
      start();
      await keeping;
    },
  };
}

/** Status events where something changed, and now and then as a proof that the file can be read. */
function statusesOf({ now = Date.now }: FollowFileOptions) {
  let last = "";
  let toldMs = 0;
  return {
    *change(state: StatusEvent["state"], words: string): Generator<readonly SourceEvent[]> {
      const what = `${state} ${words}`;
      if (what === last && (state !== "connected" || now() - toldMs < PROOF_MS)) return;
      last = what;
      toldMs = now();
      yield [sourceStatus(state, words, now())];
    },
  };
}
