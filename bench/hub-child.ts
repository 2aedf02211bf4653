/** A hub with some views and browsers, measured alone: see `fanout.ts` and `queries.ts`. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseQuery } from "@/lib/query/parse";
import { answer } from "./child";
import { cpuOf } from "./cpu";
import { dropsOf } from "./drops";
import { createFeed } from "./feed";
import { median } from "./report";
import { createSimulatedTime, QUARTER_DROPS } from "./simulated-time";
import { createSystem, HOUR_MS, watch } from "./system";

export type HubRequest = {
  /** One view for each. */
  queries: readonly string[];
  /** On each view. */
  browsers: number;
  /** Whether a drop's cost begins with its bytes, or with the drop. */
  from: "messages" | "drops";
};

/** Microseconds of CPU. */
export type HubCosts = {
  /** Of a drop until it is in the views it matches. */
  perDrop: number;
  /** Of one tick of all views and of handing their events to all browsers. */
  perTick: number;
  eventsPerTick: number;
  bytesPerTick: number;
};

const TICKS = 60;
const WARM_UP = 20;

answer(async ({ queries, browsers, from }: HubRequest): Promise<HubCosts> => {
  const time = createSimulatedTime();
  const feed = createFeed();
  const { hub, ingest } = createSystem({ nowMs: time.nowMs, follow: feed.follow });
  void ingest.run();
  const nextDrops = dropsOf(time);
  const nextWork = () => {
    if (from === "messages") {
      const messages = time.quarter();
      return () => feed.give(messages);
    }
    const drops = nextDrops();
    return () => {
      for (const drop of drops) hub.add(drop);
    };
  };
  const reads: { events: number; bytes: number }[] = [];
  for (const q of queries) {
    for (let i = 0; i < browsers; i++) reads.push(await watch(hub, q));
  }
  const sum = (of: "events" | "bytes") => reads.reduce((total, read) => total + read[of], 0);
  const perDrop: number[] = [];
  const perTick: number[] = [];
  let events = 0;
  let bytes = 0;
  for (let i = 0; i < WARM_UP + TICKS; i++) {
    const adding = await cpuOf(nextWork());
    const [eventsBefore, bytesBefore] = [sum("events"), sum("bytes")];
    const ticking = await cpuOf(() => tickAll(queries));
    if (i < WARM_UP) continue;
    perDrop.push(adding / QUARTER_DROPS);
    perTick.push(ticking);
    events += sum("events") - eventsBefore;
    bytes += sum("bytes") - bytesBefore;
  }
  return {
    perDrop: median(perDrop),
    perTick: median(perTick),
    eventsPerTick: events / TICKS,
    bytesPerTick: bytes / TICKS,
  };

  /** Subscribing brings a view up to now, as its own tick does four times a second. */
  async function tickAll(every: readonly string[]): Promise<void> {
    for (const q of every) {
      const parsed = parseQuery(q);
      if (!parsed.ok) throw new Error(parsed.error.message);
      const passing = await hub.subscribe({ q, query: parsed.query, rangeMs: HOUR_MS }, null);
      await passing.return();
    }
    // The browsers read in the turns that follow.
    await nextTurn();
    await nextTurn();
  }
});
