/**
 * Fills a window with what the store counted, a slice at a time: a day of many series is more than
 * half a million rows, and streams and inserts must get their turn in between.
 */
import type { LoadRow } from "@/lib/drops/load-row";
import { createSlices } from "@/lib/turns";

/** Taken up between two looks at the clock. */
const ROWS_A_LOOK = 1_000;

export async function loadInSlices(
  rows: readonly LoadRow[],
  load: (rows: readonly LoadRow[]) => void,
): Promise<void> {
  const slices = createSlices(1);
  for (let start = 0; start < rows.length; start += ROWS_A_LOOK) {
    if (slices.isUp()) await slices.next();
    load(rows.slice(start, start + ROWS_A_LOOK));
  }
}
