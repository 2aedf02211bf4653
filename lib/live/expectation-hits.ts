/**
 * How much each expectation matches and hides, for the list of them. All are counted in one read of
 * the store, which is kept for a while: for longer, the longer it took.
 */
import type { Party, Series } from "@/lib/drops/drop";
import type { Counted } from "@/lib/drops/load-row";
import { AppError } from "@/lib/errors";
import type { Expectation } from "@/lib/expectations/expectation";
import { formatMoment } from "@/lib/expectations/moment";
import { newIn } from "@/lib/expectations/rule";
import { MINUTE_MS, minuteOf } from "@/lib/expectations/surge";
import type { ExpectationRow, ExpectationState, Hits, NewUnder } from "@/lib/expectations/view";
import { EVERYTHING } from "@/lib/query/query";
import { type ExpectationRows, plainRow } from "./expectation-rows";
import type { Expecting } from "./expecting";
import type { Writer } from "./writer";

export type HitsOptions = {
  expecting: Expecting;
  writer: Pick<Writer, "flush">;
  nowMs: () => number;
};

type Seen = { series: Series; drops: number; firstMs: number };
type Counts = Record<"hour" | "day" | "total", Hits> & {
  lastMs: number | null;
  newSeries: Map<string, Seen>;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SILENT_MS = 7 * DAY_MS;
const FUTURE_MS = 400 * DAY_MS;
const KEPT_MS = 3_000;
/** Reading takes at most this part of the time. */
const SHARE = 20;
/** Of each expectation, the newest or largest. */
const MOST_SURGES = 20;
const MOST_NEW = 20;

export function createExpectationHits({ expecting, writer, nowMs }: HitsOptions): ExpectationRows {
  let counting: Promise<ReadonlyMap<string, Counts>> | null = null;
  let version = -1;
  let untilMs = 0;

  function counts(): Promise<ReadonlyMap<string, Counts>> {
    if (counting !== null && version === expecting.classifier.version && Date.now() < untilMs) {
      return counting;
    }
    version = expecting.classifier.version;
    untilMs = Number.POSITIVE_INFINITY;
    const beganMs = Date.now();
    counting = read().finally(() => {
      const tookMs = Date.now() - beganMs;
      untilMs = Date.now() + Math.max(KEPT_MS, tookMs * SHARE);
    });
    counting.catch(() => {
      counting = null;
    });
    return counting;
  }

  async function read(): Promise<ReadonlyMap<string, Counts>> {
    await writer.flush().catch(() => {});
    const now = nowMs();
    const rows = await expecting.rows({
      fromMs: 0,
      toMs: now + FUTURE_MS,
      stepMs: now + FUTURE_MS,
      edgesMs: [now - DAY_MS, now - HOUR_MS],
      query: EVERYTHING,
      lane: "heavy",
    });
    return countRows(rows, now);
  }

  return async (list) => {
    await expecting.settled();
    const now = nowMs();
    const known = await counts().catch(nullWhenAway);
    // What is in force is told all the same.
    if (known === null) return list.map((one) => plainRow(one, now));
    return list.map((one) => rowOf(one, known.get(one.id), expecting, now));
  };
}

function nullWhenAway(error: unknown): null {
  if (error instanceof AppError && error.code === "store-unavailable") return null;
  throw error;
}

function countRows(rows: readonly Counted[], nowMs: number): Map<string, Counts> {
  const all = new Map<string, Counts>();
  for (const { series, drops, attempts, firstMs, lastMs, outcome } of rows) {
    for (const { id, does } of outcome.touches) {
      if (does === "ended") continue;
      const counts = all.get(id) ?? noCounts();
      all.set(id, counts);
      const hidden = outcome.hiddenBy === id ? drops : 0;
      const spans = [counts.total];
      if (firstMs >= nowMs - DAY_MS) spans.push(counts.day);
      if (firstMs >= nowMs - HOUR_MS) spans.push(counts.hour);
      for (const hits of spans) {
        hits.drops += drops;
        hits.attempts += attempts;
        hits.hidden += hidden;
      }
      counts.lastMs = Math.max(counts.lastMs ?? 0, lastMs);
      if (does === "new") noteNew(counts, { series, drops, firstMs });
    }
  }
  return all;
}

function noCounts(): Counts {
  const none = () => ({ drops: 0, attempts: 0, hidden: 0 });
  return { hour: none(), day: none(), total: none(), lastMs: null, newSeries: new Map() };
}

function noteNew({ newSeries }: Counts, { series, drops, firstMs }: Seen): void {
  const seen = newSeries.get(series.id) ?? { series, drops: 0, firstMs };
  newSeries.set(series.id, seen);
  seen.drops += drops;
  seen.firstMs = Math.min(seen.firstMs, firstMs);
}

function rowOf(
  expectation: Expectation,
  counts: Counts | undefined,
  expecting: Expecting,
  nowMs: number,
): ExpectationRow {
  const plain = plainRow(expectation, nowMs);
  const surges = surgesOf(expectation, expecting, nowMs);
  const { hour, day, total, lastMs, newSeries } = counts ?? noCounts();
  const newUnder = [...newSeries.values()]
    .sort((a, b) => b.drops - a.drops)
    .slice(0, MOST_NEW)
    .map((seen) => newRow(expectation, seen));
  const more = furtherStates(plain, { total, lastMs, surges, newUnder }, nowMs);
  return {
    ...plain,
    states: [...new Set([...more, ...plain.states])],
    hits: { hour, day, total },
    lastMatch: lastMs === null ? null : momentText(lastMs),
    surges,
    newUnder,
  };
}

type Found = {
  total: Hits;
  lastMs: number | null;
  surges: ExpectationRow["surges"];
  newUnder: readonly NewUnder[];
};

function furtherStates(
  { states }: ExpectationRow,
  { total, lastMs, surges, newUnder }: Found,
  nowMs: number,
): ExpectationState[] {
  const isOn = states.includes("active") || states.includes("trial");
  if (!isOn) return [];
  const more: ExpectationState[] = [];
  const [newest] = surges;
  if (newest !== undefined && Date.parse(newest.minute) >= nowMs - HOUR_MS) more.push("surging");
  if (newUnder.length > 0) more.push("new");
  if (total.drops === 0) more.push("never-matched");
  else if (lastMs !== null && lastMs < nowMs - SILENT_MS) more.push("silent");
  return more;
}

function surgesOf({ id }: Expectation, { classifier, surges }: Expecting, nowMs: number) {
  const rule = classifier.rules.find((one) => one.id === id);
  if (rule === undefined || rule.ceiling === null) return [];
  const { ceiling } = rule;
  return surges
    .minutes(rule, minuteOf(nowMs - DAY_MS), minuteOf(nowMs + FUTURE_MS))
    .reverse()
    .slice(0, MOST_SURGES)
    .map(({ minute, drops }) => ({ minute: momentText(minute * MINUTE_MS), drops, ceiling }));
}

function newRow(expectation: Expectation, { series, drops, firstMs }: Seen): NewUnder {
  return {
    series: series.id,
    watched: newIn(expectation, series),
    source: endText(series.source),
    destination: endText(series.destination),
    port: series.port,
    drops,
    firstSeen: momentText(firstMs),
  };
}

function endText({ key, namespace, name }: Party): { key: string; text: string } {
  return { key, text: namespace === "" ? name : `${namespace}/${name}` };
}

function momentText(timeMs: number): string {
  return formatMoment({ timeMs, timeNanos: 0 });
}
