/**
 * Fills a window with what the store counted, a slice at a time: a day of many series is more than
 * half a million rows, and streams and inserts must get their turn in between.
 */
import { setImmediate } from "node:timers/promises";
import type { LoadRow } from "@/lib/drops/load-row";

const ROWS_A_SLICE = 20_000;

export async function loadInSlices(
  rows: readonly LoadRow[],
  load: (rows: readonly LoadRow[]) => void,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_SLICE) {
    if (start > 0) await setImmediate();
    load(rows.slice(start, start + ROWS_A_SLICE));
  }
}
