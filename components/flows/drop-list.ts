/**
 * The list of drops, outside React: newest first, and without holes from its first row to its last.
 *
 * Older drops are read page by page from the place of the last row, which is exact also among drops
 * of the same nanosecond. New ones come with the live stream, which tells only the newest; whenever
 * it left some out, what was stored since the last reading is asked for, by the time of arrival, so
 * that late drops with old times are among them. While the list is held (paused, or somebody reads
 * in it) what arrives waits and is counted. When more came than can be added, the list begins anew
 * at the newest drop: still without holes.
 */
import type { Arrivals } from "@/components/live/live-feed";
import { cursorOfRow, formatCursor } from "@/lib/drops/drop-cursor";
import type { DropPage, DropRow } from "@/lib/drops/view";

export type ListState = {
  rows: readonly DropRow[];
  /** False before the first answer. */
  loaded: boolean;
  /** Older drops of the range are not in `rows`. */
  more: boolean;
  loading: "first" | "older" | null;
  /** Drops that arrived and are not in `rows`; `atLeast` where not all were counted. */
  waiting: number;
  atLeast: boolean;
  /** Why the last reading failed, in words. */
  problem: string | null;
};

export const EMPTY_LIST: ListState = {
  rows: [],
  loaded: false,
  more: false,
  loading: "first",
  waiting: 0,
  atLeast: false,
  problem: null,
};

export type ListEdges = {
  read: (page: { before?: string; arrived?: string; limit: number }) => Promise<DropPage>;
  /** Runs `action` after `delayMs`; returns how to call it off. */
  later: (action: () => void, delayMs: number) => () => void;
};

export type DropList = {
  subscribe: (listener: () => void) => () => void;
  getState: () => ListState;
  /** Reads the first page, if it is not there. */
  start: () => void;
  /** Calls off what is planned; `start` goes on. */
  stop: () => void;
  older: () => void;
  arrive: (arrivals: Arrivals) => void;
  /** While held, rows stay as they are. */
  hold: (held: boolean) => void;
  /** Lets in what waits, held or not. */
  release: () => void;
  retry: () => void;
};

export const PAGE_ROWS = 200;
/** Pages that are added to the list for one catching up; beyond it the list begins anew. */
const CATCH_UP_ROWS = 500;
const CATCH_UP_PAGES = 4;
const CATCH_UP_MS = 1_000;
/** Drops that wait at most; beyond it they are only counted. */
const MAX_PENDING = 2_000;
/** Rows kept; older ones are read again when somebody goes there. */
const MAX_ROWS = 10_000;

