/**
 * The live views that somebody looks at, one for each distinct query, range and grouping, and the way of a
 * drop to those it matches. Which views a series belongs to is asked once for each series and set
 * of views, so a drop costs one look-up, however many views there are.
 */
import { randomUUID } from "node:crypto";
import type { Drop, Series } from "@/lib/drops/drop";
import { liveRange } from "@/lib/drops/timeline";
import type { Coverage, GroupBy } from "@/lib/drops/view";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { groupingBy } from "@/lib/query/grouping";
import { compileQuery, type DropTest, type Matcher } from "@/lib/query/match";
import { EVERYTHING, type Query } from "@/lib/query/query";
import type { Store } from "@/lib/store/store";
import { whereOf } from "@/lib/store/where";
import type { Subscription } from "./broadcast";
import type { FirstSeen } from "./first-seen";
import { createLiveView, type LiveView } from "./live-view";
import { loadInSlices } from "./load-in-slices";
import type { Writer } from "./writer";

export type LiveParams = {
  q: string;
  query: Query;
  rangeMs: number;
  /** What the rows stand for; a policy by default. */
  by?: GroupBy;
};

export type Hub = {
  /** Brings a drop to the views it matches. */
  add(drop: Drop): void;
  subscribe(params: LiveParams, lastEventId: string | null): Promise<Subscription>;
  /** Ends every stream. */
  close(): void;
  readonly views: number;
  readonly subscribers: number;
};

export type HubOptions = {
  store: Store;
  writer: Writer;
  firstSeen: FirstSeen;
  coverage: (fromMs: number, toMs: number) => Coverage;
  log: Log;
  nowMs: () => number;
};

/** What one process serves at most; each browser holds one stream per open tab. */
const MAX_SUBSCRIBERS = 2_000;
const MAX_VIEWS = 500;
const TICK_MS = 250;
const HEARTBEAT_MS = 15_000;
/** A view that nobody looks at is kept this long: people reload and come back. */
const LINGER_MS = 30_000;
/** A node's clock may be ahead; its drops are counted in the last bucket. */
const FUTURE_MS = 400 * 86_400_000;

type Entry = {
  key: string;
  matcher: Matcher;
  view: LiveView;
  /** The same range without a query, which tells how much the query leaves out. */
  base: Entry | null;
  /** Views whose `base` this is. */
  dependents: number;
  emptySinceMs: number;
};

type Route = { generation: number; all: LiveView[]; some: { test: DropTest; view: LiveView }[] };

export function createHub(options: HubOptions): Hub {
  const { store, writer, firstSeen, log, nowMs } = options;
  const entries = new Map<string, Entry>();
  const opening = new Map<string, Promise<Entry>>();
  /** By series; made anew when the set of views has changed. */
  const routes = new WeakMap<Series, Route>();
  let generation = 0;
  let closed = false;

  const ticker = setInterval(tick, TICK_MS);
  const heart = setInterval(() => {
    for (const { view } of entries.values()) view.heartbeat();
  }, HEARTBEAT_MS);
  ticker.unref();
  heart.unref();

  function tick(): void {
    const now = nowMs();
    for (const entry of entries.values()) {
      entry.view.tick(now);
      const isUsed = entry.view.subscribers > 0 || entry.dependents > 0;
      if (isUsed) entry.emptySinceMs = now;
      else if (now - entry.emptySinceMs > LINGER_MS) forget(entry);
    }
  }

  function forget(entry: Entry): void {
    entries.delete(entry.key);
    if (entry.base !== null) entry.base.dependents -= 1;
    entry.view.close();
    generation += 1;
  }

  function routeOf(drop: Drop): Route {
    const route: Route = { generation, all: [], some: [] };
    for (const { matcher, view } of entries.values()) {
      const rest = matcher.rest(drop.series);
      if (rest === true) route.all.push(view);
      else if (rest !== false) route.some.push({ test: rest, view });
    }
    routes.set(drop.series, route);
    firstSeen.note(drop.series, drop.timeMs);
    return route;
  }

  function entryOf(params: LiveParams): Promise<Entry> {
    const key = keyOf(params);
    const known = entries.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const under = opening.get(key) ?? open(key, params).finally(() => opening.delete(key));
    opening.set(key, under);
    return under;
  }

  async function open(
    key: string,
    { q, query, rangeMs, by = "policy" }: LiveParams,
  ): Promise<Entry> {
    const isBase = query.terms.length === 0;
    const base = isBase ? null : await entryOf({ q: "", query: EVERYTHING, rangeMs, by });
    const grouping = groupingBy(by);
    const firstSeenMs = await firstSeen.by(grouping).catch(forgotten(log));
    const openedMs = nowMs();
    const view = createLiveView({
      q,
      rangeMs,
      nowMs: openedMs,
      epoch: randomUUID().replaceAll("-", ""),
      coverage: options.coverage,
      grouping,
      firstSeenMs,
      unfilteredGroups: () => base?.view.groupCount ?? 0,
    });
    const matcher = compileQuery(query);
    const entry: Entry = { key, matcher, view, base, dependents: 0, emptySinceMs: openedMs };
    const begin = () => {
      if (base !== null) base.dependents += 1;
      entries.set(key, entry);
      generation += 1;
    };
    const { fromMs, toMs, stepMs } = liveRange(rangeMs, openedMs);
    try {
      await writer.between(begin, async () => {
        const range = { fromMs, toMs: toMs + FUTURE_MS, stepMs };
        const rows = await store.snapshot({ ...range, where: whereOf(query) });
        await loadInSlices(rows, view.load);
      });
    } catch (error) {
      // Live goes on without the store; the source list says what is wrong with it.
      log.error("a live view began without history", { error: messageOf(error) });
      if (!entries.has(key)) begin();
    }
    return entry;
  }

  return {
    add(drop) {
      let route = routes.get(drop.series);
      if (route === undefined || route.generation !== generation) route = routeOf(drop);
      for (const view of route.all) view.add(drop);
      for (const { test, view } of route.some) if (test(drop)) view.add(drop);
    },
    async subscribe(params, lastEventId) {
      if (closed) throw new AppError("unavailable", "Droplens is stopping.");
      if (countSubscribers() >= MAX_SUBSCRIBERS) {
        throw new AppError("unavailable", `${MAX_SUBSCRIBERS} browsers are looking already.`);
      }
      if (entries.size >= MAX_VIEWS && !entries.has(keyOf(params))) {
        throw new AppError("too-many", `${MAX_VIEWS} different views are open already.`);
      }
      const entry = await entryOf(params);
      entry.view.tick(nowMs());
      return entry.view.subscribe(lastEventId);
    },
    close() {
      closed = true;
      clearInterval(ticker);
      clearInterval(heart);
      for (const { view } of entries.values()) view.close();
      entries.clear();
    },
    get views() {
      return entries.size;
    },
    get subscribers() {
      return countSubscribers();
    },
  };

  function countSubscribers(): number {
    let sum = 0;
    for (const { view } of entries.values()) sum += view.subscribers;
    return sum;
  }
}

function keyOf({ q, rangeMs, by = "policy" }: LiveParams): string {
  return `${by} ${rangeMs} ${q}`;
}

/** Rows then say when their group was first seen in the range. */
function forgotten(log: Log) {
  return (error: unknown) => {
    log.error("a live view began without first times", { error: messageOf(error) });
    return () => undefined;
  };
}
