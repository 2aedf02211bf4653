/**
 * Writes rows in ClickHouse's RowBinary: values one after the other in column order, little-endian,
 * text with its byte length before it as a LEB128 number. It is the cheapest format to make in
 * JavaScript and to parse in the engine (bench/README.md has the figures).
 */

const TWO_32 = 0x1_0000_0000;
/** Last whole second that DateTime64(9) holds, in milliseconds: 2262-04-11 23:47:15 UTC. */
const LAST_MS = 9_223_372_035_000;

export class BinaryWriter {
  private buffer: Buffer;
  private at = 0;

  constructor(capacityBytes = 64 * 1024) {
    this.buffer = Buffer.allocUnsafeSlow(capacityBytes);
  }

  /** The bytes written so far; valid until the next write. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.at = 0;
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.at++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    const { buffer } = this;
    buffer[this.at++] = value;
    buffer[this.at++] = value >>> 8;
  }

  u32(value: number): void {
    this.reserve(4);
    const { buffer } = this;
    buffer[this.at++] = value;
    buffer[this.at++] = value >>> 8;
    buffer[this.at++] = value >>> 16;
    buffer[this.at++] = value >>> 24;
  }

  /** An unsigned 64-bit number given as its halves. */
  u64(high: number, low: number): void {
    this.u32(low);
    this.u32(high);
  }

  /** A whole number of milliseconds as DateTime64(3). */
  millis(timeMs: number): void {
    const clamped = clampTime(timeMs);
    this.u64(Math.floor(clamped / TWO_32), clamped % TWO_32);
  }

  /**
   * Milliseconds and the nanoseconds within as DateTime64(9). The product leaves the range where
   * doubles are exact, so it is made of two 16-bit-shifted parts that stay inside it.
   */
  nanos(timeMs: number, timeNanos: number): void {
    const clamped = clampTime(timeMs);
    const upper = Math.floor(clamped / 65_536) * 1_000_000;
    const lower = (clamped % 65_536) * 1_000_000 + timeNanos;
    const low = (upper % 65_536) * 65_536 + lower;
    this.u64(Math.floor(upper / 65_536) + Math.floor(low / TWO_32), low % TWO_32);
  }

  text(value: string): void {
    const { length } = value;
    // Below 43 UTF-16 units the text takes at most 127 bytes, so its length takes one byte.
    if (length < 43) {
      this.reserve(1 + length * 3);
      const start = this.at;
      const size = this.writeShort(value, start + 1);
      this.buffer[start] = size;
      this.at = start + 1 + size;
      return;
    }
    const size = Buffer.byteLength(value, "utf8");
    this.length(size);
    this.reserve(size);
    this.at += this.buffer.write(value, this.at, "utf8");
  }

  texts(values: readonly string[]): void {
    this.length(values.length);
    for (const value of values) this.text(value);
  }

  blob(value: Uint8Array): void {
    this.length(value.byteLength);
    this.reserve(value.byteLength);
    this.buffer.set(value, this.at);
    this.at += value.byteLength;
  }

  /** Short ASCII is copied here: a call into the runtime costs more than the copy. */
  private writeShort(value: string, start: number): number {
    const { buffer } = this;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return buffer.write(value, start, "utf8");
      buffer[start + index] = code;
    }
    return value.length;
  }

  private length(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.at++] = rest;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(grown, 0, 0, this.at);
    this.buffer = grown;
  }
}

/** Wrong clocks and hostile records date flows anywhere; the store keeps them at the nearest end. */
function clampTime(timeMs: number): number {
  if (!(timeMs > 0)) return 0;
  return timeMs > LAST_MS ? LAST_MS : Math.floor(timeMs);
}