export function createDropList(edges: ListEdges): DropList {
  const listeners = new Set<() => void>();
  let state = EMPTY_LIST;
  let running = false;
  let reading = false;
  let held = false;
  /** Somebody asked for what waits, though the list is held. */
  let releasing = false;
  /** Arrived, and not in the rows. */
  let pending = new Map<string, DropRow>();
  /** Of the arrived, how many are not in `pending` either; null when nobody knows. */
  let missing: number | null = 0;
  /** More arrived than is added to a list: it begins anew when it is let in. */
  let overflown = false;
  /** Everything stored before this is in the rows or in `pending`. */
  let asOf: string | null = null;
  let failures = 0;
  let cancelCatchUp: (() => void) | null = null;

  function tell(change: Partial<ListState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  /** One reading at a time, so that every merge knows where the list ends. */
  async function reads(loading: ListState["loading"], work: () => Promise<void>): Promise<void> {
    if (reading) return;
    reading = true;
    if (loading !== null) tell({ loading });
    try {
      await work();
      failures = 0;
      tell({ problem: null, loading: null });
    } catch (error) {
      failures += 1;
      tell({ problem: error instanceof Error ? error.message : String(error), loading: null });
    } finally {
      reading = false;
    }
    settle();
  }

  function first(): void {
    void reads("first", async () => {
      // What arrived until now is in the answer.
      pending = new Map();
      missing = 0;
      const page = await edges.read({ limit: PAGE_ROWS });
      asOf = page.asOf;
      overflown = false;
      tell({ rows: page.drops, more: page.next !== null, loaded: true });
    });
  }

  function older(): void {
    const last = state.rows.at(-1);
    if (last === undefined || !state.more) return;
    void reads("older", async () => {
      const page = await edges.read({
        before: formatCursor(cursorOfRow(last)),
        limit: PAGE_ROWS,
      });
      tell({ rows: [...state.rows, ...page.drops], more: page.next !== null });
    });
  }

  /** Asks for what was stored since the last reading. */
  function catchUp(): void {
    cancelCatchUp?.();
    cancelCatchUp = null;
    const arrived = asOf;
    if (arrived === null) return;
    void reads(null, async () => {
      const asked = missing;
      missing = 0;
      try {
        const found = await readSince(arrived);
        if (found === null) overflow(asked);
        else take(found);
      } catch (error) {
        missing = null;
        throw error;
      }
    });
  }

  /** Null when it is more than is added to a list. */
  async function readSince(arrived: string): Promise<DropRow[] | null> {
    const found: DropRow[] = [];
    let before: string | undefined;
    for (let pages = 0; pages < CATCH_UP_PAGES; pages += 1) {
      const page = await edges.read({ arrived, before, limit: CATCH_UP_ROWS });
      if (pages === 0) asOf = page.asOf;
      found.push(...page.drops);
      if (page.next === null) return found;
      before = page.next;
    }
    return null;
  }

  function take(drops: readonly DropRow[]): void {
    const known = new Set(state.rows.map(({ uuid }) => uuid));
    for (const drop of drops) if (!known.has(drop.uuid)) pending.set(drop.uuid, drop);
    if (pending.size > MAX_PENDING) overflow(missing);
  }

  function overflow(counted: number | null): void {
    overflown = true;
    missing = Math.max((counted ?? 0) + pending.size, CATCH_UP_ROWS * CATCH_UP_PAGES);
    pending = new Map();
  }

  /** Brings what arrived to where it belongs now. */
  function settle(): void {
    if (!running || reading || !state.loaded) return;
    const letsIn = !held || releasing;
    if (overflown && letsIn) {
      beginAnew();
    } else if (missing !== 0 && !overflown) {
      planCatchUp(letsIn);
      // What came without a hole may be shown; beyond a hole nothing is.
      tellWaiting();
    } else if (letsIn) letIn();
    else tellWaiting();
  }

  function tellWaiting(): void {
    const waiting = pending.size + (missing ?? 0);
    const atLeast = missing === null || overflown;
    if (state.waiting !== waiting || state.atLeast !== atLeast) tell({ waiting, atLeast });
  }

  function letIn(): void {
    releasing = false;
    const merged = mergeRows(state.rows, [...pending.values()], state.more);
    pending = new Map();
    if (merged === state.rows) {
      tellWaiting();
      return;
    }
    const rows = merged.slice(0, MAX_ROWS);
    tell({ rows, more: state.more || rows.length < merged.length, waiting: 0, atLeast: false });
  }

  function beginAnew(): void {
    releasing = false;
    pending = new Map();
    missing = 0;
    tell({ waiting: 0, atLeast: false });
    first();
  }

  /** At once where somebody waits for it and the last one is a while ago. */
  function planCatchUp(isWanted: boolean): void {
    if (cancelCatchUp !== null && !(isWanted && releasing)) return;
    cancelCatchUp?.();
    const delayMs = failures === 0 && releasing ? 0 : CATCH_UP_MS * 2 ** Math.min(failures, 4);
    cancelCatchUp = edges.later(catchUp, delayMs);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => state,
    start() {
      running = true;
      if (state.loaded) settle();
      else first();
    },
    stop() {
      running = false;
      cancelCatchUp?.();
      cancelCatchUp = null;
      // Nobody listened meanwhile.
      missing = null;
    },
    older,
    arrive({ drops, skipped }) {
      if (overflown) {
        missing = (missing ?? 0) + drops.length + (skipped ?? 0);
      } else {
        take(drops);
        missing = skipped === null || missing === null ? null : missing + skipped;
      }
      if (running && !state.loaded) first();
      settle();
    },
    hold(next) {
      if (held === next) return;
      held = next;
      settle();
    },
    release() {
      releasing = true;
      settle();
    },
    retry() {
      failures = 0;
      if (!state.loaded) first();
      else if (missing !== 0) catchUp();
      else older();
    },
  };
}

/**
 * Both lists in one, newest first, each drop once; `rows` itself when nothing is added. While there
 * is more behind the last row, what is older than it is left out: it comes with the page it is on.
 */
export function mergeRows(
  rows: readonly DropRow[],
  arrived: readonly DropRow[],
  more: boolean,
): readonly DropRow[] {
  const last = rows.at(-1);
  const added = arrived
    .filter((row) => !more || last === undefined || compareRows(row, last) < 0)
    .sort(compareRows);
  if (added.length === 0) return rows;
  const merged: DropRow[] = [];
  let at = 0;
  for (const row of added) {
    for (let old = rows[at]; old !== undefined && compareRows(old, row) <= 0; old = rows[at]) {
      merged.push(old);
      at += 1;
    }
    if (merged.at(-1)?.uuid !== row.uuid) merged.push(row);
  }
  return [...merged, ...rows.slice(at)];
}

/** Below zero when `a` stands before `b`. Times have one form, so their texts are in their order. */
function compareRows(a: DropRow, b: DropRow): number {
  if (a.time !== b.time) return a.time > b.time ? -1 : 1;
  return a.uuid === b.uuid ? 0 : a.uuid > b.uuid ? -1 : 1;
}
