/**
 * What a window has counted, held against changed expectations: where all drops of a series in a
 * slot have another outcome than before, their counts move to it.
 */
import type { Series } from "./drop";
import type { Outcome } from "./outcome";
import type { WindowCounts } from "./window-counts";
import type { Cell, WindowGroup } from "./window-group";

/**
 * What the expectations make of all drops of a series in a span; null when not of all the same, or
 * when only the drops themselves can tell.
 */
export type OutcomeDuring = (series: Series, fromMs: number, toMs: number) => Outcome | null;

/** A slot and the span of what is counted in it. */
export type SlotSpan = { slot: number; fromMs: number; toMs: number };

export type Reclassifying = {
  affects: (series: Series) => boolean;
  outcomeDuring: OutcomeDuring;
  /** Called with the group of each count that has moved. */
  onMoved: (group: WindowGroup) => void;
};

/**
 * Goes through the slots, oldest first. Answers the series that need their drops for it: they are
 * left as they were.
 */
export function reclassifySlots(
  counts: WindowCounts,
  places: readonly SlotSpan[],
  { affects, outcomeDuring, onMoved }: Reclassifying,
): Set<Series> {
  const untold = new Set<Series>();
  const [first] = places;
  if (first === undefined) return untold;
  const endMs = Math.max(...places.map((one) => one.toMs));
  /** Mostly one answer holds for all of a series; else null. */
  const turned = new Map<Cell, Outcome | null>();
  for (const cell of counts.cells.values()) {
    if (!affects(cell.series)) continue;
    const whole = outcomeDuring(cell.series, first.fromMs, endMs);
    if (whole !== null && cell.parts.every(({ outcome }) => outcome.key === whole.key)) continue;
    turned.set(cell, whole);
  }
  const settle = (cell: Cell, whole: Outcome | null, one: SlotSpan) => {
    const outcome = whole ?? outcomeDuring(cell.series, one.fromMs, one.toMs);
    if (outcome === null) untold.add(cell.series);
    else if (counts.settle(cell, one.slot, outcome)) onMoved(cell.group);
  };
  // A few are looked up in every slot; of many it costs less to go through what each slot has.
  const areFew = turned.size * 8 < counts.cells.size;
  for (const one of places) {
    if (areFew) {
      for (const [cell, whole] of turned) {
        if (counts.dropsOf(cell, one.slot) > 0) settle(cell, whole, one);
      }
      continue;
    }
    for (const cell of counts.cellsIn(one.slot)) {
      const whole = turned.get(cell);
      if (whole !== undefined) settle(cell, whole, one);
    }
  }
  return untold;
}
