/**
 * Deduplication of flows by uuid: Relay replays the ring of a node that flaps, and our own resumes
 * overlap, so the same flow can come twice. Exact for uuids (128 bits kept whole); other strings
 * are hashed to 128 bits.
 */
import { lane, mix32 } from "./hash";
import { createRecent } from "./recent";

export type Seen = {
  /**
   * True when the uuid is new; false when it was added before and is still remembered. `timeMs` is
   * that of its flow, or later.
   */
  add(uuid: string, timeMs?: number): boolean;
  /**
   * The same, for a flow of which `mark` (a whole number of 32 bits, not 0) tells the content: `other`
   * is a uuid that came before with another mark. Where none is known, as after `add`, it is `same`.
   */
  note(uuid: string, mark: number, timeMs?: number): "new" | "same" | "other";
  /** A new uuid of a flow after this time never came before; of an older one nobody knows. */
  readonly forgottenMs: number;
  /** Forgets every uuid, and with it all times until `untilMs`. */
  forget(untilMs: number): void;
};

const NO_MARK = 0;

const UUID_LENGTH = 36;
const DASH = 0x2d;
/** Value of each ASCII character as a hex digit; 16 for all others. */
const HEX = hexValues();

/** Remembers at least the last `capacity` uuids and at most twice as many. */
export function createSeen(capacity = 524_288): Seen {
  let recent = createRecent(capacity);
  let turns = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  /** The newest time that was known as the last generation began: all that is in the one before. */
  let oldMs = Number.NEGATIVE_INFINITY;
  let forgottenMs = Number.NEGATIVE_INFINITY;
  /** Grows beyond 15 when a character was no hex digit. */
  let digits = 0;

  /** Four hex digits as a number. */
  function quad(text: string, from: number): number {
    const a = text.charCodeAt(from);
    const b = text.charCodeAt(from + 1);
    const c = text.charCodeAt(from + 2);
    const d = text.charCodeAt(from + 3);
    const w = HEX[a & 127] ?? 16;
    const x = HEX[b & 127] ?? 16;
    const y = HEX[c & 127] ?? 16;
    const z = HEX[d & 127] ?? 16;
    digits |= w | x | y | z | ((a | b | c | d) & ~127);
    return (w << 12) | (x << 8) | (y << 4) | z;
  }

  /** The mark that the uuid had, or NaN when it is new. */
  function touch(uuid: string, mark: number): number {
    if (hasUuidShape(uuid)) {
      digits = 0;
      const a = (quad(uuid, 0) << 16) | quad(uuid, 4);
      const b = (quad(uuid, 9) << 16) | quad(uuid, 14);
      const c = (quad(uuid, 19) << 16) | quad(uuid, 24);
      const d = (quad(uuid, 28) << 16) | quad(uuid, 32);
      if (digits < 16) return recent.touch(a, b, c, d, mark);
    }
    return recent.touch(hashed(uuid, 1), hashed(uuid, 2), hashed(uuid, 3), hashed(uuid, 4), mark);
  }

  function pass(timeMs: number): void {
    if (timeMs > newestMs) newestMs = timeMs;
    if (recent.turns === turns) return;
    turns = recent.turns;
    forgottenMs = Math.max(forgottenMs, oldMs);
    oldMs = newestMs;
  }

  return {
    add(uuid, timeMs = Number.NEGATIVE_INFINITY) {
      const before = touch(uuid, NO_MARK);
      pass(timeMs);
      return Number.isNaN(before);
    },
    note(uuid, mark, timeMs = Number.NEGATIVE_INFINITY) {
      const before = touch(uuid, mark);
      pass(timeMs);
      if (Number.isNaN(before)) return "new";
      if (before === mark || before === NO_MARK) return "same";
      // The first one keeps the uuid.
      touch(uuid, before);
      return "other";
    },
    get forgottenMs() {
      return forgottenMs;
    },
    forget(untilMs) {
      recent = createRecent(capacity);
      turns = 0;
      oldMs = Number.NEGATIVE_INFINITY;
      forgottenMs = Math.max(forgottenMs, untilMs);
    },
  };
}

/** The canonical form is 8-4-4-4-12 characters. */
function hasUuidShape(text: string): boolean {
  return (
    text.length === UUID_LENGTH &&
    text.charCodeAt(8) === DASH &&
    text.charCodeAt(13) === DASH &&
    text.charCodeAt(18) === DASH &&
    text.charCodeAt(23) === DASH
  );
}

function hashed(text: string, which: number): number {
  return mix32(lane(text, Math.imul(which, 0x2545f491)));
}

function hexValues(): Uint8Array {
  const values = new Uint8Array(128).fill(16);
  for (let i = 0; i < 10; i++) values[0x30 + i] = i;
  for (let i = 0; i < 6; i++) {
    values[0x41 + i] = 10 + i;
    values[0x61 + i] = 10 + i;
  }
  return values;
}
