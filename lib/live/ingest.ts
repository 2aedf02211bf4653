/**
 * Brings the events of one source through the pipeline to the live views and the store, keeps its
 * account, and writes down when it was connected.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Drop } from "@/lib/drops/drop";
import type { NameMemory } from "@/lib/drops/name-memory";
import { createPipeline, type Meeting } from "@/lib/drops/pipeline";
import { createSeen } from "@/lib/drops/seen";
import type { SeriesIndex } from "@/lib/drops/series";
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { LostEvent, MalformedEvent } from "@/lib/hubble/event";
import type { ShedEvent, SourceEvent, StatusEvent } from "@/lib/hubble/source-event";
import { createTurnClock } from "@/lib/hubble/turn-clock";
import type { Store } from "@/lib/store/store";
import { createSlices } from "@/lib/turns";
import { type CoverageKeeper, type CoverageTiming, createCoverageKeeper } from "./coverage-keeper";
import type { CoverageLog } from "./coverage-log";
import type { Pace, SourceSetup } from "./source-setup";
import { createSourceStatus, OLD_FLOW_MS, type SourceStatus } from "./source-status";
import { createWaited } from "./waited";
import type { Writer } from "./writer";

export type Ingest = {
  readonly status: SourceStatus;
  /** Follows the source until it is stopped. Never rejects. */
  run(): Promise<void>;
  /** Stops reading and lets go of everything that waits for a twin. */
  stop(): Promise<void>;
};

export type IngestOptions = {
  setup: SourceSetup;
  store: Pick<Store, "newestTimeMs" | "recentUuids" | "insertCoverage">;
  /** uuids of flows that an earlier process received and that are on their way to the store. */
  waitingUuids?: readonly string[];
  coverage: CoverageLog;
  seriesIndex: SeriesIndex;
  /** Names of addresses; null: none are remembered. */
  names?: NameMemory | null;
  windowMs: number;
  /** Where there are several sources, which may bring the same flows. */
  meeting?: Meeting | undefined;
  onDrop: (drop: Drop) => void;
  /** Drops of before this time may be stored already: nobody remembers their flows' uuids any more. */
  doubtBefore: (timeMs: number) => void;
  /** Flows of this time were let go. */
  onMissing: (timeMs: number) => void;
  /** Of the writer; what a source that can wait waits for. */
  writer: Pick<Writer, "waiting" | "flush" | "capacity">;
  log: Log;
  nowMs: () => number;
  timing?: Partial<IngestTiming>;
};

export type IngestTiming = CoverageTiming & {
  /** How often flows whose twin did not come are let go. */
  flushMs: number;
  /** How long until the store is tried again, and how many drops may wait for it. */
  storeRetryMs: number;
  waitingCapacity: number;
};

/** How far before the newest stored drop a start reaches back; flows seen before are known by uuid. */
const RESUME_OVERLAP_MS = 60_000;
/** A source that catches up shall be taken as fast as it is read: about what comes in a turn. */
const MOST_A_TURN = 1_000;
const SLICES_A_BATCH = 8;
const FLUSH_MS = 200;
const KEPT_UNREADABLE = 20;
/** Drops that wait for the store while a source that can wait is still read; at most half of all. */
const MANY_WAITING = 20_000;

const SHEDDING = "Flows came faster than they could be taken.";

const STATES = {
  connecting: "connecting",
  connected: "connected",
  unresponsive: "silent",
  waiting: "disconnected",
  closed: "disconnected",
} as const;

