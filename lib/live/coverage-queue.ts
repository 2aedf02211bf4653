/**
 * Coverage on its way to the store. What it does not take waits with the drops of the same time;
 * where drops had to be let go meanwhile, the store must show a gap and no quiet time, so that part
 * is cut out.
 */
import type { CoverageRow } from "@/lib/store/coverage-table";
import type { Stretch } from "./coverage-log";

export type CoverageQueue = {
  /** Never rejects: what is not taken is tried with the next rows, or by `drain`. */
  insertCoverage(rows: readonly CoverageRow[]): Promise<void>;
  /** Drops of a source, of this time, were let go. */
  missing(source: string, timeMs: number): void;
  drain(): Promise<void>;
};

/** Hours of a handful of sources; older rows go, which leaves a gap. */
const CAPACITY = 20_000;

export function createCoverageQueue(
  write: (rows: readonly CoverageRow[]) => Promise<void>,
  onMissing: (source: string, stretch: Stretch) => void,
): CoverageQueue {
  let waiting: CoverageRow[] = [];
  const missing = new Map<string, Stretch>();
  let turn: Promise<void> = Promise.resolve();

  async function drainNow(): Promise<void> {
    const taken = waiting;
    if (taken.length === 0) return;
    waiting = [];
    try {
      await write(taken.flatMap((row) => without(row, missing.get(row.source))));
    } catch {
      waiting = [...taken, ...waiting].slice(-CAPACITY);
      return;
    }
    for (const { source, toMs } of taken) {
      const span = missing.get(source);
      if (span !== undefined && span.toMs <= toMs) missing.delete(source);
    }
  }

  function drain(): Promise<void> {
    turn = turn.then(drainNow);
    return turn;
  }

  return {
    insertCoverage(rows) {
      waiting.push(...rows);
      // The rows have just been noted as covered.
      for (const [source, span] of missing) onMissing(source, span);
      return drain();
    },
    missing(source, timeMs) {
      const span = missing.get(source);
      missing.set(source, {
        fromMs: Math.min(span?.fromMs ?? timeMs, timeMs),
        toMs: Math.max(span?.toMs ?? 0, timeMs + 1),
      });
    },
    drain,
  };
}

/** What of the row lies outside the span. */
function without(row: CoverageRow, span: Stretch | undefined): CoverageRow[] {
  if (span === undefined || span.toMs <= row.fromMs || span.fromMs >= row.toMs) return [row];
  return [
    { ...row, toMs: Math.min(row.toMs, span.fromMs) },
    { ...row, fromMs: Math.max(row.fromMs, span.toMs), received: 0, lostAtMost: 0 },
  ].filter(({ fromMs, toMs }) => toMs > fromMs);
}
