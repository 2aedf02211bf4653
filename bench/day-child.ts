/** One process with one store that holds a day of drops: times what the screens ask of it. */
import { FACET_FIELDS, type FacetField, type GroupBy } from "@/lib/drops/view";
import { NO_EXPECTATIONS } from "@/lib/expectations/source";
import { createLog } from "@/lib/http/log";
import { createExpecting } from "@/lib/live/expecting";
import { createFirstSeen } from "@/lib/live/first-seen";
import { createPast, type Past } from "@/lib/live/past";
import { createWriter } from "@/lib/live/writer";
import { parseQuery } from "@/lib/query/parse";
import { answer } from "./child";
import { openStoredDay, type StoredDay } from "./stored-day";

export type DayRequest =
  | { what: "fill"; drops: number }
  | { what: "scan" }
  | { what: "scan raw" }
  | { what: "memory" }
  | { what: "facets"; q: string; fields: readonly FacetField[] | null; prefix: string }
  | { what: "groups"; q: string; by: GroupBy; hours?: number }
  | { what: "graph"; q: string };

const HOUR_MS = 3_600_000;

let day: StoredDay & { past: Past };

answer(async (request: DayRequest): Promise<number> => {
  if (request.what === "fill") {
    day = await openDay(request.drops);
    return day.drops;
  }
  if (request.what === "memory") return process.memoryUsage().rss;
  const beganMs = performance.now();
  await run(request);
  return performance.now() - beganMs;
});

async function openDay(drops: number): Promise<StoredDay & { past: Past }> {
  const stored = await openStoredDay(drops);
  const { store } = stored;
  const log = createLog("error");
  const nothing = () => {};
  const writer = createWriter({
    insert: store.insertDrops,
    onStored: nothing,
    onShed: nothing,
    onState: nothing,
  });
  const firstSeen = createFirstSeen(await store.firstSeenOf("all"), store.firstSeenBy);
  const expecting = createExpecting({ expectations: NO_EXPECTATIONS, store, writer, log });
  const past = createPast({
    store,
    writer,
    firstSeen,
    expecting,
    coverage: () => COMPLETE,
    retentionDays: 30,
    nowMs: Date.now,
  });
  return { ...stored, past };
}

const COMPLETE = { complete: true, gaps: [], lostAtMost: 0, newestDrop: null, sources: [] };

type Asked = Exclude<DayRequest, { what: "fill" } | { what: "memory" }>;

/** Up to the text that would be sent. */
async function run(request: Asked): Promise<void> {
  if (request.what === "scan") return day.scan();
  if (request.what === "scan raw") return day.scanRaw();
  const params = { ...paramsOf(request.q), ...day.range };
  if (request.what === "facets") {
    const { fields, prefix } = request;
    const wanted = { fields: fields ?? FACET_FIELDS, prefix, limit: 10 };
    JSON.stringify(await day.past.facets(params, wanted));
  } else if (request.what === "graph") {
    JSON.stringify(await day.past.graph(params, "identity"));
  } else {
    const { by, hours = 24 } = request;
    const fromMs = params.toMs - hours * HOUR_MS;
    JSON.stringify(await day.past.view({ ...params, fromMs, by }));
  }
}

function paramsOf(q: string) {
  const parsed = parseQuery(q);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { q, query: parsed.query };
}
