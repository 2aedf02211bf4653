/**
 * Decodes equal bytes once. The same endpoints and policies come in almost every flow and are most
 * of its bytes; looking them up by those bytes is several times cheaper than decoding them again,
 * and flows then share one object.
 */

/** Messages longer than this are decoded each time, so that odd ones cannot fill the memory. */
const MAX_KEY_BYTES = 2048;

export type Intern<T> = (buffer: Buffer, start: number, end: number) => T;

/**
 * Wraps `decode`, whose values must not be changed by anyone. Holds two generations of at most
 * `capacity` values each: when the younger is full it becomes the older, and the older is let go.
 */
export function createIntern<T>(decode: (bytes: Buffer) => T, capacity = 4096): Intern<T> {
  let younger = new Map<string, T>();
  let older = new Map<string, T>();

  return (buffer, start, end) => {
    if (end - start > MAX_KEY_BYTES) return decode(buffer.subarray(start, end));
    const key = buffer.toString("latin1", start, end);
    const found = younger.get(key);
    if (found !== undefined) return found;
    const value = older.get(key) ?? decode(buffer.subarray(start, end));
    if (younger.size >= capacity) {
      older = younger;
      younger = new Map();
    }
    younger.set(key, value);
    return value;
  };
}
