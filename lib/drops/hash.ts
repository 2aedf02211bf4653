/**
 * Hashes of text. `hash64` names series and groups: it is stable across restarts and machines,
 * so its algorithm must not change without a migration of the store.
 *
 * Algorithm: two 32-bit lanes over the UTF-16 code units, each step `lane = rotl((lane ^ unit) *
 * odd constant, r)` (13 and 17 bits), then both lanes are mixed with the length and with each
 * other by the finaliser of MurmurHash3, and written as 16 lower-case hex digits.
 */

/** Mixes 32 bits so that every input bit reaches every output bit (MurmurHash3's finaliser). */
export function mix32(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** One 32-bit lane over a text, continued from `start`. Not finished: pass it through `mix32`. */
export function lane(text: string, start: number): number {
  let h = start;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x9e3779b1);
    h = (h << 13) | (h >>> 19);
  }
  return h;
}

/** Stable 64-bit hash of a text as 16 hex digits. */
export function hash64(text: string): string {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0x85ebca77);
    b = (b << 17) | (b >>> 15);
  }
  a = mix32(a ^ text.length);
  b = mix32(b ^ a);
  a = mix32(a + b);
  return hex32(a) + hex32(b);
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
