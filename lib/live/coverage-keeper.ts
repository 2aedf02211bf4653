/**
 * Writes down when one source was connected, a short stretch every few seconds, so that a process
 * that is killed leaves a gap behind and never time that looks watched.
 *
 * After a gap, a flow that comes a second time proves that the memory of its node reaches back to what
 * we had. Once every node that was heard just before the gap has given such proof, the gap is
 * refilled; a node that does not, because its ring has turned over or it is away, leaves it a gap.
 */
import type { SourceState } from "@/lib/drops/view";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { CoverageRow } from "@/lib/store/coverage-table";
import type { CoverageLog, Stretch } from "./coverage-log";
import type { SourceStatus } from "./source-status";

export type CoverageKeeper = {
  stateIs(state: SourceState): void;
  /** The source has proved to be alive at this time, by an answer. */
  proved(atMs: number): void;
  /** A flow has come, for the first time or again. */
  received(flow: { timeMs: number; node: string }, isDuplicate: boolean): void;
  /** Flows of the span are known to be missing: it is a gap, as is what lies before this connection. */
  missing(span: Stretch): void;
  /** Writes the last stretch. */
  close(): Promise<void>;
};

export type CoverageKeeperOptions = {
  store: { insertCoverage(rows: readonly CoverageRow[]): Promise<void> };
  coverage: CoverageLog;
  status: SourceStatus;
  /** Nothing is stored of this source: the first connection reads all that the relay remembers. */
  isFirst: boolean;
  log: Log;
  nowMs: () => number;
  timing?: Partial<CoverageTiming>;
};

export type CoverageTiming = {
  beatMs: number;
  /** The first beat after connecting, so that a process killed soon after leaves a trace. */
  firstBeatMs: number;
  /** How long after connecting the relay's memory begins to arrive, at the latest. */
  backfillMs: number;
  /** When nothing came for so long, all that it had has arrived. */
  settleMs: number;
};

const MAX_NODES = 16_384;
/** A new connection asks for what came since ten seconds before the last flow. */
const HEARD_MS = 8_000;

const MAX_AGE_MS = 60_000;
const MAX_ON_THE_WAY_MS = 20_000;

const TIMING: CoverageTiming = {
  beatMs: 5_000,
  firstBeatMs: 1_000,
  backfillMs: 10_000,
  settleMs: 3_000,
};

