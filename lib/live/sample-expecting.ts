/**
 * For tests: live and past views over a real store and a set of expectations that the test changes,
 * in a time of its own. What arrives is stored and shown as in the running system.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Drop } from "@/lib/drops/drop";
import type { Coverage, View } from "@/lib/drops/view";
import type { Expectation } from "@/lib/expectations/expectation";
import { sampleSet } from "@/lib/expectations/sample-set";
import { createLog } from "@/lib/http/log";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { openStore, type Store } from "@/lib/store/store";
import { createExpecting, type Expecting } from "./expecting";
import { createFirstSeen } from "./first-seen";
import { createHub, type Hub } from "./hub";
import { createPast, type Past } from "./past";
import { createWriter, type Writer } from "./writer";

export type SampleExpecting = {
  store: Store;
  writer: Writer;
  expecting: Expecting;
  hub: Hub;
  past: Past;
  /** The time that everything believes. */
  setNow(nowMs: number): void;
  arrive(drops: readonly Drop[]): void;
  /** Changes the set; resolves when it is in force. */
  expect(set: readonly Expectation[]): Promise<void>;
  /** What a browser is told that opens the live view now. */
  live(q: string, rangeMs: number): Promise<View>;
  dispose(): Promise<void>;
};

const COMPLETE: Coverage = {
  complete: true,
  gaps: [],
  lostAtMost: 0,
  newestDrop: null,
  sources: [],
};

export async function openSampleExpecting(
  change: (store: Store) => Store = (store) => store,
): Promise<SampleExpecting> {
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-expecting-"));
  const opened = await openStore({ dataDir });
  const store = change(opened);
  const log = createLog("error");
  let now = 1_790_000_000_000;
  const nowMs = () => now;
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: () => {},
    onShed: () => {},
    onState: () => {},
    batchMs: 20,
  });
  const source = sampleSet();
  const firstSeen = createFirstSeen(new Map(), store.firstSeenBy);
  const expecting = createExpecting({ expectations: source, store, writer, log });
  const coverage = () => COMPLETE;
  const hub = createHub({ writer, firstSeen, expecting, coverage, log, nowMs });
  const past = createPast({
    store,
    writer,
    firstSeen,
    expecting,
    coverage,
    retentionDays: 30,
    nowMs,
  });
  return {
    store,
    writer,
    expecting,
    hub,
    past,
    setNow(time) {
      now = time;
    },
    arrive(drops) {
      for (const drop of drops) {
        hub.add(drop);
        writer.add(drop);
      }
    },
    async expect(set) {
      source.set(set);
      await expecting.settled();
    },
    async live(q, rangeMs) {
      const stream = await hub.subscribe({ q, query: queryOf(q), rangeMs }, null);
      const view = await firstSnapshot(stream);
      await stream.return();
      return view;
    },
    async dispose() {
      expecting.close();
      hub.close();
      await writer.close(1_000);
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}

export async function firstSnapshot(stream: AsyncIterator<Uint8Array>): Promise<View> {
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) throw new Error("The stream ended before its first view.");
    const match = /event: snapshot\ndata: (.*)\n/.exec(decoder.decode(value));
    // The hub made it from a View.
    if (match?.[1] !== undefined) return JSON.parse(match[1]) as View;
  }
}
