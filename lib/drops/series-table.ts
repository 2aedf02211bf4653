/**
 * Finds a series by the numbers of its dimensions: an open-addressing table over typed arrays, so
 * that the usual case, a series seen before, allocates nothing. A full table is emptied; the
 * series are then found again by their id, more slowly, once each.
 */
import type { Series } from "./drop";
import { mix32 } from "./hash";

/** Numbers that make up the key of one series. */
export const KEY_WORDS = 10;

export type SeriesTable = {
  get(key: Int32Array): Series | undefined;
  set(key: Int32Array, series: Series): void;
};

export function createSeriesTable(capacity: number): SeriesTable {
  const slots = 1 << Math.ceil(Math.log2(Math.max(capacity, 8) * 2));
  const keys = new Int32Array(slots * KEY_WORDS);
  const values = new Array<Series | undefined>(slots).fill(undefined);
  let size = 0;

  /** The key's slot, or the empty slot where it belongs; the table is never more than half full. */
  function find(key: Int32Array): number {
    let slot = hashOf(key) & (slots - 1);
    while (values[slot] !== undefined && !hasKey(slot, key)) slot = (slot + 1) & (slots - 1);
    return slot;
  }

  function hasKey(slot: number, key: Int32Array): boolean {
    const at = slot * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) if (keys[at + i] !== key[i]) return false;
    return true;
  }

  return {
    get(key) {
      return values[find(key)];
    },
    set(key, series) {
      if (size >= capacity) {
        values.fill(undefined);
        size = 0;
      }
      const slot = find(key);
      if (values[slot] === undefined) size += 1;
      keys.set(key, slot * KEY_WORDS);
      values[slot] = series;
    },
  };
}

function hashOf(key: Int32Array): number {
  let h = 0;
  for (let i = 0; i < KEY_WORDS; i++) h = Math.imul(h ^ (key[i] ?? 0), 0x9e3779b1) ^ (h >>> 15);
  return mix32(h);
}
