/**
 * One live view: a window over the last `rangeMs` for one query, shared by every browser that
 * looks at it. It begins with what the store holds, goes on with what arrives, and tells its
 * browsers of changes when it is ticked, whatever the rate of drops.
 */
import type { Drop } from "@/lib/drops/drop";
import type { Grouping } from "@/lib/drops/group-by";
import { createWindow, type LiveWindow } from "@/lib/drops/live-window";
import type { LoadRow } from "@/lib/drops/load-row";
import type { Outcome } from "@/lib/drops/outcome";
import { type BucketRange, liveRange } from "@/lib/drops/timeline";
import type { Coverage, DropRow, Group, View, ViewDelta } from "@/lib/drops/view";
import { createBroadcast, type Subscription } from "./broadcast";
import { isGapAmong } from "./coverage-log";
import { loadInSlices } from "./load-in-slices";
import type { Naming } from "./naming";
import { dropRow } from "./rows";

export type LiveView = {
  readonly groupCount: number;
  readonly subscribers: number;
  /** Its range now, the last bucket whole. */
  range(): BucketRange;
  /** Takes a drop that is known to match. */
  add(drop: Drop, outcome: Outcome): void;
  /** Adds what the store held when the first `add` could come. */
  load(rows: readonly LoadRow[]): void;
  /** Counts anew what is there; answers the series that only their drops can tell. */
  reclassify: LiveWindow["reclassify"];
  /** Whether it counts drops of series that it does not hold one by one. */
  readonly isLoose: boolean;
  /**
   * From here on it takes note of what is added to these series, by their ids, or to all. What is
   * shown stays until `replace` brings what the store held at this moment.
   */
  beginReplacing(series: ReadonlySet<string> | null): void;
  /** Drops of before `beginReplacing` that the store did not hold at that moment. */
  alsoAdded(drops: readonly { drop: Drop; outcome: Outcome }[]): void;
  /** Null gives up: all goes on as it was. */
  replace(rows: readonly LoadRow[] | null): Promise<void>;
  /** Tells that the set of expectations has changed. */
  tellExpectations(revision: number): void;
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
  overOf: (id: string, fromMs: number, toMs: number) => number | undefined;
  /** Tells beside the rows which names their addresses had. */
  naming?: Naming | null;
  /** Groups of the same range without a query. */
  unfilteredGroups: () => number;
};

/** A window in the making, or the series whose counts are being read. */
type Replacing = {
  series: ReadonlySet<string>;
  added: { drop: Drop; outcome: Outcome }[];
  window: LiveWindow | null;
};

const NONE: ReadonlySet<string> = new Set();
const NOTHING_REPLACED: Replacing = { series: NONE, added: [], window: null };

function count(window: LiveWindow, drop: Drop, outcome: Outcome): void {
  window.add(drop.series, drop.timeMs, drop.count, drop.attempt, outcome);
}

/** Groups told to a browser; the others are counted. */
export const GROUP_LIMIT = 500;
/** Newest drops told with each change. */
const NEWEST = 10;

export function createLiveView(options: LiveViewOptions): LiveView {
  const range = liveRange(options.rangeMs, options.nowMs);
  let coverage = options.coverage(range.fromMs, range.toMs);
  let coveredMs = options.nowMs;
  let toldCoverage = "";
  let toldUnfiltered = 0;
  let newest: { drop: Drop; outcome: Outcome }[] = [];
  let arrived = 0;

  const openWindow = (over: BucketRange) =>
    createWindow({
      ...over,
      grouping: options.grouping,
      firstSeenMs: options.firstSeenMs,
      isGap: (fromMs, toMs) => isGapAmong(coverage.gaps, fromMs, Math.min(toMs, coveredMs)),
      overOf: options.overOf,
    });
  const { naming = null } = options;
  const named = (groups: readonly Group[]) => naming?.groups(groups) ?? groups;
  const rowOf = ({ drop, outcome }: { drop: Drop; outcome: Outcome }): DropRow =>
    dropRow(drop, outcome, naming);
  let window = openWindow(range);
  let replacing: Replacing | null = null;
  /** A window that took another's place cannot tell what differs from it. */
  let isOther = false;

  let toldRevision: number | null = null;

  const broadcast = createBroadcast({
    epoch: options.epoch,
    snapshot: wholeView,
    present: () => [
      ["status", coverage],
      ...(toldRevision === null ? [] : [["expectations", { revision: toldRevision }] as const]),
    ],
  });

  function wholeView(): View {
    const unfilteredGroups = Math.max(options.unfilteredGroups(), window.groupCount);
    const shown = window.snapshot(GROUP_LIMIT);
    const groups = named(shown.groups);
    return { query: options.q, ...shown, groups, coverage, unfilteredGroups };
  }

  function tellChanges(): void {
    const delta = window.takeDelta(GROUP_LIMIT);
    const text = JSON.stringify(coverage);
    if (isOther) {
      isOther = false;
      broadcast.publish("snapshot", wholeView());
    } else if (delta !== null) {
      const unfilteredGroups = Math.max(options.unfilteredGroups(), delta.groupCount);
      const groups = named(delta.groups);
      const event: ViewDelta = { ...delta, groups, coverage, unfilteredGroups };
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
    const drops = newest.slice(-NEWEST).reverse().map(rowOf);
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
    get isLoose() {
      return window.isLoose;
    },
    range: () => ({ fromMs: window.fromMs, toMs: window.toMs, stepMs: range.stepMs }),
    add(drop, outcome) {
      count(window, drop, outcome);
      if (replacing?.window) count(replacing.window, drop, outcome);
      else if (replacing?.series.has(drop.series.id)) replacing.added.push({ drop, outcome });
      // What a source hands over of before the range is no news to who looks at it.
      if (drop.timeMs < window.fromMs) return;
      arrived += 1;
      newest.push({ drop, outcome });
      if (newest.length >= 4 * NEWEST) newest = newest.slice(-NEWEST);
    },
    load: (rows) => window.load(rows),
    reclassify: (...wanted) => window.reclassify(...wanted),
    beginReplacing(series) {
      const { fromMs, toMs } = window;
      const whole = series === null ? openWindow({ fromMs, toMs, stepMs: range.stepMs }) : null;
      replacing = { series: series ?? NONE, added: [], window: whole };
    },
    alsoAdded(drops) {
      for (const { drop, outcome } of drops) {
        if (replacing?.window) count(replacing.window, drop, outcome);
        else if (replacing?.series.has(drop.series.id)) replacing.added.push({ drop, outcome });
      }
    },
    async replace(rows) {
      const { series, added, window: other } = replacing ?? NOTHING_REPLACED;
      if (rows !== null && other !== null) {
        await loadInSlices(rows, other.load);
        other.slide(window.toMs - 1);
        window = other;
        isOther = true;
      } else if (rows !== null) {
        window.replace(series, rows);
        for (const { drop, outcome } of added) count(window, drop, outcome);
      }
      replacing = null;
    },
    tellExpectations(revision) {
      toldRevision = revision;
      broadcast.announce("expectations", { revision });
    },
    tick(nowMs) {
      window.slide(nowMs);
      replacing?.window?.slide(nowMs);
      coverage = options.coverage(window.fromMs, window.toMs);
      coveredMs = nowMs;
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
