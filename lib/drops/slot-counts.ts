/**
 * Counts by row (a series, a group) and slot (a bucket of time) in one typed array. It remembers
 * which rows have counts in which slot, so that letting go of a slot costs only what is in it.
 */

export type SlotCounts = {
  /** A row of zeros. */
  newRow(): number;
  /** Gives a row back; all its counts must be zero. */
  freeRow(row: number): void;
  add(row: number, slot: number, column: number, count: number): void;
  at(row: number, slot: number, column: number): number;
  /** Empties a slot: `visit` gets each row that has counts there, before they become zero. */
  clear(slot: number, visit: (row: number) => void): void;
};

export function createSlotCounts(slots: number, columns: number): SlotCounts {
  let capacity = 16;
  let counts = new Uint32Array(capacity * slots * columns);
  let marks = new Uint8Array(capacity * slots);
  const touched: number[][] = Array.from({ length: slots }, () => []);
  const freeRows: number[] = [];
  let rows = 0;

  function grow(): void {
    capacity *= 2;
    const moreCounts = new Uint32Array(capacity * slots * columns);
    moreCounts.set(counts);
    counts = moreCounts;
    const moreMarks = new Uint8Array(capacity * slots);
    moreMarks.set(marks);
    marks = moreMarks;
  }

  return {
    newRow() {
      const free = freeRows.pop();
      if (free !== undefined) return free;
      if (rows === capacity) grow();
      rows += 1;
      return rows - 1;
    },
    freeRow(row) {
      freeRows.push(row);
    },
    add(row, slot, column, count) {
      const at = row * slots + slot;
      if (marks[at] === 0) {
        marks[at] = 1;
        touched[slot]?.push(row);
      }
      const cell = at * columns + column;
      counts[cell] = (counts[cell] ?? 0) + count;
    },
    at(row, slot, column) {
      return counts[(row * slots + slot) * columns + column] ?? 0;
    },
    clear(slot, visit) {
      const here = touched[slot] ?? [];
      touched[slot] = [];
      for (const row of here) {
        const at = row * slots + slot;
        visit(row);
        marks[at] = 0;
        counts.fill(0, at * columns, (at + 1) * columns);
      }
    },
  };
}
