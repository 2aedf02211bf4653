import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinaryReader } from "./binary-reader";
import { BinaryWriter } from "./binary-writer";

const LAST_MS = 9_223_372_035_000;

describe("BinaryWriter", () => {
  it("writes nanoseconds exactly, though they exceed what a double holds", () => {
    const time = fc.tuple(
      fc.integer({ min: 0, max: LAST_MS }),
      fc.integer({ min: 0, max: 999_999 }),
    );
    fc.assert(
      fc.property(time, ([timeMs, timeNanos]) => {
        const writer = new BinaryWriter(8);
        writer.nanos(timeMs, timeNanos);
        const expected = BigInt(timeMs) * 1_000_000n + BigInt(timeNanos);
        expect(writer.bytes().readBigInt64LE()).toBe(expected);
      }),
    );
  });

  it.each([
    [Number.NaN, 0],
    [-1, 0],
    [Number.POSITIVE_INFINITY, LAST_MS],
    [8.64e15, LAST_MS],
  ])("keeps the time %d within what the store can date", (timeMs, stored) => {
    const writer = new BinaryWriter(8);
    writer.millis(timeMs);
    expect(new BinaryReader(writer.bytes()).u64()).toBe(stored);
  });

  it("gives back any text, of any length, as UTF-8 has it", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const writer = new BinaryWriter(1);
        for (const one of texts) writer.text(one);
        const reader = new BinaryReader(writer.bytes());
        expect(texts.map(() => reader.text())).toEqual(texts);
        expect(reader.done).toBe(true);
      }),
    );
  });

  it("puts the replacement character for half a surrogate pair", () => {
    const writer = new BinaryWriter(1);
    writer.text("a\ud800b");
    expect(new BinaryReader(writer.bytes()).text()).toBe("a\ufffdb");
  });

  it("gives back bytes that grow it many times over", () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const writer = new BinaryWriter(1);
    writer.u8(1);
    writer.blob(bytes);
    const reader = new BinaryReader(writer.bytes());
    expect([reader.u8(), reader.blob()]).toEqual([1, bytes]);
  });
});