export function createCoverageKeeper(options: CoverageKeeperOptions): CoverageKeeper {
  const { store, coverage, status, log, nowMs } = options;
  const { id, account } = status;
  const { beatMs: everyMs, firstBeatMs, backfillMs, settleMs } = { ...TIMING, ...options.timing };
  let connectedMs: number | null = null;
  let beatMs = 0;
  let gap: Stretch | null = null;
  /** When each node was last heard, by its own clock; and who owes a proof since the gap. */
  const lastByNode = new Map<string, number>();
  /** The same as it was when this connection began. */
  let lastBefore: ReadonlyMap<string, number> = new Map();
  let owing = new Set<string>();
  let isProved = false;
  /** The newest flow of this connection, and when the last of them came. */
  let reachedMs = 0;
  let cameMs = 0;
  /** All that happened until then has come, as far as anybody can tell. */
  let heardMs = 0;
  let receivedBefore = 0;
  let lostBefore = 0n;
  let oldestMs = Number.POSITIVE_INFINITY;
  let isFirst = options.isFirst;

  const timer = setInterval(() => void beat(), everyMs);
  timer.unref();

  function connect(): void {
    const now = nowMs();
    const lastMs = coverage.lastConnectedMs(id);
    gap = lastMs === null ? null : { fromMs: lastMs, toMs: now };
    isProved = false;
    reachedMs = 0;
    cameMs = now;
    owing = nodesHeardLast(lastByNode);
    lastBefore = new Map(lastByNode);
    connectedMs = now;
    beatMs = now;
    // Known at once, so that the gap before it ends on the screen; written with the first beat.
    coverage.connected(id, { fromMs: now - 1, toMs: now });
    setTimeout(() => void beat(), firstBeatMs).unref();
  }

  /** The stretches since the last beat, told to the log and the store. */
  async function beat(): Promise<void> {
    if (connectedMs === null) return;
    const now = nowMs();
    // The clock was set back: what follows is told from now on, not from when it is there again.
    if (beatMs > now) beatMs = now;
    if (heardMs > now) heardMs = now;
    const rows: CoverageRow[] = [];
    if (isFirst) noteBackfill(rows, now);
    if (gap !== null) noteRefill(rows, gap, now);
    // What comes twice later is a node's memory told again, and proves nothing of this gap.
    if (!isProved && now - connectedMs > backfillMs) gap = null;
    // Only as far as the relay has proved to be alive: one that hangs looks connected for a while.
    const toMs = heardMs;
    if (toMs > beatMs && isSettled(connectedMs, now)) {
      const stretch = { fromMs: beatMs, toMs };
      coverage.connected(id, stretch);
      rows.push(rowOf(stretch, false));
      beatMs = toMs;
    }
    if (rows.length > 0) await write(rows);
  }

  /**
   * A relay may hand over one node's flows, up to now, before those of another: a connection that
   * breaks in the midst of that was none, however new what it brought.
   */
  function isSettled(sinceMs: number, now: number): boolean {
    return owing.size === 0 || now - sinceMs >= backfillMs;
  }

  /** The first connection covers what the relay remembered, back to its oldest drop. */
  function noteBackfill(rows: CoverageRow[], now: number): void {
    const from = connectedMs ?? now;
    if (oldestMs < from) {
      const stretch = { fromMs: oldestMs, toMs: from };
      coverage.connected(id, stretch);
      rows.push(rowOf(stretch, false));
    }
    oldestMs = Number.POSITIVE_INFINITY;
    isFirst = now - from < backfillMs;
  }

  /** Not before the flows of the whole gap have come: the connection may break in the midst of them. */
  function noteRefill(rows: CoverageRow[], stretch: Stretch, now: number): void {
    if (!isProved || owing.size > 0) return;
    if (reachedMs < stretch.toMs && now - cameMs < settleMs) return;
    coverage.refilled(id, stretch);
    rows.push(rowOf(stretch, true));
    gap = null;
  }

  function rowOf(stretch: Stretch, refilled: boolean): CoverageRow {
    const received = account.outcomes.received - receivedBefore;
    const lost = status.lostAtMost - lostBefore;
    receivedBefore = account.outcomes.received;
    lostBefore = status.lostAtMost;
    return {
      source: id,
      ...stretch,
      refilled,
      received,
      lostAtMost: Number(lost > 9_007_199_254_740_991n ? 9_007_199_254_740_991n : lost),
      nodesConnected: status.nodesConnected,
      nodesUnavailable: status.nodesUnavailable,
    };
  }

  async function write(rows: readonly CoverageRow[]): Promise<void> {
    try {
      await store.insertCoverage(rows);
    } catch (error) {
      log.warn("coverage could not be written", { error: messageOf(error) });
    }
  }

  return {
    stateIs(state) {
      const isConnected = state === "connected";
      if (isConnected && connectedMs === null) connect();
      if (!isConnected && connectedMs !== null) {
        // A relay that hangs is not one that we hear.
        void beat();
        connectedMs = null;
        // A second connection takes up the first: the time between them was not watched.
        isFirst = false;
      }
    },
    proved(atMs) {
      heardMs = Math.max(heardMs, atMs);
    },
    received({ timeMs, node }, isDuplicate) {
      const now = nowMs();
      heardMs = Math.max(heardMs, now - onTheWayMs(now - timeMs));
      reachedMs = Math.max(reachedMs, timeMs);
      cameMs = now;
      // What is newer came first by another source just now, which proves nothing of this one's memory.
      if (isDuplicate && timeMs <= (lastBefore.get(node) ?? Number.POSITIVE_INFINITY)) {
        isProved = true;
        owing.delete(node);
      }
      if (lastByNode.size < MAX_NODES || lastByNode.has(node)) {
        lastByNode.set(node, Math.max(timeMs, lastByNode.get(node) ?? 0));
      }
      // 0 is a flow without a time.
      if (isFirst && timeMs > 0 && timeMs < oldestMs) oldestMs = timeMs;
    },
    missing(span) {
      gap = null;
      coverage.missing(id, span);
      void write([{ ...rowOf(span, false), missing: true }]);
    },
    async close() {
      clearInterval(timer);
      await beat();
    },
  };
}

/** Those of which a flow lies in what the next connection asks for again. */
function nodesHeardLast(lastByNode: ReadonlyMap<string, number>): Set<string> {
  let lastMs = 0;
  for (const timeMs of lastByNode.values()) lastMs = Math.max(lastMs, timeMs);
  return new Set([...lastByNode].flatMap(([node, ms]) => (ms >= lastMs - HEARD_MS ? [node] : [])));
}

/**
 * How much of a flow's age is time on the way, where more is still under way when it comes. An older
 * one is history, or its node's clock is wrong. The bound keeps a source that is always late from
 * being one long gap.
 */
function onTheWayMs(ageMs: number): number {
  return ageMs > MAX_AGE_MS ? 0 : Math.min(Math.max(0, ageMs), MAX_ON_THE_WAY_MS);
}
