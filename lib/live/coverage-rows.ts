/** Coverage as the store has it, put into the log in memory: at the start, and while others write. */
import type { CoverageStretch } from "@/lib/store/coverage-table";
import type { CoverageLog } from "./coverage-log";

/** Of the losses that rows tell of, those count that `isNewLoss` has not been asked for before. */
export function takeCoverage<Row extends CoverageStretch>(
  log: CoverageLog,
  rows: readonly Row[],
  isNewLoss: (row: Row) => boolean = () => true,
): void {
  for (const row of rows) {
    if (row.missing) log.missing(row.source, row);
    else if (row.refilled) log.refilled(row.source, row);
    else log.connected(row.source, row);
    if (row.lostAtMost === 0 || !isNewLoss(row)) continue;
    log.lost(row.source, { timeMs: row.toMs, events: row.lostAtMost });
  }
}
