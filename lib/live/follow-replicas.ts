/**
 * What other replicas say and see, seen here some seconds later: changes of expectations and saved
 * views, and when sources that are read elsewhere were connected.
 */
import { messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { CoverageRow } from "@/lib/store/coverage-table";
import type { LogHeads } from "@/lib/store/log-heads";
import type { Store } from "@/lib/store/store";
import type { CoverageLog } from "./coverage-log";
import { withLease } from "./lease";
import type { LogTurns } from "./log-turns";

/** A log as this replica has it. */
type Followed = { readonly seq: number; refresh(): Promise<void> };

export type FollowReplicasOptions = {
  store: Pick<Store, "logHeads" | "coverage">;
  logs: Readonly<Record<keyof LogHeads, Followed>>;
  coverage: CoverageLog;
  /** Whether a source is read here, where its coverage is known at once. */
  isHere: (source: string) => boolean;
  log: Log;
  nowMs: () => number;
  pollMs?: number;
};

const POLL_MS = 2_000;
/** Coverage is written every few seconds; clocks of replicas may differ by as much. */
const COVERAGE_BACK_MS = 120_000;
const COVERAGE_POLLS = 2;

/** The turns of one log among the replicas. */
export function logTurns(
  store: Pick<Store, "putClaims" | "liveClaims" | "logHeads">,
  which: keyof LogHeads,
  replica: string,
): LogTurns {
  return {
    exclusive: (change) => withLease({ claims: store, name: `log/${which}`, replica }, change),
    head: async () => (await store.logHeads())[which],
  };
}

/** Follows the others until it is told to stop. */
export function followReplicas(options: FollowReplicasOptions): () => void {
  const { store, logs, coverage, isHere, log, nowMs, pollMs = POLL_MS } = options;
  /** Losses that are counted; what was there at the start is. */
  let lost: ReadonlySet<string> | null = null;
  let polls = 0;
  let isFailing = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function poll(): Promise<void> {
    try {
      const heads = await store.logHeads();
      for (const which of ["expectations", "savedViews"] as const) {
        if (heads[which] > logs[which].seq) await logs[which].refresh();
      }
      if (polls % COVERAGE_POLLS === 0) await readCoverage();
      polls += 1;
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn("other replicas cannot be followed", { error: messageOf(error) });
      isFailing = true;
    }
  }

  async function readCoverage(): Promise<void> {
    const now = nowMs();
    const range = { fromMs: now - COVERAGE_BACK_MS, toMs: now + COVERAGE_BACK_MS };
    const seen = new Set<string>();
    for (const row of await store.coverage(range)) {
      if (isHere(row.source)) continue;
      if (row.missing) coverage.missing(row.source, row);
      else if (row.refilled) coverage.refilled(row.source, row);
      else coverage.connected(row.source, row);
      if (row.lostAtMost === 0) continue;
      const key = keyOf(row);
      seen.add(key);
      if (lost === null || lost.has(key)) continue;
      coverage.lost(row.source, { timeMs: row.toMs, events: row.lostAtMost });
    }
    lost = seen;
  }

  function schedule(): void {
    if (isStopped) return;
    timer = setTimeout(() => void poll().then(schedule), pollMs);
    timer.unref();
  }

  schedule();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

function keyOf({ source, fromMs, toMs }: CoverageRow): string {
  return `${source} ${fromMs} ${toMs}`;
}
