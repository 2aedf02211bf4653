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
  /** Drops of a source, of this time or of now if that is to come, were let go. */
  missing(source: string, timeMs: number): void;
  drain(): Promise<void>;
  /** Lets go of what waits of a source, and answers it: whoever reads it now tells of that time. */
  leave(source: string): CoverageRow[];
};

/** Hours of a handful of sources; older rows go, which leaves a gap. */
const CAPACITY = 20_000;
/** Drops let go this close to each other leave one gap. */
const JOIN_MS = 60_000;
/** Two heartbeats may lie a millisecond apart: less than this would not be a gap. */
const LEAST_MS = 2;
/** Of a source at a time; its clocks are all over the place when there are more. */
const MAX_SPANS = 100;

export function createCoverageQueue(
  write: (rows: readonly CoverageRow[]) => Promise<void>,
  onMissing: (source: string, stretch: Stretch) => void,
  nowMs: () => number,
  /** Whether it is certain that nobody else reads the source. */
  mayWrite: (source: string) => boolean = () => true,
): CoverageQueue {
  /** Sources that were left while their rows were being written. */
  const left = new Set<string>();
  let waiting: CoverageRow[] = [];
  const missing = new Map<string, Stretch[]>();
  let turn: Promise<void> = Promise.resolve();

  async function drainNow(): Promise<void> {
    const taken = waiting.filter(({ source }) => mayWrite(source));
    waiting = waiting.filter(({ source }) => !mayWrite(source)).slice(-CAPACITY);
    if (taken.length === 0) return;
    left.clear();
    const covered = taken.flatMap((row) => without(row, missing.get(row.source) ?? []));
    const sources = new Set(taken.map(({ source }) => source));
    const gone = [...sources].flatMap((source) => (missing.get(source) ?? []).map(rowOf(source)));
    try {
      await write([...covered, ...gone]);
    } catch {
      const again = taken.filter(({ source }) => !left.has(source));
      waiting = [...again, ...waiting].slice(-CAPACITY);
      return;
    }
    for (const { source, toMs } of taken) {
      const left = missing.get(source)?.filter((span) => span.toMs > toMs) ?? [];
      if (left.length === 0) missing.delete(source);
      else missing.set(source, left);
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
      for (const [source, spans] of missing) for (const span of spans) onMissing(source, span);
      return drain();
    },
    missing(source, timeMs) {
      const spans = missing.get(source) ?? [];
      missing.set(source, spans);
      // A clock that is ahead must not make a gap of what is still to come.
      const begun = note(spans, Math.min(timeMs, nowMs()));
      // How far it reaches is told with the next rows.
      if (begun !== null) onMissing(source, begun);
    },
    drain,
    leave(source) {
      left.add(source);
      missing.delete(source);
      const gone = waiting.filter((row) => row.source === source);
      waiting = waiting.filter((row) => row.source !== source);
      return gone;
    },
  };
}

/** It may lie in what was covered before, or is refilled later. */
function rowOf(source: string) {
  return ({ fromMs, toMs }: Stretch): CoverageRow => ({
    ...{ source, fromMs, toMs, refilled: false, missing: true },
    ...{ received: 0, lostAtMost: 0, nodesConnected: 0, nodesUnavailable: 0 },
  });
}

/** Widens the span that is near, so that one wrong clock does not make one of hours; or begins one. */
function note(spans: Stretch[], timeMs: number): Stretch | null {
  const near = spans.find(
    ({ fromMs, toMs }) => timeMs >= fromMs - JOIN_MS && timeMs <= toMs + JOIN_MS,
  );
  const last = near ?? (spans.length < MAX_SPANS ? undefined : spans.at(-1));
  if (last === undefined) {
    const begun = { fromMs: timeMs, toMs: timeMs + LEAST_MS };
    spans.push(begun);
    return begun;
  }
  last.fromMs = Math.min(last.fromMs, timeMs);
  last.toMs = Math.max(last.toMs, timeMs + LEAST_MS);
  return null;
}

/** What of the row lies outside the spans. */
function without(row: CoverageRow, spans: readonly Stretch[]): CoverageRow[] {
  return spans.reduce((rows, span) => rows.flatMap((one) => outside(one, span)), [row]);
}

function outside(row: CoverageRow, span: Stretch): CoverageRow[] {
  if (span.toMs <= row.fromMs || span.fromMs >= row.toMs) return [row];
  return [
    { ...row, toMs: Math.min(row.toMs, span.fromMs) },
    { ...row, fromMs: Math.max(row.fromMs, span.toMs), received: 0, lostAtMost: 0 },
  ].filter(({ fromMs, toMs }) => toMs > fromMs);
}
