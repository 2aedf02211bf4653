/**
 * Memory for copies of small records that stay for seconds to minutes. They lie one behind the other
 * in slabs, because a buffer of its own for each, or Node's pool of eight, costs more than the copy.
 */

/** A record that stays keeps the whole slab, so it is no larger than some dozens of records. */
const SLAB_BYTES = 64 * 1024;
const LARGEST_SHARE = 4;

let slab = Buffer.alloc(0);
let used = 0;

/** A copy of the bytes from `start` up to `end`. Nobody may write to it. */
export function keepBytes(from: Buffer, start: number, end: number): Buffer {
  const length = end - start;
  if (length * LARGEST_SHARE > SLAB_BYTES) {
    const own = Buffer.allocUnsafeSlow(length);
    from.copy(own, 0, start, end);
    return own;
  }
  if (used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  const kept = slab.subarray(used, used + length);
  used += length;
  from.copy(kept, 0, start, end);
  return kept;
}
