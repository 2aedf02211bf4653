/**
 * The live views that somebody looks at, one for each distinct query, range and grouping, and the way of a
 * drop to those it matches. Which views a series belongs to is asked once for each series and set
 * of views, so a drop costs one look-up, however many views there are.
 */
import { randomUUID } from "node:crypto";
import type { Drop, Series } from "@/lib/drops/drop";
import type { Coverage, GroupBy } from "@/lib/drops/view";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import { splitExpected } from "@/lib/query/expected";
import { groupingBy } from "@/lib/query/grouping";
import { compileQuery, type DropTest, type Matcher } from "@/lib/query/match";
import { EVERYTHING, type Query } from "@/lib/query/query";
import { createSlices } from "@/lib/turns";
import type { Subscription } from "./broadcast";
import type { Expecting, Turn } from "./expecting";
import type { FirstSeen } from "./first-seen";
import { createLiveView } from "./live-view";
import type { Naming } from "./naming";
import { type Classified, createReclassifier } from "./reclassify";
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
  /**
   * Lets go of the views that count drops of this time or before, of all by default, since what they
   * count is not sure; browsers open them again.
   */
  beginAnew(untilMs?: number): void;
  /** Ends every stream. */
  close(): void;
  readonly views: number;
  readonly subscribers: number;
};

