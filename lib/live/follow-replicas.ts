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
import { takeCoverage } from "./coverage-rows";
import { withLease } from "./lease";
import type { LogTurns } from "./log-turns";

/** A log as this replica has it. */
type Followed = { readonly seq: number; refresh(): Promise<void> };

export type FollowReplicasOptions = {
  store: Pick<Store, "logHeads" | "coverageWritten">;
  logs: Readonly<Record<keyof LogHeads, Followed>>;
  coverage: CoverageLog;
  /** Whether a source is read here, where its coverage is known at once. */
  isHere: (source: string) => boolean;
  log: Log;
  /** Milliseconds of a clock that never goes back. */
  monotonicMs?: () => number;
  pollMs?: number;
};

const POLL_MS = 2_000;
/** What was written shortly before is read again: it may have been on its way to this node. */
const COVERAGE_BACK_S = 120;
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
  const { store, logs, coverage, isHere, log, pollMs = POLL_MS } = options;
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  /** Losses that are counted; what was there at the start is. */
  let lost: ReadonlySet<string> | null = null;
  let readMs = monotonicMs();
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

  /** What was written since the last time that it could be read. */
  async function readCoverage(): Promise<void> {
    const seconds = COVERAGE_BACK_S + Math.floor((monotonicMs() - readMs) / 1_000);
    const rows = await store.coverageWritten(seconds);
    readMs = monotonicMs();
    const known = lost;
    takeCoverage(
      coverage,
      rows.filter(({ source }) => !isHere(source)),
      (row) => known !== null && !known.has(keyOf(row)),
    );
    lost = new Set(rows.filter(({ lostAtMost }) => lostAtMost > 0).map(keyOf));
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
