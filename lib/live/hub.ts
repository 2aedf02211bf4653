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
  /** Lets go of views that began without history; browsers open them again, with it. */
  storeIsBack(): void;
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
  /** False when the store could not be read as it was opened. */
  hasHistory: boolean;
};

type Route = { all: LiveView[]; some: { test: DropTest; view: LiveView }[] };

export function createHub(options: HubOptions): Hub {
  const { store, writer, firstSeen, log, nowMs } = options;
  const entries = new Map<string, Entry>();
  const opening = new Map<string, Promise<Entry>>();
  /** By series; made anew when the set of views has changed, so that it holds none that is gone. */
  let routes = new WeakMap<Series, Route>();
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
      try {
        entry.view.tick(now);
      } catch (error) {
        // One view that fails must not keep the others from their tick.
        log.error("a live view failed", { view: entry.key, error: messageOf(error) });
      }
      const isUsed = entry.view.subscribers > 0 || entry.dependents > 0;
      if (isUsed) entry.emptySinceMs = now;
      else if (now - entry.emptySinceMs > LINGER_MS) forget(entry);
    }
  }

  function forget(entry: Entry): void {
    entries.delete(entry.key);
    if (entry.base !== null) entry.base.dependents -= 1;
    entry.view.close("This view was let go.");
    routes = new WeakMap();
  }

  function routeOf(drop: Drop): Route {
    const route: Route = { all: [], some: [] };
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
    // A view takes drops before its history is loaded; who asks meanwhile waits for both.
    const under = opening.get(key);
    if (under !== undefined) return under;
    const known = entries.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const opened = open(key, params).finally(() => opening.delete(key));
    opening.set(key, opened);
    return opened;
  }

  async function open(
    key: string,
    { q, query, rangeMs, by = "policy" }: LiveParams,
  ): Promise<Entry> {
    const isBase = query.terms.length === 0;
    const base = isBase ? null : await entryOf({ q: "", query: EVERYTHING, rangeMs, by });
    if (base !== null) base.dependents += 1;
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
    const entry: Entry = {
      key,
      matcher,
      view,
      base,
      dependents: 0,
      // Nobody can look at it before it is open.
      emptySinceMs: Number.POSITIVE_INFINITY,
      hasHistory: true,
    };
    const begin = () => {
      entries.set(key, entry);
      routes = new WeakMap();
    };
    const { fromMs, toMs, stepMs } = liveRange(rangeMs, openedMs);
    try {
      const range = { fromMs, toMs: toMs + FUTURE_MS, stepMs };
      const rows = await writer.between(begin, () =>
        store.snapshot({ ...range, where: whereOf(query) }),
      );
      await loadInSlices(rows, view.load);
    } catch (error) {
      // Live goes on without the store; the source list says what is wrong with it.
      log.error("a live view began without history", { error: messageOf(error) });
      entry.hasHistory = false;
      if (!entries.has(key)) begin();
    }
    entry.emptySinceMs = nowMs();
    return entry;
  }

  return {
    add(drop) {
      let route = routes.get(drop.series);
      route ??= routeOf(drop);
      for (const view of route.all) view.add(drop);
      for (const { test, view } of route.some) if (test(drop)) view.add(drop);
    },
    async subscribe(params, lastEventId) {
      if (closed) throw new AppError("unavailable", "Droplens is stopping.");
      if (countSubscribers() >= MAX_SUBSCRIBERS) {
        throw new AppError("unavailable", `${MAX_SUBSCRIBERS} browsers are looking already.`);
      }
      const isNew = !entries.has(keyOf(params)) && !opening.has(keyOf(params));
      if (isNew && entries.size + opening.size >= MAX_VIEWS) {
        throw new AppError("too-many", `${MAX_VIEWS} different views are open already.`);
      }
      const entry = await entryOf(params);
      entry.view.tick(nowMs());
      return entry.view.subscribe(lastEventId);
    },
    storeIsBack() {
      for (const entry of [...entries.values()]) if (!entry.hasHistory) forget(entry);
    },
    close() {
      closed = true;
      clearInterval(ticker);
      clearInterval(heart);
      for (const { view } of entries.values()) view.close("Droplens is stopping.");
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
