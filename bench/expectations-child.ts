/** One process that measures what expectations cost: see `expectations.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Drop } from "@/lib/drops/drop";
import { type Expectation, SINCE_EVER } from "@/lib/expectations/expectation";
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import { sampleSet } from "@/lib/expectations/sample-set";
import { createLog } from "@/lib/http/log";
import { createExpectationHits } from "@/lib/live/expectation-hits";
import { createExpecting } from "@/lib/live/expecting";
import { createFirstSeen } from "@/lib/live/first-seen";
import { createHub } from "@/lib/live/hub";
import { createPreview } from "@/lib/live/preview";
import { createWriter } from "@/lib/live/writer";
import { EVERYTHING } from "@/lib/query/query";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";
import { openStore, type Store } from "@/lib/store/store";
import { answer } from "./child";
import { cpuOf } from "./cpu";
import { dropsOf } from "./drops";
import type { ChangeKind, ExpectationsRequest } from "./expectations-kinds";
import { median } from "./report";
import { createSimulatedTime } from "./simulated-time";
import { openStoredDay, type StoredDay } from "./stored-day";
import { createSystem, HOUR_MS, watch } from "./system";

const DROPS_A_SERIES = 6;

type Live = { change(kind: ChangeKind): Promise<number> };
let live: Live;
let day: StoredDay & { preview(q: string): Promise<unknown>; hits(): Promise<unknown> };

answer(async (request: ExpectationsRequest): Promise<number> => {
  switch (request.what) {
    case "open":
      live = await openLive(request);
      return 0;
    case "change":
      return live.change(request.kind);
    case "drop":
      return costOfDrop(request.expectations);
    case "fill":
      day = await openDay(request.drops, request.expectations);
      return day.drops;
    case "scan":
      return timed(day.scan);
    case "preview":
      return timed(() => day.preview(request.q));
    case "hits":
      return timed(day.hits);
  }
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

function expectation(id: string, query: string, change: Partial<Expectation> = {}): Expectation {
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
  return sampleExpectation({ id, query, appliesFrom: SINCE_EVER, expiresAt, ...change });
}

const COMPLETE = { complete: true, gaps: [], lostAtMost: 0, newestDrop: null, sources: [] };

/** A store and a hub with so many series of the last hour, half of which are expected. */
async function openLive({
  series,
  expectations,
  browsers,
}: Extract<ExpectationsRequest, { what: "open" }>): Promise<Live> {
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-bench-expectations-"));
  process.on("exit", () => rmSync(dataDir, { recursive: true, force: true }));
  const store = await openStore({ dataDir });
  const log = createLog("error");
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: () => {},
    onShed: () => {},
    onState: () => {},
  });
  const base = Array.from({ length: expectations }, (_, at) =>
    expectation(`e${at}`, `port:${5_000 + at}`),
  );
  const set = sampleSet(base);
  const expecting = createExpecting({ expectations: set, store, writer, log });
  const firstSeen = createFirstSeen(new Map(), store.firstSeenBy);
  const hub = createHub({
    writer,
    firstSeen,
    expecting,
    coverage: () => COMPLETE,
    log,
    nowMs: Date.now,
  });
  await expecting.settled();
  const streams = await Promise.all(
    Array.from({ length: browsers }, () =>
      hub.subscribe({ q: "", query: EVERYTHING, rangeMs: HOUR_MS }, null),
    ),
  );
  const heard = streams.map(listen);
  await fillLive(series, expectations, (drops) => {
    for (const drop of drops) {
      hub.add(drop);
      writer.add(drop);
    }
    return writer.flush();
  });
  return {
    async change(kind) {
      const next = changed(kind, base);
      const beganMs = performance.now();
      const told = Promise.all(heard.map((one) => one.told(next.told)));
      set.set(next.list);
      await told;
      const tookMs = performance.now() - beganMs;
      // The next change begins from the same set, when all has come to rest.
      set.set(base);
      await expecting.settled();
      await new Promise((later) => setTimeout(later, 800));
      return tookMs;
    },
  };
}

