/**
 * One live view: a window over the last `rangeMs` for one query, shared by every browser that
 * looks at it. It begins with what the store holds, goes on with what arrives, and tells its
 * browsers of changes when it is ticked, whatever the rate of drops.
 */
import type { Drop } from "@/lib/drops/drop";
import type { Grouping } from "@/lib/drops/group-by";
import { createWindow, type LoadRow } from "@/lib/drops/live-window";
import { liveRange } from "@/lib/drops/timeline";
import type { Coverage, View, ViewDelta } from "@/lib/drops/view";
import { createBroadcast, type Subscription } from "./broadcast";
import { isGapAmong } from "./coverage-log";
import { dropRow } from "./rows";

export type LiveView = {
  readonly groupCount: number;
  readonly subscribers: number;
  /** Takes a drop that is known to match. */
  add(drop: Drop): void;
  /** Adds what the store held when the first `add` could come. */
  load(rows: readonly LoadRow[]): void;
  /** Moves the window on and tells what changed. */
  tick(nowMs: number): void;
  subscribe(lastEventId: string | null): Subscription;
  heartbeat(): void;
  /** Ends every stream; browsers come back by themselves. */
  close(reason: string): void;
};

export type LiveViewOptions = {
  q: string;
  rangeMs: number;
  nowMs: number;
  /** Names this view's events: another view, or this one opened again, has another. */
  epoch: string;
  coverage: (fromMs: number, toMs: number) => Coverage;
  grouping: Grouping;
  firstSeenMs: (groupId: string) => number | undefined;
  /** Groups of the same range without a query. */
  unfilteredGroups: () => number;
};

/** Groups told to a browser; the others are counted. */
export const GROUP_LIMIT = 500;
/** Newest drops told with each change. */
const NEWEST = 10;

export function createLiveView(options: LiveViewOptions): LiveView {
  const range = liveRange(options.rangeMs, options.nowMs);
  let coverage = options.coverage(range.fromMs, range.toMs);
  let toldCoverage = "";
  let toldUnfiltered = 0;
  let newest: Drop[] = [];
  let arrived = 0;

  const window = createWindow({
    ...range,
    grouping: options.grouping,
    firstSeenMs: options.firstSeenMs,
    isGap: (fromMs, toMs) => isGapAmong(coverage.gaps, fromMs, toMs),
  });

  const broadcast = createBroadcast({
    epoch: options.epoch,
    snapshot: wholeView,
  });

  function wholeView(): View {
    const unfilteredGroups = Math.max(options.unfilteredGroups(), window.groupCount);
    return { query: options.q, ...window.snapshot(GROUP_LIMIT), coverage, unfilteredGroups };
  }

  function tellChanges(): void {
    const delta = window.takeDelta(GROUP_LIMIT);
    const text = JSON.stringify(coverage);
    if (delta !== null) {
      const unfilteredGroups = Math.max(options.unfilteredGroups(), delta.groupCount);
      const event: ViewDelta = { ...delta, coverage, unfilteredGroups };
      broadcast.publish("delta", event);
    } else if (options.unfilteredGroups() !== toldUnfiltered && window.groupCount === 0) {
      // Nothing dropped has become all filtered away, or the reverse.
      broadcast.publish("snapshot", wholeView());
    } else if (text !== toldCoverage) {
      broadcast.announce("status", coverage);
    }
    toldCoverage = text;
    toldUnfiltered = options.unfilteredGroups();
  }

  function tellNewest(): void {
    if (arrived === 0) return;
    const drops = newest.slice(-NEWEST).reverse().map(dropRow);
    broadcast.announce("drops", { drops, skipped: arrived - drops.length });
    newest = [];
    arrived = 0;
  }

  return {
    get groupCount() {
      return window.groupCount;
    },
    get subscribers() {
      return broadcast.subscribers;
    },
    add(drop) {
      window.add(drop.series, drop.timeMs, drop.count, drop.attempt);
      arrived += 1;
      newest.push(drop);
      if (newest.length >= 4 * NEWEST) newest = newest.slice(-NEWEST);
    },
    load: (rows) => window.load(rows),
    tick(nowMs) {
      window.slide(nowMs);
      coverage = options.coverage(window.fromMs, window.toMs);
      tellChanges();
      tellNewest();
    },
    subscribe: (lastEventId) => broadcast.subscribe(lastEventId),
    heartbeat() {
      // A page cannot see comments: this is what tells it that the stream is alive.
      broadcast.announce("status", coverage);
      broadcast.heartbeat();
    },
    close: (reason) => broadcast.close("bye", { reason }),
  };
}
