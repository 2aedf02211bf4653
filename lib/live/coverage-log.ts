/**
 * When each source was connected, in memory and over the store's whole history: stretches of time,
 * merged where they touch. What lies in no stretch is a gap, never a zero. A gap whose flows the
 * relay still had when we came back is `refilled`: it is drawn, but nothing is missing in it.
 */
import type { Gap } from "@/lib/drops/view";
import { gapsBetween } from "@/lib/store/gaps";

export type Stretch = { fromMs: number; toMs: number };
export type Loss = { timeMs: number; events: number };

export type CoverageLog = {
  /** `source` was connected over the stretch. Touching stretches become one. */
  connected(source: string, stretch: Stretch): void;
  /** That it was is not certain after all: another process tells of the stretch. */
  uncertain(source: string, stretch: Stretch): void;
  /** The relay gave again what happened in the stretch, in which we were not connected. */
  refilled(source: string, stretch: Stretch): void;
  /** Flows of the stretch are missing for good, whatever else is told of it before or afterwards. */
  missing(source: string, stretch: Stretch): void;
  /** Hubble says that it lost at most so many events of any verdict. */
  lost(source: string, loss: Loss): void;
  /** Gaps of the given sources within a range; a gap of one source is a gap. */
  gaps(sources: readonly string[], fromMs: number, toMs: number): Gap[];
  lostAtMost(fromMs: number, toMs: number): number;
  /** End of the last stretch in which the source was connected, or null. */
  lastConnectedMs(source: string): number | null;
  /** Begin of the first such stretch, or null. */
  firstConnectedMs(source: string): number | null;
};

/**
 * Stretches this close are one. Heartbeats follow each other to the millisecond, so the shortest
 * outage is a gap: what was lost in it would be in no gap otherwise.
 */
const JOIN_MS = 1;
/** The last heartbeat may be this old before the time since counts as a gap. */
const TRAILING_MS = 25_000;
/** Losses of a second are one: an agent under load tells them thousands of times a second. */
const LOSS_STEP_MS = 1_000;
const KEPT_LOSSES = 20_000;

export function createCoverageLog(): CoverageLog {
  const connected = new Map<string, Stretch[]>();
  const refilled = new Map<string, Stretch[]>();
  const missing = new Map<string, Stretch[]>();
  const losses = new Map<number, Loss>();

  return {
    connected: (source, stretch) => addTo(connected, source, stretch),
    uncertain(source, stretch) {
      const known = connected.get(source);
      if (known !== undefined) connected.set(source, [...cut(known, [stretch])]);
    },
    refilled: (source, stretch) => addTo(refilled, source, stretch),
    missing(source, { fromMs, toMs }) {
      // The shortest is a gap, too.
      addTo(missing, source, { fromMs, toMs: Math.max(toMs, fromMs + JOIN_MS + 1) });
    },
    lost(_source, { timeMs, events }) {
      const step = Math.floor(timeMs / LOSS_STEP_MS);
      const known = losses.get(step);
      if (known !== undefined) {
        known.events += events;
        return;
      }
      losses.set(step, { timeMs, events });
      for (const oldest of losses.keys()) {
        if (losses.size <= KEPT_LOSSES) break;
        losses.delete(oldest);
      }
    },
    gaps(sources, fromMs, toMs) {
      const gaps = sources.flatMap((source) => {
        const without = missing.get(source) ?? [];
        const covered = cut(connected.get(source) ?? [], without);
        const open = gapsBetween(covered, fromMs, toMs, JOIN_MS);
        const told = open.filter((gap) => gap.toMs < toMs || gap.toMs - gap.fromMs > TRAILING_MS);
        const refills = cut(refilled.get(source) ?? [], without);
        return told.flatMap((gap) => splitByRefill(gap, refills));
      });
      return joinGaps(gaps);
    },
    lostAtMost(fromMs, toMs) {
      let sum = 0;
      for (const { timeMs, events } of losses.values())
        if (timeMs >= fromMs && timeMs < toMs) sum += events;
      return sum;
    },
    lastConnectedMs: (source) => connected.get(source)?.at(-1)?.toMs ?? null,
    firstConnectedMs: (source) => connected.get(source)?.[0]?.fromMs ?? null,
  };
}

function addTo(all: Map<string, Stretch[]>, source: string, { fromMs, toMs }: Stretch): void {
  if (toMs <= fromMs) return;
  const stretches = all.get(source) ?? [];
  all.set(source, stretches);
  const last = stretches.at(-1);
  if (last !== undefined && fromMs >= last.fromMs && fromMs <= last.toMs + JOIN_MS) {
    last.toMs = Math.max(last.toMs, toMs);
    return;
  }
  if (last === undefined || fromMs > last.toMs) {
    stretches.push({ fromMs, toMs });
    return;
  }
  // Out of order: rare (a first load, a clock that went back), so made anew.
  all.set(source, merge([...stretches, { fromMs, toMs }]));
}

function merge(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && stretch.fromMs <= last.toMs + JOIN_MS) {
      last.toMs = Math.max(last.toMs, stretch.toMs);
    } else merged.push({ ...stretch });
  }
  return merged;
}

/** What of the stretches lies outside of `without`. */
function cut(stretches: readonly Stretch[], without: readonly Stretch[]): readonly Stretch[] {
  return without.reduce<readonly Stretch[]>(
    (left, { fromMs, toMs }) =>
      left.flatMap((one) => {
        if (toMs <= one.fromMs || fromMs >= one.toMs) return [one];
        return [
          { fromMs: one.fromMs, toMs: fromMs },
          { fromMs: toMs, toMs: one.toMs },
        ].filter((part) => part.toMs > part.fromMs);
      }),
    stretches,
  );
}

function splitByRefill(hole: Stretch, refills: readonly Stretch[]): Gap[] {
  const parts: Gap[] = [];
  let at = hole.fromMs;
  for (const refill of refills) {
    const fromMs = Math.max(at, refill.fromMs);
    const toMs = Math.min(hole.toMs, refill.toMs);
    if (toMs <= fromMs) continue;
    if (fromMs > at) parts.push({ fromMs: at, toMs: fromMs, refilled: false });
    parts.push({ fromMs, toMs, refilled: true });
    at = toMs;
  }
  if (at < hole.toMs) parts.push({ fromMs: at, toMs: hole.toMs, refilled: false });
  return parts;
}

/** Overlapping gaps of several sources as one list; where one is not refilled, the gap is not. */
function joinGaps(gaps: readonly Gap[]): Gap[] {
  const joined: Gap[] = [];
  for (const gap of [...gaps].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && last.refilled === gap.refilled && gap.fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, gap.toMs);
    } else joined.push({ ...gap });
  }
  return joined;
}

/** Whether what is missing for good covers most of a span; of one that is empty nothing is missing. */
export function isGapAmong(gaps: readonly Gap[], fromMs: number, toMs: number): boolean {
  let missingMs = 0;
  for (const gap of gaps) {
    if (gap.refilled) continue;
    missingMs += Math.max(0, Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs));
  }
  return missingMs > 0 && missingMs * 2 > toMs - fromMs;
}
