/**
 * Hands in what an earlier process could not store, source by source, as its sources begin here.
 * It takes the way of drops that arrive, a part at a time, so that it leaves room for them. A file is
 * removed once all its drops are stored, by whomever: not while one waits, and not when its source
 * went to another replica before it was.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Drop } from "@/lib/drops/drop";
import type { Log } from "@/lib/http/log";
import { type SpillFile, uuidsOf } from "./spill";
import type { Writer } from "./writer";

export type HandIn = {
  readonly isEmpty: boolean;
  /** Ids of the sources that something waits of. */
  readonly origins: readonly string[];
  uuidsOf(origin: string): string[];
  /** The source is read here now, or by nobody any more: stores what waits of it. Never rejects. */
  begin(origin: string): Promise<void>;
  /** These were let go of unstored, since another replica has taken their source. */
  leave(drops: readonly Drop[]): void;
  /** These were stored already. */
  known(drops: readonly Drop[]): void;
  /** Whether a file has the drop. */
  holds(drop: Drop): boolean;
  stop(): void;
};

export type HandInOptions = {
  writer: Pick<Writer, "flush" | "waiting" | "capacity">;
  /** Takes a drop as one that arrives, and counts it as received. */
  onDrop: (drop: Drop) => void;
  /** They may be stored already: an insert of the earlier process may have failed half-way. */
  onDoubt: () => void;
  /** Some that were shown were stored already, and so shown twice. */
  onOverlap: () => void;
  remove: (path: string) => Promise<void>;
  log: Log;
  retryMs?: number;
  slice?: number;
};

type Waiting = { drops: ReadonlySet<Drop>; round: number; isLeft: boolean; isKnown: boolean };

const RETRY_MS = 5_000;
const SLICE = 10_000;

export function createHandIn(files: readonly SpillFile[], options: HandInOptions): HandIn {
  const { writer, onDrop, onDoubt, onOverlap, remove, log, retryMs = RETRY_MS } = options;
  const slice = options.slice ?? Math.min(SLICE, Math.ceil(writer.capacity / 4));
  const waiting = byOrigin(files);
  const needed = files.map(({ path, drops }) => ({
    path,
    origins: new Set(drops.map(({ origin }) => origin)),
  }));
  let isStopped = false;

  const isDue = (one: Waiting, round: number) => !isStopped && !one.isLeft && one.round === round;

  async function begin(origin: string): Promise<void> {
    const one = waiting.get(origin);
    if (one === undefined) return;
    log.info("drops of an earlier process are stored now", {
      source: origin,
      drops: one.drops.size,
    });
    onDoubt();
    one.round += 1;
    one.isLeft = false;
    const { round } = one;
    const drops = [...one.drops];
    for (let start = 0; start < drops.length; start += slice) {
      while (writer.waiting + slice > writer.capacity) {
        await isFlushed();
        if (!isDue(one, round)) return;
      }
      for (const drop of drops.slice(start, start + slice)) onDrop(drop);
      while (!(await isFlushed())) if (!isDue(one, round)) return;
      if (!isDue(one, round)) return;
    }
    waiting.delete(origin);
    if (one.isKnown) onOverlap();
    await removeWithout(origin);
  }

  async function isFlushed(): Promise<boolean> {
    try {
      await writer.flush();
      return true;
    } catch {
      await sleep(retryMs, undefined, { ref: false });
      return false;
    }
  }

  async function removeWithout(origin: string): Promise<void> {
    for (const { path, origins } of needed) {
      if (origins.delete(origin) && origins.size === 0) await remove(path);
    }
  }

  const holds = (drop: Drop) => waiting.get(drop.origin)?.drops.has(drop) ?? false;

  function mark(drops: readonly Drop[], as: "isLeft" | "isKnown"): void {
    if (waiting.size === 0) return;
    for (const drop of drops) {
      const one = waiting.get(drop.origin);
      if (one?.drops.has(drop)) one[as] = true;
    }
  }

  return {
    get isEmpty() {
      return waiting.size === 0;
    },
    get origins() {
      return [...waiting.keys()];
    },
    uuidsOf: (origin) => uuidsOf([...(waiting.get(origin)?.drops ?? [])]),
    begin,
    leave: (drops) => mark(drops, "isLeft"),
    known: (drops) => mark(drops, "isKnown"),
    holds,
    stop() {
      isStopped = true;
    },
  };
}

function byOrigin(files: readonly SpillFile[]): Map<string, Waiting> {
  const found = new Map<string, Set<Drop>>();
  for (const drop of files.flatMap(({ drops }) => drops)) {
    const known = found.get(drop.origin);
    if (known === undefined) found.set(drop.origin, new Set([drop]));
    else known.add(drop);
  }
  return new Map(
    [...found].map(([origin, drops]) => [
      origin,
      { drops, round: 0, isLeft: false, isKnown: false },
    ]),
  );
}
