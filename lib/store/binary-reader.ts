/** Reads rows of ClickHouse's RowBinary, value by value in column order; see `BinaryWriter`. */

const TWO_32 = 0x1_0000_0000;

export class BinaryReader {
  private at = 0;

  private readonly view: DataView;

  constructor(private readonly buffer: Buffer) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  get done(): boolean {
    return this.at >= this.buffer.length;
  }

  u8(): number {
    const value = this.buffer.readUInt8(this.at);
    this.at += 1;
    return value;
  }

  u16(): number {
    const value = this.buffer.readUInt16LE(this.at);
    this.at += 2;
    return value;
  }

  u32(): number {
    const { view, at } = this;
    this.at = at + 4;
    return view.getUint32(at, true);
  }

  /** A 64-bit number; exact up to 2^53, which every count and every millisecond here is. */
  u64(): number {
    const low = this.u32();
    return this.u32() * TWO_32 + low;
  }

  text(): string {
    const size = this.length();
    const value = this.buffer.toString("utf8", this.at, this.at + size);
    this.at += size;
    return value;
  }

  /** A copy, so that a small value does not keep a large result in memory. */
  blob(): Uint8Array {
    const size = this.length();
    const value = new Uint8Array(this.buffer.subarray(this.at, this.at + size));
    this.at += size;
    return value;
  }

  private length(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}