export function createIngest(options: IngestOptions): Ingest {
  const { setup, store, log } = options;
  const nowMs = createTurnClock(options.nowMs);
  const status = createSourceStatus(setup.id, setup.kind, setup.address, nowMs());
  const aborter = new AbortController();
  const slices = createSlices();
  const seen = options.meeting?.seen ?? createSeen();
  let forgottenMs = Number.NEGATIVE_INFINITY;
  const pipeline = createPipeline({
    origin: setup.id,
    onDrop: (drop) => {
      status.watch.drop(nowMs());
      options.onDrop(drop);
    },
    onConflict: ({ uuid }) => {
      const reason = "A flow came with the uuid of another that is not the same: both are kept.";
      noteUnreadable(reason, uuid);
    },
    windowMs: options.windowMs,
    seriesIndex: options.seriesIndex,
    ...(options.names ? { names: options.names } : {}),
    account: status.account,
    seen,
    ...(options.meeting && { meeting: options.meeting }),
  });
  const pace: Pace = {
    async room() {
      const most = Math.min(MANY_WAITING, options.writer.capacity / 2);
      while (options.writer.waiting > most && !aborter.signal.aborted) {
        // A store that takes nothing is waited for: what can wait shall not be let go.
        await options.writer.flush().catch(() => pause(FLUSH_MS, aborter.signal));
      }
    },
    async durable() {
      // By then every flow has met its twin or waits for it no longer.
      await waitFor(2 * options.windowMs + 2 * FLUSH_MS);
      requireGoing();
      await options.writer.flush();
      // What was handed over to another replica meanwhile is let go of, and not stored here.
      requireGoing();
    },
  };
  /** Until flows have waited for so long; again after a standstill, which does not count. */
  async function waitFor(ms: number): Promise<void> {
    for (let isLate = true; isLate && !aborter.signal.aborted; ) {
      const beganMs = performance.now();
      await pause(ms, aborter.signal);
      isLate = performance.now() - beganMs > ms + options.windowMs / 2;
    }
  }
  /** Of a source that was stopped nobody knows whether all it gave is stored. */
  const requireGoing = () => {
    if (aborter.signal.aborted) throw new Error(`${setup.id} was stopped before all was stored.`);
  };
  let running: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    const sinceMs = await resumePoint();
    const keeper = createCoverageKeeper({ ...options, status, isFirst: sinceMs === null });
    const everyMs = options.timing?.flushMs ?? FLUSH_MS;
    const { windowMs } = options;
    const hasWaited = createWaited({ windowMs, everyMs, beganMs: nowMs() });
    const flusher = setInterval(() => {
      const now = nowMs();
      if (hasWaited(now)) pipeline.flush(now);
      noteJoins();
    }, everyMs);
    try {
      for await (const batch of setup.follow(sinceMs, aborter.signal, pace)) {
        await takeBatch(batch, keeper);
      }
      // A source that has ended by itself may have flows left whose twins will not come.
      await waitFor(options.windowMs + 2 * FLUSH_MS);
    } catch (error) {
      status.state = "failed";
      status.message = `Reading stopped: ${messageOf(error)}`;
      log.error("a source stopped", { source: setup.id, error: messageOf(error) });
    } finally {
      clearInterval(flusher);
      // A flow that still waits for its twin is not stored alone. It comes again: a relay is asked for
      // its time, the position in a file lies before it, and a push that brought it is refused.
      if (pipeline.pending > 0) {
        log.info("flows that wait for their twin are left to the next start", {
          source: setup.id,
          flows: pipeline.pending,
        });
      }
      await keeper.close();
    }
  }

  /** Knows again what was stored last, so that what comes twice is stored once. */
  async function resumePoint(): Promise<number | null> {
    for (const uuid of options.waitingUuids ?? []) seen.add(uuid, nowMs());
    const newestMs = await store.newestTimeMs(setup.id);
    // A file or a shipper may begin long before that, and other sources may have had the same flows.
    const lastMs = await store.newestTimeMs(null);
    if (lastMs !== null) options.doubtBefore(lastMs + 1);
    if (newestMs === null) return null;
    const sinceMs = newestMs - RESUME_OVERLAP_MS;
    const known = await store.recentUuids(sinceMs - RESUME_OVERLAP_MS);
    for (const uuid of known) seen.add(uuid, lastMs ?? newestMs);
    return sinceMs;
  }

  async function takeBatch(batch: readonly SourceEvent[], keeper: CoverageKeeper): Promise<void> {
    const least = Math.min(MOST_A_TURN, batch.length / SLICES_A_BATCH);
    let taken = 0;
    await slices.next();
    for (const event of batch) {
      if (taken >= least && slices.isUp()) {
        await slices.next();
        taken = 0;
      }
      take(event, keeper);
      taken += 1;
    }
  }

  function take(event: SourceEvent, keeper: CoverageKeeper): void {
    switch (event.kind) {
      case "flow": {
        const now = nowMs();
        status.provenMs = now;
        // One without a time tells of none.
        if (event.flow.timeMs > 0) {
          status.lagMs = Math.max(0, now - event.flow.timeMs);
          if (status.lagMs > OLD_FLOW_MS) status.oldFlowMs = now;
        }
        status.watch.flow(event.flow, now);
        const { duplicate } = status.account.outcomes;
        pipeline.push(event.flow, now);
        if (seen.forgottenMs > forgottenMs) {
          forgottenMs = seen.forgottenMs;
          options.doubtBefore(forgottenMs + 1);
        }
        keeper.received(event.flow, status.account.outcomes.duplicate > duplicate);
        return;
      }
      case "malformed":
        takeMalformed(event);
        return;
      case "shed":
        takeShed(event);
        return;
      case "lost":
        takeLost(event);
        return;
      case "skipped":
        status.skipped += 1;
        return;
      case "progress": {
        const { bytes, total } = event;
        const atMs = nowMs();
        const from = status.progress?.from ?? { bytes, atMs };
        status.progress = { bytes, total, atMs, from };
        return;
      }
      case "status":
        takeStatus(event, keeper);
        return;
      case "node-status":
        // The relay client has made a status of it; the names are kept here.
        status.watch.nodeStatus(event);
        return;
    }
  }

  function takeShed({ count, most, spans }: ShedEvent): void {
    for (const { fromMs, toMs } of spans) {
      options.onMissing(fromMs);
      options.onMissing(toMs);
    }
    status.account.receive(count);
    status.account.shed("queue-full", count);
    const { "queue-full": sum } = status.account.outcomes.shed;
    const where = most === null ? "" : ` Of the last ${count}, ${most.count} were ${most.what}.`;
    const reason = `${SHEDDING} ${sum} were let go and counted.${where}`;
    // One line that changes, not one for each time.
    status.unreadable = status.unreadable.filter((one) => !one.reason.startsWith(SHEDDING));
    noteUnreadable(reason, "");
    log.warn(SHEDDING, { source: setup.id, flows: sum, most: most?.what });
  }

  function takeMalformed({ reason, sample }: MalformedEvent): void {
    status.account.receive(1);
    status.account.reject(/large|long/.test(reason) ? "oversize" : "malformed", 1);
    noteUnreadable(reason, sample);
  }

  function noteUnreadable(reason: string, sample: string): void {
    status.unreadable.push({ atMs: nowMs(), reason, sample });
    if (status.unreadable.length > KEPT_UNREADABLE) status.unreadable.shift();
  }

  function takeLost(event: LostEvent): void {
    status.lostAtMost += event.count;
    status.watch.lost(event, nowMs());
    const events = Number(event.count);
    options.coverage.lost(setup.id, { timeMs: event.lastMs ?? nowMs(), events });
  }

  function takeStatus(event: StatusEvent, keeper: CoverageKeeper): void {
    const state = STATES[event.state];
    // Trying again is no new state: an outage lasts from its begin.
    const wasAway = status.state === "connecting" || status.state === "disconnected";
    const isAway = state === "connecting" || state === "disconnected";
    if (state !== status.state && !(wasAway && isAway)) status.sinceMs = event.atMs;
    // A file at its end is not connected any more, and that is no trouble.
    const isEnded = status.progress !== null && status.progress.bytes >= status.progress.total;
    if (state !== status.state && event.words !== "") {
      const isWell = state === "connected" || state === "connecting" || isEnded;
      log[isWell ? "info" : "warn"](event.words, { source: setup.id, state });
    }
    status.state = state;
    status.message = event.words;
    status.version = event.version;
    status.nodesConnected = event.nodesConnected ?? status.nodesConnected;
    status.nodesUnavailable = event.nodesUnavailable ?? status.nodesUnavailable;
    status.unavailableNodes = event.unavailableNodes;
    status.nextTryMs = event.nextTryMs;
    status.seenPerSecond = event.flowsPerSecond;
    status.watch.stateIs(state, isEnded ? "" : event.words, event.atMs);
    if (state === "connected" && event.nodesUnavailable !== null) {
      status.watch.unavailable(event.nodesUnavailable, event.unavailableNodes);
    }
    // A proof from the future came before the clock was set back.
    status.provenMs = Math.max(Math.min(status.provenMs, nowMs()), event.lastProofMs ?? 0);
    if (event.lastProofMs !== null) keeper.proved(event.lastProofMs);
    keeper.stateIs(state);
    if (event.steppedOver !== null) takeSteppedOver(event.steppedOver, keeper);
  }

  /** A message too large to receive: what lies beside it in time is missing, and that is said. */
  function takeSteppedOver(span: { fromMs: number; toMs: number }, keeper: CoverageKeeper): void {
    keeper.missing(span);
    const [from, to] = [span.fromMs, span.toMs].map((ms) => new Date(ms).toISOString());
    const reason = `A message too large to receive was stepped over: flows from ${from} to ${to} are missing.`;
    noteUnreadable(reason, "");
    log.error(reason, { source: setup.id });
  }

  function noteJoins(): void {
    status.joined = pipeline.joins.joined;
    status.alone = pipeline.joins.alone;
  }

  return {
    status,
    run() {
      running = follow().catch((error) => {
        status.state = "failed";
        status.message = messageOf(error);
        log.error("a source could not start", { source: setup.id, error: messageOf(error) });
      });
      return running;
    },
    async stop() {
      aborter.abort();
      await running;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
