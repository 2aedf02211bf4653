/**
 * The way of drops to the store: each once, those of an earlier process too, and what becomes of
 * each is told to the account of its source.
 */
import { rm } from "node:fs/promises";
import type { Account } from "@/lib/drops/accounting";
import type { Drop } from "@/lib/drops/drop";
import type { Log } from "@/lib/http/log";
import type { CoverageQueue } from "./coverage-queue";
import { createHandIn, type HandIn } from "./hand-in";
import type { Hub } from "./hub";
import { createInsertOnce } from "./insert-once";
import type { LeasedSources } from "./leased-sources";
import { insertOurs } from "./replicas";
import { readSpilled } from "./spill";
import type { StoreKeeper } from "./store-keeper";
import { waitingCapacity } from "./take-up";
import { createWriter, type Writer } from "./writer";

export type Storing = {
  readonly writer: Writer;
  readonly handIn: HandIn;
  /** Drops that were let go since the start. */
  readonly shed: number;
  /** Drops until now may be stored already: they are looked up first. */
  doubt(): void;
  /** Those of before this time may be. */
  doubtBefore(timeMs: number): void;
};

export type StoringOptions = {
  keeper: StoreKeeper;
  coverageQueue: CoverageQueue;
  dataDir: string;
  /** Null where replicas share nothing. */
  leased: () => LeasedSources | null;
  accountOf: (origin: string) => Account | undefined;
  /** Takes a drop that an earlier process received. */
  onDrop: (drop: Drop) => void;
  hub: () => Pick<Hub, "beginAnew" | "storeIsBack">;
  timing: { waitingCapacity?: number; batchMs?: number };
  log: Log;
  nowMs: () => number;
};

/** Clocks of nodes may be ahead by this. */
const CLOCK_SLACK_MS = 60_000;
/** Views that counted what was stored already are opened anew at most this often. */
const ANEW_MS = 5_000;

export async function createStoring(options: StoringOptions): Promise<Storing> {
  const { keeper, coverageQueue, leased, accountOf, hub, timing, log, nowMs } = options;
  const { store } = keeper;
  let shed = 0;
  /** The newest of those that views have counted and the store knew. */
  let shownTwiceMs: number | null = null;
  const once = createInsertOnce(
    {
      insertDrops: (drops) => store.insertDrops(drops, () => leased()?.requireHeld(drops)),
      storedAmong: (uuids, range) => store.storedAmong(uuids, range),
    },
    keeper.requireRoom,
  );
  const doubt = () => once.doubtBefore(nowMs() + CLOCK_SLACK_MS);

  const writer = createWriter({
    insert: (drops) => insertOurs(drops, { leased: leased(), once, onLeft: handIn.leave }),
    onStored: (drops) => {
      for (const drop of drops) accountOf(drop.origin)?.store(1);
    },
    onKnown: (drops) => {
      for (const drop of drops) {
        accountOf(drop.origin)?.duplicate(1);
        // Of these two others take care.
        if (!handIn.holds(drop) && !leased()?.isHandedOver(drop)) noteShownTwice(drop);
      }
      handIn.known(drops);
    },
    onShed: (drops) => {
      shed += drops.length;
      handIn.leave(drops);
      const reason = keeper.state === "full" ? "disk-full" : "store-down";
      for (const drop of drops) {
        accountOf(drop.origin)?.shed(reason, 1);
        coverageQueue.missing(drop.origin, drop.timeMs);
      }
    },
    onState: (error) => {
      keeper.noteWriting(error);
      if (error !== null) return;
      hub().storeIsBack();
      void coverageQueue.drain();
    },
    capacity: timing.waitingCapacity ?? waitingCapacity(),
    ...(timing.batchMs === undefined ? {} : { batchMs: timing.batchMs }),
  });

  /** Views took it as one that is new, before the store was asked. */
  function noteShownTwice({ timeMs }: Drop): void {
    if (shownTwiceMs === null) {
      const anew = () => {
        hub().beginAnew(shownTwiceMs ?? undefined);
        shownTwiceMs = null;
      };
      setTimeout(anew, ANEW_MS).unref();
    }
    shownTwiceMs = Math.max(shownTwiceMs ?? timeMs, timeMs);
  }

  const handIn = createHandIn(await readSpilled(options.dataDir, writer.capacity, log), {
    writer,
    onDrop: (drop) => {
      // It counts as received anew.
      accountOf(drop.origin)?.receive(1);
      options.onDrop(drop);
    },
    onDoubt: doubt,
    onOverlap: () => hub().beginAnew(),
    remove: (path) => rm(path, { force: true }).catch(() => {}),
    log,
  });

  return {
    writer,
    handIn,
    get shed() {
      return shed;
    },
    doubt,
    doubtBefore: once.doubtBefore,
  };
}
