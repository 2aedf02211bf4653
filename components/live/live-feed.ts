/**
 * The live stream, outside React. Every event is merged as it comes; what the page is told is
 * coalesced to a few times a second, and to nothing while the reader paused or looks elsewhere:
 * a pause freezes the view, never the intake.
 */
import { tellRevision } from "@/components/expectations/revision";
import {
  isCoverageChange,
  isNewestDrops,
  isView,
  isViewDelta,
} from "@/components/live/decode-view";
import { CLOSED, type EventStream, isWay, type Way } from "@/components/live/event-stream";
import type { Refusal } from "@/components/live/explain-refusal";
import { retryDelayMs } from "@/components/live/kept-stream";
import { mergeDelta } from "@/components/live/merge";
import type { DropRow, View } from "@/lib/drops/view";

export type FeedState = {
  status: "connecting" | "live" | "lost";
  /** Since when it has not been live; milliseconds. */
  lostSinceMs: number | null;
  /** What the reader sees. */
  view: View | null;
  /** Groups that changed since the view was frozen. */
  waiting: number;
  /** Updates the server left out for this page because it was too slow to take them. */
  skipped: number;
  /** Why the stream was refused, in the server's words. */
  problem: string | null;
  /** Loading the page anew is what helps. */
  needsReload: boolean;
  way: Way;
  /** The server is of another build than the page. */
  isOutdated: boolean;
};

/**
 * Drops as they come: the newest of them, and how many more came with them. `skipped` is null where
 * nobody can tell how many: after a break, or when the page was too slow.
 */
export type Arrivals = { drops: readonly DropRow[]; skipped: number | null };

export const IDLE_FEED: FeedState = {
  status: "connecting",
  lostSinceMs: null,
  view: null,
  waiting: 0,
  skipped: 0,
  problem: null,
  needsReload: false,
  way: { by: "stream" },
  isOutdated: false,
};

export type FeedEdges = {
  connect: (path: string) => EventStream;
  /** Why the path is refused, or null when it is not: a stream's error does not say. */
  explain: (path: string) => Promise<Refusal | null>;
  /** Told who the server is and what its clock says; answers whether it is of the page's build. */
  greet: (hello: unknown) => boolean;
  /** Told how many groups changed while nobody looks; 0 when somebody does. */
  tellUnseen: (groups: number) => void;
  nowMs: () => number;
  /** Runs `action` after `delayMs`; returns how to call it off. */
  later: (action: () => void, delayMs: number) => () => void;
  isHidden: () => boolean;
};

export type LiveFeed = {
  /** Opens the stream with the first subscriber and closes it with the last. */
  subscribe: (listener: () => void) => () => void;
  getState: () => FeedState;
  setPaused: (paused: boolean) => void;
  /**
   * For when the page comes back into view, or wakes: paints what waits, and connects anew when
   * nothing was heard for longer than a live stream is silent.
   */
  wake: () => void;
  /** Tries again at once. */
  retry: () => void;
  /** Told of every arrival, also while paused. */
  onArrivals: (listener: (arrivals: Arrivals) => void) => () => void;
};

/** At most four paints a second. */
export const PAINT_MS = 250;
/** Nothing heard for this long: the connection may be half open, so it is made anew. */
export const SILENCE_MS = 60_000;
/** A stream says something every 15 s: the machine slept, or the connection is gone. */
export const STALE_MS = 20_000;
/** Groups told apart while nobody looks; a hidden page must not grow. */
const MAX_CHANGED = 5_000;
/** While the browser tries again by itself, every so many tries it is asked why. */
const EXPLAIN_EVERY = 8;

