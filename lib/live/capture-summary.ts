/** What is told of a capture: its account, its range, and how complete it is. */
import type { CaptureSummary } from "@/lib/drops/capture";
import type { Drop } from "@/lib/drops/drop";
import type { Coverage, SourceSummary } from "@/lib/drops/view";
import type { CaptureIntake } from "./capture-intake";

export type CaptureState = {
  readonly id: string;
  readonly name: string;
  readonly totalBytes: number;
  readonly openedMs: number;
  readonly intake: CaptureIntake;
  bytes: number;
  state: CaptureSummary["state"];
  problem: string;
  usedMs: number;
  times: { oldestMs: number; newestMs: number } | null;
  before: number;
};

export const HOUR_MS = 3_600_000;
/** As far as a range may reach. */
const MAX_RANGE_MS = 400 * 86_400_000;

export function noteTime(capture: CaptureState, { timeMs }: Drop): void {
  const times = capture.times ?? { oldestMs: timeMs, newestMs: timeMs };
  capture.times = {
    oldestMs: Math.min(times.oldestMs, timeMs),
    newestMs: Math.max(times.newestMs, timeMs),
  };
}

export function summaryOf(capture: CaptureState, idleHours: number): CaptureSummary {
  const { id, name, state, problem, bytes, totalBytes, intake, times, before } = capture;
  const { lines, records, flows, others, unreadable, samples, lostAtMost } = intake.counts;
  const { rejected, shed, ...outcomes } = intake.account.outcomes;
  return {
    ...{ id, name, state, problem, bytes, totalBytes, lines, records, flows, unreadable, before },
    others: { ...others },
    samples: [...samples],
    account: { ...outcomes, rejected: sumOf(rejected), shed: sumOf(shed) },
    lostAtMost: String(lostAtMost),
    range: times === null ? null : rangeOf(times),
    openedAt: new Date(capture.openedMs).toISOString(),
    closesAt: new Date(capture.usedMs + idleHours * HOUR_MS).toISOString(),
  };
}

/** Whole seconds, of which the last holds the newest drop. */
function rangeOf({ oldestMs, newestMs }: { oldestMs: number; newestMs: number }) {
  const toMs = (Math.floor(newestMs / 1_000) + 1) * 1_000;
  const fromMs = Math.floor(oldestMs / 1_000) * 1_000;
  return { fromMs: Math.max(fromMs, toMs - MAX_RANGE_MS, 0), toMs };
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A file has no gaps of its own; what was lost before it was written is told, as is what is unreadable. */
export function coverageOf({ name, openedMs, intake, times, problem }: CaptureState): Coverage {
  const { unreadable, lostAtMost } = intake.counts;
  const source: SourceSummary = {
    id: name,
    kind: "file",
    address: name,
    state: "connected",
    message: "",
    since: new Date(openedMs).toISOString(),
    lagMs: null,
    catchingUp: false,
    progress: null,
    nodesConnected: 0,
    nodesUnavailable: 0,
  };
  return {
    complete: unreadable === 0 && lostAtMost === 0n && problem === "",
    gaps: [],
    lostAtMost: Number(lostAtMost),
    newestDrop: times === null ? null : new Date(times.newestMs).toISOString(),
    sources: [source],
  };
}

export function nothingIn({ counts }: CaptureIntake): string {
  const [first] = counts.samples;
  if (counts.lines === 0) return "The file holds no lines.";
  const why = first === undefined ? "" : ` Line ${first.line}: ${first.reason}.`;
  return `None of its ${counts.lines} lines is a Hubble flow.${why} Export with “hubble observe -o json”.`;
}
