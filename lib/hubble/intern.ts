/**
 * Decodes equal bytes once. The same endpoints and policies come in almost every flow and are most
 * of its bytes; finding them by those bytes is several times cheaper than decoding them again, and
 * flows then share one object.
 */

/** Messages longer than this are decoded each time, so that odd ones cannot fill the memory. */
const MAX_KEY_BYTES = 2048;

/** Bytes of each end of a message that its hash looks at: they hold the ids and the pod's name. */
const HASHED_BYTES = 16;

/** Different messages of one hash that are kept; someone may make many on purpose. */
const MAX_BUCKET = 4;

export type Intern<T> = (buffer: Buffer, start: number, end: number) => T;

type Entry<T> = { bytes: Buffer; value: T };
type Generation<T> = Map<number, Entry<T>[]>;

/**
 * Wraps `decode`, whose values must not be changed by anyone. Holds two generations of at most
 * `capacity` hashes each: when the younger is full it becomes the older, and the older is let go.
 */
export function createIntern<T>(decode: (bytes: Buffer) => T, capacity = 4096): Intern<T> {
  let younger: Generation<T> = new Map();
  let older: Generation<T> = new Map();

  function keep(hash: number, entry: Entry<T>): T {
    const bucket = younger.get(hash);
    if (bucket === undefined) {
      if (younger.size >= capacity) {
        older = younger;
        younger = new Map();
      }
      younger.set(hash, [entry]);
    } else if (bucket.length < MAX_BUCKET) {
      bucket.push(entry);
    }
    return entry.value;
  }

  return (buffer, start, end) => {
    if (end - start > MAX_KEY_BYTES) return decode(buffer.subarray(start, end));
    const hash = hashOf(buffer, start, end);
    const known = find(younger, hash, buffer, start, end);
    if (known !== undefined) return known.value;
    const old = find(older, hash, buffer, start, end);
    if (old !== undefined) return keep(hash, old);
    // A copy of its own: a part of the network's buffer would keep all of that in memory.
    const bytes = Buffer.alloc(end - start);
    buffer.copy(bytes, 0, start, end);
    return keep(hash, { bytes, value: decode(bytes) });
  };
}

function find<T>(
  generation: Generation<T>,
  hash: number,
  buffer: Buffer,
  start: number,
  end: number,
): Entry<T> | undefined {
  const bucket = generation.get(hash);
  if (bucket === undefined) return undefined;
  for (const entry of bucket) {
    if (entry.bytes.compare(buffer, start, end) === 0) return entry;
  }
  return undefined;
}

/** FNV-1a over the length, the first and the last bytes. */
function hashOf(buffer: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  const head = Math.min(start + HASHED_BYTES, end);
  for (let i = start; i < head; i += 1) hash = Math.imul(hash ^ (buffer[i] ?? 0), 0x01000193);
  for (let i = Math.max(head, end - HASHED_BYTES); i < end; i += 1) {
    hash = Math.imul(hash ^ (buffer[i] ?? 0), 0x01000193);
  }
  return hash;
}