export function createLiveFeed(path: string, edges: FeedEdges): LiveFeed {
  const listeners = new Set<() => void>();
  const arrivalListeners = new Set<(arrivals: Arrivals) => void>();
  const changed = new Set<string>();
  let state = IDLE_FEED;
  let merged: View | null = null;
  let paused = false;
  let stream: EventStream | null = null;
  /** Something was heard since the connection was made. */
  let joined = false;
  let failures = 0;
  let paintedMs = Number.NEGATIVE_INFINITY;
  let heardMs = Number.POSITIVE_INFINITY;
  let cancelPaint: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;
  let cancelSilence: (() => void) | null = null;

  function tell(next: Partial<FeedState>) {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  }

  function paint() {
    cancelPaint = null;
    if (edges.isHidden()) return edges.tellUnseen(changed.size);
    edges.tellUnseen(0);
    paintedMs = edges.nowMs();
    // The first view is shown even when the page opens paused; there is nothing to freeze yet.
    if (paused && state.view !== null) return tell({ waiting: changed.size });
    changed.clear();
    tell({ view: merged, waiting: 0 });
  }

  function schedulePaint() {
    // Before the first view there is nothing to paint, and nothing must keep it waiting.
    if (cancelPaint !== null || merged === null) return;
    const waitMs = paintedMs + PAINT_MS - edges.nowMs();
    if (waitMs <= 0) paint();
    else cancelPaint = edges.later(paint, waitMs);
  }

  function note(groupId: string) {
    if (changed.size < MAX_CHANGED) changed.add(groupId);
  }

  function arrived(arrivals: Arrivals) {
    for (const listener of arrivalListeners) listener(arrivals);
  }

  function heard() {
    failures = 0;
    heardMs = edges.nowMs();
    cancelSilence?.();
    cancelSilence = edges.later(reopen, SILENCE_MS);
    if (state.status !== "live") {
      tell({ status: "live", lostSinceMs: null, problem: null, needsReload: false });
    }
    if (joined) return;
    joined = true;
    // Drops are not told again to those who come back.
    arrived({ drops: [], skipped: null });
  }

  function on(from: EventStream, name: string, take: (data: unknown) => void) {
    from.addEventListener(name, (event) => {
      if (from !== stream) return;
      const data = parseData(event.data);
      if (data === undefined) return;
      heard();
      take(data);
      schedulePaint();
    });
  }

  function open() {
    stream?.close();
    cancelRetry?.();
    cancelRetry = null;
    const opened = edges.connect(path);
    stream = opened;
    joined = false;
    on(opened, "way", (data) => {
      if (isWay(data)) tell({ way: data });
    });
    on(opened, "hello", (data) => {
      if (!edges.greet(data)) tell({ isOutdated: true });
    });
    on(opened, "snapshot", (data) => {
      if (!isView(data)) return;
      if (merged !== null) for (const group of data.groups) note(group.id);
      merged = data;
    });
    on(opened, "delta", (data) => {
      if (merged === null || !isViewDelta(data)) return;
      merged = mergeDelta(merged, data);
      for (const group of data.groups) note(group.id);
    });
    on(opened, "status", (data) => {
      if (merged === null || !isCoverageChange(data)) return;
      merged = { ...merged, coverage: { ...merged.coverage, ...data } };
    });
    on(opened, "expectations", tellRevision);
    on(opened, "skipped", (data) => {
      state = { ...state, skipped: state.skipped + skippedIn(data) };
      arrived({ drops: [], skipped: null });
    });
    on(opened, "drops", (data) => {
      if (isNewestDrops(data)) arrived(data);
    });
    opened.addEventListener("bye", (event) => {
      lost(opened);
      if (opened === stream) tell({ problem: reasonIn(parseData(event.data)) });
    });
    opened.addEventListener("error", () => lost(opened));
  }

  /** The browser connects again by itself, unless the server refused: then we do, more and more slowly. */
  function lost(from: EventStream) {
    if (from !== stream) return;
    joined = false;
    cancelSilence?.();
    tell({ status: "lost", lostSinceMs: state.lostSinceMs ?? edges.nowMs() });
    failures += 1;
    const isRefused = from.readyState === CLOSED;
    // A redirect to another site looks like a broken line, on which the browser tries for ever.
    if (isRefused || failures % EXPLAIN_EVERY === 2) explain(from);
    if (!isRefused || cancelRetry !== null) return;
    cancelRetry = edges.later(open, retryDelayMs(failures));
  }

  function explain(from: EventStream) {
    edges.explain(path).then(
      (refusal) => {
        if (refusal === null || from !== stream || state.status !== "lost") return;
        tell({ problem: refusal.words, needsReload: refusal.reload });
      },
      () => {},
    );
  }

  function reopen() {
    if (listeners.size > 0) open();
  }

  function close() {
    stream?.close();
    stream = null;
    for (const cancel of [cancelPaint, cancelRetry, cancelSilence]) cancel?.();
    cancelPaint = cancelRetry = cancelSilence = null;
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) open();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) close();
      };
    },
    getState: () => state,
    setPaused(next) {
      if (paused === next) return;
      paused = next;
      if (merged !== null && stream !== null) schedulePaint();
    },
    wake() {
      if (stream === null) return;
      schedulePaint();
      if (!edges.isHidden() && edges.nowMs() - heardMs > STALE_MS) open();
    },
    retry: reopen,
    onArrivals(listener) {
      arrivalListeners.add(listener);
      return () => arrivalListeners.delete(listener);
    },
  };
}

function parseData(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function skippedIn(data: unknown): number {
  if (typeof data !== "object" || data === null || !("updates" in data)) return 0;
  return typeof data.updates === "number" ? data.updates : 0;
}

/** Why the server ends the stream, in its words. */
function reasonIn(data: unknown): string | null {
  if (typeof data !== "object" || data === null || !("reason" in data)) return null;
  return typeof data.reason === "string" ? data.reason : null;
}