export type HubOptions = {
  writer: Writer;
  firstSeen: FirstSeen;
  expecting: Expecting;
  coverage: (fromMs: number, toMs: number) => Coverage;
  /** Tells beside rows and drops which names their addresses had. */
  naming?: Naming | null;
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

type Entry = Classified & {
  key: string;
  /** Of the query without what asks for `expected:`. */
  matcher: Matcher;
  /** Whether it takes drops that are hidden, or that are not. */
  wants: (isHidden: boolean) => boolean;
  /** The same range without a query, which tells how much the query leaves out. */
  base: Entry | null;
  /** Views whose `base` this is. */
  dependents: number;
  emptySinceMs: number;
  /** False when the store could not be read as it was opened. */
  hasHistory: boolean;
};

type Route = { all: Entry[]; some: { test: DropTest; entry: Entry }[] };

export function createHub(options: HubOptions): Hub {
  const { writer, firstSeen, expecting, log, nowMs } = options;
  const reclassifier = createReclassifier({ expecting, writer, log, nowMs });
  const entries = new Map<string, Entry>();
  const opening = new Map<string, Promise<Entry>>();
  /** By series; made anew when the set of views has changed, so that it holds none that is gone. */
  let routes = new WeakMap<Series, Route>();
  let closed = false;
  /** Browsers whose view is being opened. */
  let entering = 0;
  let turns: Turn[] = [];
  let isTicking = false;
  /** How often the store came back. */
  let returns = 0;
  const stopListening = expecting.onTurn((turn) => {
    turns.push(turn);
    // A change that somebody made is told at once; minutes that begin to surge with the next tick.
    if (turn.set !== null) tick();
  });

  const ticker = setInterval(() => void tickInTurns(), TICK_MS);
  const heart = setInterval(() => {
    for (const { view } of entries.values()) view.heartbeat();
  }, HEARTBEAT_MS);
  ticker.unref();
  heart.unref();

  function tick(): void {
    const now = nowMs();
    takeTurns(now);
    for (const entry of entries.values()) tickOne(entry, now);
  }

  /** What arrives meanwhile gets its turn between the views: each may take some milliseconds. */
  async function tickInTurns(): Promise<void> {
    if (isTicking) return;
    isTicking = true;
    try {
      const now = nowMs();
      const slices = createSlices();
      takeTurns(now);
      for (const entry of [...entries.values()]) {
        // Its browsers are sent what it tells when it has told it: that belongs to the slice.
        await slices.next();
        if (entries.get(entry.key) === entry) tickOne(entry, now);
      }
    } finally {
      isTicking = false;
    }
  }

  function tickOne(entry: Entry, now: number): void {
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

  function takeTurns(now: number): void {
    const taken = turns;
    turns = [];
    const all = [...entries.values()];
    reclassifier.apply(all, taken);
    reclassifier.mend(all, now);
    const set = taken.findLast((turn) => turn.set !== null)?.set ?? null;
    if (set !== null) for (const { view } of all) view.tellExpectations(set);
  }

  function forget(entry: Entry): void {
    entries.delete(entry.key);
    if (entry.base !== null) entry.base.dependents -= 1;
    entry.view.close("This view was let go.");
    routes = new WeakMap();
  }

  function routeOf(drop: Drop): Route {
    const route: Route = { all: [], some: [] };
    for (const entry of entries.values()) {
      const rest = entry.matcher.rest(drop.series);
      if (rest === true) route.all.push(entry);
      else if (rest !== false) route.some.push({ test: rest, entry });
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

  /** One that was let go while it was being opened is no view any more: nothing would be told to it. */
  async function livingEntryOf(params: LiveParams): Promise<Entry> {
    for (;;) {
      const entry = await entryOf(params);
      if (closed) throw stopping();
      if (entries.get(entry.key) === entry) return entry;
    }
  }

  async function open(
    key: string,
    { q, query, rangeMs, by = "policy" }: LiveParams,
  ): Promise<Entry> {
    const isBase = query.terms.length === 0;
    const base = isBase ? null : await livingEntryOf({ q: "", query: EVERYTHING, rangeMs, by });
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
      overOf: expecting.overOf,
      naming: options.naming ?? null,
      unfilteredGroups: () => base?.view.groupCount ?? 0,
    });
    const { others, wants } = splitExpected(query);
    const matcher = compileQuery(others);
    const entry: Entry = {
      key,
      matcher,
      outcomeOf: (drop) => {
        const rest = matcher.rest(drop.series);
        if (rest === false || (rest !== true && !rest(drop))) return null;
        const outcome = expecting.of(drop);
        return wants(outcome.hiddenBy !== null) ? outcome : null;
      },
      wants,
      view,
      query,
      asksExpected: others.terms.length < query.terms.length,
      due: null,
      dueMs: 0,
      missed: null,
      base,
      dependents: 0,
      // Nobody can look at it before it is open.
      emptySinceMs: Number.POSITIVE_INFINITY,
      hasHistory: true,
    };
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      entries.set(key, entry);
      routes = new WeakMap();
    };
    const before = returns;
    try {
      await reclassifier.fill(entry, begin);
    } catch (error) {
      // Live goes on without the store; the source list says what is wrong with it.
      log.error("a live view began without history", { error: messageOf(error) });
      entry.hasHistory = false;
      if (!hasBegun) begin();
      // It was asked for too early: the store answers by now.
      if (returns !== before && entries.get(key) === entry) forget(entry);
    }
    entry.emptySinceMs = nowMs();
    return entry;
  }

  return {
    add(drop) {
      let route = routes.get(drop.series);
      route ??= routeOf(drop);
      const outcome = expecting.take(drop);
      const isHidden = outcome.hiddenBy !== null;
      for (const { view, wants } of route.all) if (wants(isHidden)) view.add(drop, outcome);
      for (const { test, entry } of route.some) {
        if (test(drop) && entry.wants(isHidden)) entry.view.add(drop, outcome);
      }
    },
    async subscribe(params, lastEventId) {
      if (closed) throw stopping();
      if (countSubscribers() + entering >= MAX_SUBSCRIBERS) {
        throw new AppError(
          "unavailable",
          `${MAX_SUBSCRIBERS} pages are looking at Droplens already. Close some that nobody needs; this one tries again by itself.`,
        );
      }
      const isNew = !entries.has(keyOf(params)) && !opening.has(keyOf(params));
      if (isNew && entries.size + opening.size >= MAX_VIEWS) {
        throw new AppError("too-many", `${MAX_VIEWS} different views are open already.`);
      }
      entering += 1;
      try {
        const entry = await livingEntryOf(params);
        takeTurns(nowMs());
        entry.view.tick(nowMs());
        return entry.view.subscribe(lastEventId);
      } finally {
        entering -= 1;
      }
    },
    beginAnew(untilMs = Number.POSITIVE_INFINITY) {
      for (const entry of [...entries.values()]) {
        if (entry.view.range().fromMs <= untilMs) forget(entry);
      }
      void expecting.recount();
    },
    storeIsBack() {
      returns += 1;
      for (const entry of [...entries.values()]) if (!entry.hasHistory) forget(entry);
    },
    close() {
      closed = true;
      stopListening();
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

function stopping(): AppError {
  return new AppError("unavailable", "Droplens is stopping.");
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
