/**
 * A source that log shippers push to. A batch is acknowledged when it is stored, so a shipper that
 * sends again what was not acknowledged loses nothing, and what comes twice is known by its uuid.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";
import type { FileLine } from "@/lib/hubble/line-splitter";
import type { SourceEvent } from "@/lib/hubble/source-event";
import { sourceStatus } from "@/lib/hubble/source-status-event";
import { decodeInSlices } from "./decode-in-slices";
import { MAX_UNPACKED_BYTES } from "./push-body";
import type { Pace, SourceSetup } from "./source-setup";

export type PushEndpoint = {
  readonly id: string;
  isToken(token: string): boolean;
  /**
   * Resolves when every line is stored, or counted as what it is otherwise. `read` gives the lines,
   * and is asked only where there is room; it tells of all bytes that it unpacks, as it does.
   * @throws AppError `too-many` when earlier batches wait already, `unavailable` when the store
   * takes nothing or the server stops, and what `read` throws.
   */
  accept(
    read: (onBytes: (bytes: number) => void) => Promise<readonly FileLine[]>,
  ): Promise<PushAnswer>;
};

export type PushAnswer = { lines: number; unreadable: number };

type Batch = { events: readonly SourceEvent[]; taken: () => void; refuse: (error: Error) => void };

/** Events given before room is asked for again. */
const SLICE = 2_000;
/** Batches that are read or wait, of all senders together. */
export const MAX_BATCHES = 32;
/** Unpacked bytes of all of them: two of the largest. */
export const MAX_BYTES = 2 * MAX_UNPACKED_BYTES;

export function pushSource(id: string, token: string): SourceSetup & { push: PushEndpoint } {
  const waiting: Batch[] = [];
  const wakers = new Set<() => void>();
  let pace: Pace | null = null;
  let batches = 0;
  let bytes = 0;

  function wake(): void {
    for (const one of wakers) one();
    wakers.clear();
  }

  async function* follow(signal: AbortSignal, own: Pace): AsyncGenerator<readonly SourceEvent[]> {
    signal.addEventListener("abort", wake, { once: true });
    yield [sourceStatus("connected", "", Date.now())];
    while (!signal.aborted && pace === own) {
      const batch = waiting.shift();
      if (batch === undefined) {
        await new Promise<void>((resolve) => {
          wakers.add(resolve);
        });
        continue;
      }
      // A large batch alone may be more than there is room for: its rest waits, and is not let go.
      for (let start = 0; start < batch.events.length && !signal.aborted; start += SLICE) {
        yield batch.events.slice(start, start + SLICE);
        await own.room();
      }
      // Where it was not taken to its end, `durable` says so.
      batch.taken();
    }
    // What waits is for who follows now.
    if (pace !== own) return;
    pace = null;
    for (const batch of waiting.splice(0)) batch.refuse(stopping());
  }

  /** A packed body is a small part of what it becomes: room is asked for before it is read. */
  async function withRoom<T>(task: (onBytes: (more: number) => void) => Promise<T>): Promise<T> {
    if (batches >= MAX_BATCHES || bytes >= MAX_BYTES) throw tooMany();
    let own = 0;
    batches += 1;
    try {
      return await task((more) => {
        own += more;
        bytes += more;
        if (bytes > MAX_BYTES) throw tooMany();
      });
    } finally {
      batches -= 1;
      bytes -= own;
    }
  }

  /** Resolves when the batch is on its way to the store. */
  function handOver(events: readonly SourceEvent[]): Promise<void> {
    return new Promise<void>((taken, refuse) => {
      const proof = sourceStatus("connected", "", Date.now());
      waiting.push({ events: [proof, ...events], taken, refuse });
      wake();
    });
  }

  return {
    id,
    kind: "push",
    address: `/api/ingest/${id}`,
    follow(_sinceMs, signal, given) {
      pace = given;
      wake();
      return follow(signal, given);
    },
    push: {
      id,
      isToken: (given) => timingSafeEqual(hash(given), hash(token)),
      async accept(read) {
        const durable = pace;
        if (durable === null) throw stopping();
        const answer = await withRoom(async (onBytes) => {
          const lines = await read(onBytes);
          const events = await decodeInSlices(lines);
          // It may have stopped meanwhile.
          if (pace !== durable) throw stopping();
          await handOver(events);
          const unreadable = events.filter(({ kind }) => kind === "malformed").length;
          return { lines: lines.length, unreadable };
        });
        await durable.durable().catch(() => {
          throw new AppError("unavailable", "The store takes nothing now. Send it again later.");
        });
        return answer;
      },
    },
  };
}

function tooMany(): AppError {
  return new AppError("too-many", "Earlier batches wait to be stored. Send it again later.");
}

function stopping(): AppError {
  return new AppError("unavailable", "Droplens is starting or stopping. Send it again later.");
}

/** Of one length, whatever the token's. */
function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
