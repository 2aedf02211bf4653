/**
 * What is wrong with the store, and since when: in words for who asks it, in the log when it
 * changes, and as Sources and the metrics are told it.
 */
import type { StoreReport, StoreState } from "@/lib/drops/store-report";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { StoreFault } from "@/lib/store/store-fault";
import type { StoreNotes } from "./store-notes";
import type { StoreWatch } from "./store-watch";
import { type StoreTrouble, wordsFor } from "./store-words";

/** `problem` is as the disk or the engine put it. */
export type Trouble = { state: StoreState; problem: string; error: unknown };

export type WriterFigures = { waiting: number; capacity: number; shed: number };

export type StoreTroubles = {
  readonly state: StoreState;
  /** Why it is not there; null when it is. */
  away: Trouble | null;
  /** Why it takes no drops though it is there; null when it does. */
  writing: Trouble | null;
  /** Logs how it is now, if that is not as it was. To be called after each change. */
  tell(): void;
  /** In one line, with what a person can do. */
  inWords(): string;
  report(writer: WriterFigures, nextTryMs: number | null): StoreReport;
};

export type StoreTroublesOptions = {
  isThere: () => boolean;
  place: string;
  retention: StoreReport["retention"];
  watch: StoreWatch;
  notes: StoreNotes;
  log: Log;
  nowMs: () => number;
};

const FINE: Trouble = { state: "ok", problem: "", error: null };

/** It begins as a store that is being opened. */
export function createStoreTroubles(options: StoreTroublesOptions): StoreTroubles {
  const { isThere, place, retention, watch, notes, log, nowMs } = options;
  let sinceMs = nowMs();
  let told: StoreState = "opening";
  const now = () => troubles.away ?? troubles.writing ?? FINE;

  function forWords(): StoreTrouble {
    const { state, problem } = now();
    return { state, problem, place, isReadable: isThere(), disk: watch.disk };
  }

  const troubles: StoreTroubles = {
    away: { state: "opening", problem: "", error: null },
    writing: null,
    get state() {
      return now().state;
    },
    tell() {
      const { state, problem } = now();
      if (state === told) return;
      sinceMs = nowMs();
      told = state;
      if (state === "ok") log.info("the store is there", { place });
      else if (state !== "opening") log.error(wordsFor(forWords()).words, { cause: problem });
    },
    inWords() {
      const { words, advice } = wordsFor(forWords());
      return `${words} ${advice}`.trim();
    },
    report(writer, nextTryMs) {
      const { state, problem } = now();
      const { sizeBytes, drops, oldestMs, pruned, disk } = watch;
      const oldest = oldestMs === null ? null : new Date(oldestMs).toISOString();
      return {
        state,
        since: new Date(sinceMs).toISOString(),
        ...wordsFor(forWords()),
        problem: state === "ok" ? null : problem,
        nextTry: nextTryMs === null ? null : new Date(nextTryMs).toISOString(),
        ...writer,
        place,
        sizeBytes,
        freeBytes: disk?.freeBytes ?? null,
        diskBytes: disk?.totalBytes ?? null,
        drops,
        oldest,
        oldestDay: oldest?.slice(0, 10) ?? null,
        retention: { ...retention, sizeBytes: watch.limitBytes },
        pruned,
        notes: notes.list,
      };
    },
  };
  return troubles;
}

/** What a failure of the engine or the disk makes of the store. */
export function troubleOf(fault: StoreFault, error: unknown): Trouble {
  return { state: fault === "newer" ? "failing" : fault, problem: messageOf(error), error };
}
