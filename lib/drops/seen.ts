/**
 * Deduplication of flows by uuid: Relay replays the ring of a node that flaps, and our own resumes
 * overlap, so the same flow can come twice. Exact for uuids (128 bits kept whole); other strings
 * are hashed to 128 bits.
 */
import { lane, mix32 } from "./hash";
import { createRecent } from "./recent";

export type Seen = {
  /** True when the uuid is new; false when it was added before and is still remembered. */
  add(uuid: string): boolean;
};

const UUID_LENGTH = 36;
const NOT_HEX = 16;
const HEX = hexValues();

/** Remembers at least the last `capacity` uuids and at most twice as many. */
export function createSeen(capacity = 524_288): Seen {
  const recent = createRecent(capacity);
  const words = new Int32Array(4);

  return {
    add(uuid) {
      if (!readUuid(uuid, words)) hashText(uuid, words);
      return Number.isNaN(
        recent.touch(word(words, 0), word(words, 1), word(words, 2), word(words, 3), 1),
      );
    },
  };
}

/** Reads the canonical form (8-4-4-4-12 hex digits) into four words; false when it is not one. */
function readUuid(text: string, words: Int32Array): boolean {
  if (text.length !== UUID_LENGTH) return false;
  let digit = 0;
  let current = 0;
  for (let i = 0; i < UUID_LENGTH; i++) {
    const code = text.charCodeAt(i);
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (code !== 0x2d) return false;
      continue;
    }
    const value = code < 128 ? (HEX[code] ?? NOT_HEX) : NOT_HEX;
    if (value === NOT_HEX) return false;
    current = (current << 4) | value;
    digit += 1;
    if ((digit & 7) === 0) {
      words[(digit >> 3) - 1] = current;
      current = 0;
    }
  }
  return true;
}

function hashText(text: string, words: Int32Array): void {
  for (let i = 0; i < 4; i++) words[i] = mix32(lane(text, 0x51ed270b + i * 0x2545f491));
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function hexValues(): Uint8Array {
  const values = new Uint8Array(128).fill(NOT_HEX);
  for (let i = 0; i < 10; i++) values[0x30 + i] = i;
  for (let i = 0; i < 6; i++) {
    values[0x41 + i] = 10 + i;
    values[0x61 + i] = 10 + i;
  }
  return values;
}
