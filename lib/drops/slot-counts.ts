/**
 * Counts of drops and attempts by slot (a bucket of time), row (a series, a group) and kind, in
 * typed arrays, one for each slot: what is counted now lies close together in memory. Each slot
 * knows which rows it has counts of, so letting go of it costs only what is in it.
 */

export type SlotCounts = {
  /** A row of zeros. */
  newRow(): number;
  /** Gives a row back; all its counts must be zero. */
  freeRow(row: number): void;
  /** Negative counts take back what was added. */
  add(row: number, slot: number, kind: number, drops: number, attempts: number): void;
  drops(row: number, slot: number, kind: number): number;
  attempts(row: number, slot: number, kind: number): number;
  /** Rows that may have counts in a slot, each perhaps several times. */
  rowsIn(slot: number): readonly number[];
  /** Empties a slot: `visit` gets each row that has counts there, before they become zero. */
  clear(slot: number, visit: (row: number) => void): void;
};

const NOTHING = new Uint32Array(0);

export function createSlotCounts(slots: number, kinds: number): SlotCounts {
  const width = kinds * 2;
  const counts = new Array<Uint32Array>(slots).fill(NOTHING);
  const touched: number[][] = Array.from({ length: slots }, () => []);
  const freeRows: number[] = [];
  let rows = 0;
  let capacity = 16;

  /** The slot's counts with room for all rows there are. */
  function grown(slot: number): Uint32Array {
    while (capacity < rows) capacity *= 2;
    const larger = new Uint32Array(capacity * width);
    larger.set(counts[slot] ?? NOTHING);
    counts[slot] = larger;
    return larger;
  }

  /** Counts that are taken away and come back would lengthen the list for ever. */
  function touch(slot: number, row: number): void {
    const rowsHere = touched[slot];
    if (rowsHere === undefined) return;
    rowsHere.push(row);
    if (rowsHere.length > 64 + 2 * kinds * rows) touched[slot] = [...new Set(rowsHere)];
  }

  return {
    newRow() {
      const free = freeRows.pop();
      if (free !== undefined) return free;
      rows += 1;
      return rows - 1;
    },
    freeRow(row) {
      freeRows.push(row);
    },
    add(row, slot, kind, drops, attempts) {
      const at = row * width + kind * 2;
      let here = counts[slot] ?? NOTHING;
      if (at >= here.length) here = grown(slot);
      const dropsBefore = here[at] ?? 0;
      const attemptsBefore = here[at + 1] ?? 0;
      // A row may be named once for each kind; the second visit finds zeros.
      if (dropsBefore === 0 && attemptsBefore === 0) touch(slot, row);
      here[at] = dropsBefore + drops;
      here[at + 1] = attemptsBefore + attempts;
    },
    drops(row, slot, kind) {
      return counts[slot]?.[row * width + kind * 2] ?? 0;
    },
    attempts(row, slot, kind) {
      return counts[slot]?.[row * width + kind * 2 + 1] ?? 0;
    },
    rowsIn: (slot) => touched[slot] ?? [],
    clear(slot, visit) {
      const here = counts[slot] ?? NOTHING;
      for (const row of touched[slot] ?? []) {
        visit(row);
        here.fill(0, row * width, (row + 1) * width);
      }
      touched[slot] = [];
      counts[slot] = NOTHING;
    },
  };
}
