/**
 * A source that log shippers push to. A batch is acknowledged when it is stored, so a shipper that
 * sends again what was not acknowledged loses nothing, and what comes twice is known by its uuid.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";
import { createLineDecoder } from "@/lib/hubble/line-decoder";
import type { FileLine } from "@/lib/hubble/line-splitter";
import type { SourceEvent } from "@/lib/hubble/source-event";
import { sourceStatus } from "@/lib/hubble/source-status-event";
import type { Pace, SourceSetup } from "./source-setup";

export type PushEndpoint = {
  readonly id: string;
  isToken(token: string): boolean;
  /**
   * Resolves when every line is stored, or counted as what it is otherwise.
   * @throws AppError `too-many` when earlier batches wait already, `unavailable` when the store
   * takes nothing or the server stops.
   */
  accept(lines: readonly FileLine[]): Promise<PushAnswer>;
};

export type PushAnswer = { lines: number; unreadable: number };

type Batch = { events: readonly SourceEvent[]; taken: () => void; refuse: (error: Error) => void };

/** Batches that wait, of all senders together. */
const MAX_WAITING = 32;

export function pushSource(id: string, token: string): SourceSetup & { push: PushEndpoint } {
  const waiting: Batch[] = [];
  let wake: () => void = () => {};
  let pace: Pace | null = null;

  async function* follow(signal: AbortSignal): AsyncGenerator<readonly SourceEvent[]> {
    const stop = () => wake();
    signal.addEventListener("abort", stop, { once: true });
    yield [sourceStatus("connected", "", Date.now())];
    while (!signal.aborted) {
      const batch = waiting.shift();
      if (batch === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield batch.events;
      batch.taken();
      await pace?.room();
    }
    pace = null;
    for (const batch of waiting.splice(0)) batch.refuse(stopping());
  }

  return {
    id,
    kind: "push",
    address: `/api/ingest/${id}`,
    follow(_sinceMs, signal, given) {
      pace = given;
      return follow(signal);
    },
    push: {
      id,
      isToken: (given) => timingSafeEqual(hash(given), hash(token)),
      async accept(lines) {
        const durable = pace;
        if (durable === null) throw stopping();
        if (waiting.length >= MAX_WAITING) {
          throw new AppError("too-many", "Earlier batches wait to be stored. Send it again later.");
        }
        const decoder = createLineDecoder();
        const events = [...decoder.all(lines), ...decoder.rest()];
        await new Promise<void>((taken, refuse) => {
          const proof = sourceStatus("connected", "", Date.now());
          waiting.push({ events: [proof, ...events], taken, refuse });
          wake();
        });
        await durable.durable().catch(() => {
          throw new AppError("unavailable", "The store takes nothing now. Send it again later.");
        });
        const unreadable = events.filter(({ kind }) => kind === "malformed").length;
        return { lines: lines.length, unreadable };
      },
    },
  };
}

function stopping(): AppError {
  return new AppError("unavailable", "Droplens is starting or stopping. Send it again later.");
}

/** Of one length, whatever the token's. */
function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
