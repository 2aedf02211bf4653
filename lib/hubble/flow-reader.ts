/** The generated code's reader, with quicker texts and times, over a Buffer. */
import { BinaryReader } from "@bufbuild/protobuf/wire";

export class FlowReader extends BinaryReader {
  readonly buffer: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.buffer = bytes;
  }

  /** Invalid UTF-8 becomes U+FFFD. */
  override string(): string {
    const end = this.endOfPart();
    const start = this.pos;
    this.pos = end;
    return this.buffer.toString("utf8", start, end);
  }

  /** Reads the length of a text or message; returns where it ends, and stands where it begins. */
  endOfPart(): number {
    const length = this.uint32();
    const end = this.pos + length;
    if (end > this.len) throw new RangeError("premature end");
    return end;
  }

  /** Passes over a field. Cheaper than `skip`, which makes a view of what it passes. */
  pass(tag: number): void {
    if ((tag & 7) === 2) this.pos = this.endOfPart();
    else this.skip(tag & 7, tag >>> 3);
  }
}
