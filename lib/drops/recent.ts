/**
 * A bounded memory of 128-bit keys, each with a number, in typed arrays: `seen` and `attempt` ask
 * it for every flow, so a call allocates nothing. It keeps two generations: when the young one is
 * full it becomes the old one, and the old one is forgotten. A key that is touched is young again.
 */
import { mix32 } from "./hash";

export type Recent = {
  /** Remembers the key with `value`; answers the value it had, or NaN when it was not known. */
  touch(a: number, b: number, c: number, d: number, value: number): number;
  /** Keys held now, of both generations; a touched key may count in both. */
  readonly size: number;
  /** How often the young generation has become the old one. */
  readonly turns: number;
};

const FIRST_SLOTS = 1024;

/**
 * `capacity` is the number of keys in one generation; between one and two of them are known.
 * Without values every known key has the value 1.
 */
export function createRecent(capacity: number, { hasValues = true } = {}): Recent {
  let young = new Generation(FIRST_SLOTS, hasValues);
  let old = new Generation(1, hasValues);
  let turns = 0;

  return {
    touch(a, b, c, d, value) {
      // Four zero words mark an empty slot.
      const last = (a | b | c | d) === 0 ? 1 : d;
      let slot = young.find(a, b, c, last);
      if (young.holds(slot)) return young.replace(slot, value);

      const oldSlot = old.find(a, b, c, last);
      const before = old.holds(oldSlot) ? old.valueAt(oldSlot) : Number.NaN;
      if (young.size >= capacity) {
        old = young;
        turns += 1;
        young = new Generation(old.slots, hasValues);
        slot = young.find(a, b, c, last);
      } else if (young.size * 2 >= young.slots) {
        young = young.doubled();
        slot = young.find(a, b, c, last);
      }
      young.insert(slot, a, b, c, last, value);
      return before;
    },
    get size() {
      return young.size + old.size;
    },
    get turns() {
      return turns;
    },
  };
}

/** One open-addressing table with linear probing, at most half full. */
class Generation {
  readonly slots: number;
  size = 0;
  private readonly keys: Int32Array;
  private readonly values: Float64Array | null;

  constructor(slots: number, hasValues: boolean) {
    this.slots = slots;
    this.keys = new Int32Array(slots * 4);
    this.values = hasValues ? new Float64Array(slots) : null;
  }

  /** The key's slot, or the empty slot where it belongs. */
  find(a: number, b: number, c: number, d: number): number {
    const keys = this.keys;
    const mask = this.slots - 1;
    let slot = mix32(a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca77) ^ (d << 7)) & mask;
    for (let tries = 0; tries < this.slots; tries++) {
      const at = slot * 4;
      const k0 = keys[at];
      const k1 = keys[at + 1];
      const k2 = keys[at + 2];
      const k3 = keys[at + 3];
      if (k0 === (a | 0) && k1 === (b | 0) && k2 === (c | 0) && k3 === (d | 0)) return slot;
      if (k0 === 0 && k1 === 0 && k2 === 0 && k3 === 0) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  holds(slot: number): boolean {
    const at = slot * 4;
    const keys = this.keys;
    return keys[at] !== 0 || keys[at + 1] !== 0 || keys[at + 2] !== 0 || keys[at + 3] !== 0;
  }

  valueAt(slot: number): number {
    return this.values === null ? 1 : (this.values[slot] ?? Number.NaN);
  }

  replace(slot: number, value: number): number {
    const before = this.valueAt(slot);
    if (this.values !== null) this.values[slot] = value;
    return before;
  }

  insert(slot: number, a: number, b: number, c: number, d: number, value: number): void {
    const at = slot * 4;
    this.keys[at] = a;
    this.keys[at + 1] = b;
    this.keys[at + 2] = c;
    this.keys[at + 3] = d;
    if (this.values !== null) this.values[slot] = value;
    this.size += 1;
  }

  doubled(): Generation {
    const larger = new Generation(this.slots * 2, this.values !== null);
    for (let slot = 0; slot < this.slots; slot++) {
      if (!this.holds(slot)) continue;
      const at = slot * 4;
      const a = this.keys[at] ?? 0;
      const b = this.keys[at + 1] ?? 0;
      const c = this.keys[at + 2] ?? 0;
      const d = this.keys[at + 3] ?? 0;
      larger.insert(larger.find(a, b, c, d), a, b, c, d, this.valueAt(slot));
    }
    return larger;
  }
}