/** `told` is what the totals say when the change is shown. */
function changed(kind: ChangeKind, base: readonly Expectation[]) {
  const now = new Date().toISOString();
  const shows = (id: string) => (totals: string) => totals.includes(`"id":"${id}"`);
  const made = (query: string, more: Partial<Expectation> = {}) => ({
    list: [...base, expectation("made", query, more)],
    told: shows("made"),
  });
  switch (kind) {
    case "some":
      return made("port:5700..5709");
    case "all":
      return made("port:5000..5999");
    case "from ten minutes ago":
      return made("port:5700..5709", {
        appliesFrom: new Date(Date.now() - 600_000).toISOString(),
      });
    case "ceiling":
      return made("port:5700..5709", { ceilingPerMinute: 1_000_000 });
    case "revoke": {
      const list = base.map((one) => (one.id === "e0" ? { ...one, revokedAt: now } : one));
      return { list, told: (totals: string) => !shows("e0")(totals) };
    }
  }
}

/** Ports tell apart a thousand kinds of series; each expectation hides one of them. */
async function fillLive(
  series: number,
  expectations: number,
  arrive: (drops: readonly Drop[]) => Promise<void>,
): Promise<void> {
  if (expectations > 700) throw new RangeError("Ports 5700 and up are for the changes.");
  const all = Array.from({ length: series }, (_, at) =>
    sampleSeries(at, { port: 5_000 + (at % 1_000) }),
  );
  const now = Date.now();
  for (let round = 0; round < DROPS_A_SERIES; round++) {
    const drops = all.map((one, at) =>
      sampleDrop({
        uuid: `${round}-${at}`,
        series: one,
        timeMs: now - Math.floor(((round + at / series) * HOUR_MS) / DROPS_A_SERIES) - 1,
      }),
    );
    for (let at = 0; at < drops.length; at += 5_000) await arrive(drops.slice(at, at + 5_000));
  }
}

/** Reads a stream to its end; `told` resolves with the first totals that fit. */
function listen(stream: AsyncIterator<Uint8Array>) {
  const decoder = new TextDecoder();
  let waiting = null as { fits: (totals: string) => boolean; done: () => void } | null;
  void (async () => {
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true) return;
      if (waiting === null) continue;
      const text = decoder.decode(value);
      const totals = /"totals":(\{.*?"byState")/.exec(text)?.[1];
      if (totals === undefined || !waiting.fits(totals)) continue;
      waiting.done();
      waiting = null;
    }
  })();
  return {
    told: (fits: (totals: string) => boolean) =>
      new Promise<void>((done) => {
        waiting = { fits, done };
      }),
  };
}

const WARM_UP = 20;
const QUARTERS = 60;

/** Microseconds of CPU for each drop under so many expectations, none of which matches any. */
async function costOfDrop(count: number): Promise<number> {
  const time = createSimulatedTime();
  const shapes = [
    (i: number) => `dst.fqdn:*.nowhere-${i}.example.com`,
    (i: number) => `src.workload:nobody-${i} port:443`,
    (i: number) => `policy:none-of-ours/p-${i}`,
    (i: number) => `tag:no-tag-${i}`,
    (i: number) => `port:${60_000 + i} proto:SCTP`,
  ];
  const list = Array.from({ length: count }, (_, i) =>
    expectation(`e${i}`, shapes[i % shapes.length]?.(i) ?? ""),
  );
  const expectations = sampleSet(list);
  const { hub } = createSystem({ nowMs: time.nowMs, follow: async function* () {}, expectations });
  await watch(hub);
  await nextTurn();
  const next = dropsOf(time);
  const costs: number[] = [];
  for (let i = 0; i < WARM_UP + QUARTERS; i++) {
    const drops = next();
    const cost = await cpuOf(() => {
      for (const drop of drops) hub.add(drop);
    });
    if (i >= WARM_UP) costs.push(cost / drops.length);
  }
  return median(costs);
}

/** A day in the store and a preview over it, beside so many expectations in force. */
async function openDay(drops: number, count: number) {
  const stored = await openStoredDay(drops);
  const store: Store = stored.store;
  const list = Array.from({ length: count }, (_, at) =>
    expectation(`e${at}`, `dst.workload:service-${at} port:${1_024 + at}`),
  );
  const set = sampleSet(list);
  const log = createLog("error");
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: () => {},
    onShed: () => {},
    onState: () => {},
  });
  const expecting = createExpecting({ expectations: set, store, writer, log });
  await expecting.settled();
  const firstSeen = createFirstSeen(new Map(), store.firstSeenBy);
  const nowMs = () => stored.range.toMs;
  const preview = createPreview({ store, writer, expecting, firstSeen, list: set.list, nowMs });
  return {
    ...stored,
    preview: (q: string) => preview({ query: q, expiresAt: null }),
    hits: () => createExpectationHits({ expecting, writer, nowMs })(list),
  };
}
