/**
 * The running system up to its live views, without a store: the real ingest, pipeline and hub, fed
 * by whatever `follow` yields.
 */

import type { Drop } from "@/lib/drops/drop";
import { createSeriesIndex } from "@/lib/drops/series";
import type { Coverage } from "@/lib/drops/view";
import { type ExpectationSource, NO_EXPECTATIONS } from "@/lib/expectations/source";
import { createLog } from "@/lib/http/log";
import type { SourceEvent } from "@/lib/hubble/source-event";
import type { Subscription } from "@/lib/live/broadcast";
import { createCoverageLog } from "@/lib/live/coverage-log";
import { createExpecting } from "@/lib/live/expecting";
import { createFirstSeen } from "@/lib/live/first-seen";
import { createHub, type Hub } from "@/lib/live/hub";
import { createIngest, type Ingest } from "@/lib/live/ingest";
import { createWriter } from "@/lib/live/writer";
import { parseQuery } from "@/lib/query/parse";
import type { Store } from "@/lib/store/store";

export type System = { hub: Hub; ingest: Ingest };

export type SystemOptions = {
  nowMs: () => number;
  follow: (signal: AbortSignal) => AsyncIterable<readonly SourceEvent[]>;
  expectations?: ExpectationSource;
  /** Takes a drop instead of the hub. */
  onDrop?: (drop: Drop) => void;
};

export const HOUR_MS = 3_600_000;

export function createSystem(options: SystemOptions): System {
  const { nowMs, follow, expectations = NO_EXPECTATIONS, onDrop } = options;
  const log = createLog("error");
  const store = emptyStore();
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: () => {},
    onShed: () => {},
    onState: () => {},
  });
  const complete: Coverage = {
    complete: true,
    gaps: [],
    lostAtMost: 0,
    newestDrop: null,
    sources: [],
  };
  const firstSeen = createFirstSeen(new Map());
  const expecting = createExpecting({ expectations, store, writer, log });
  const hub = createHub({ writer, firstSeen, expecting, coverage: () => complete, log, nowMs });
  const ingest = createIngest({
    setup: { id: "bench", kind: "relay", address: "", follow: (_, signal) => follow(signal) },
    store,
    coverage: createCoverageLog(),
    seriesIndex: createSeriesIndex(),
    windowMs: 1_000,
    onDrop(drop) {
      if (onDrop === undefined) hub.add(drop);
      else onDrop(drop);
      ingest.status.account.store(1);
    },
    doubtBefore() {},
    onMissing() {},
    writer,
    log,
    nowMs,
  });
  return { hub, ingest };
}

/** Opens a live view of the last hour and reads it as a browser does; answers what it has read. */
export async function watch(hub: Hub, q = ""): Promise<{ events: number; bytes: number }> {
  const read = { events: 0, bytes: 0 };
  const parsed = parseQuery(q);
  if (!parsed.ok) throw new Error(`${q}: ${parsed.error.message}`);
  const subscription = await hub.subscribe({ q, query: parsed.query, rangeMs: HOUR_MS }, null);
  readOn(subscription, read);
  return read;
}

/** Reads a subscription to its end, as fast as it gives. */
export function readOn(subscription: Subscription, read = { events: 0, bytes: 0 }): void {
  void (async () => {
    for (;;) {
      const { done, value } = await subscription.next();
      if (done) return;
      read.events += 1;
      read.bytes += value.length;
    }
  })();
}

/** A store that holds nothing and keeps nothing: what ingest and the hub ask of one, no more. */
function emptyStore(): Store {
  const nothing = async () => {};
  const none = async () => [];
  const asked: Partial<Store> = {
    insertDrops: nothing,
    snapshot: none,
    recentUuids: none,
    newestTimeMs: async () => null,
    insertCoverage: nothing,
  };
  return asked as Store;
}
