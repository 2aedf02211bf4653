import { describe, expect, test } from "vitest";
import { keepBytes } from "./slab";

describe("kept bytes", () => {
  test("are a copy that does not follow what they came from", () => {
    const from = Buffer.from("0123456789");
    const kept = keepBytes(from, 2, 5);
    from.fill("x");
    expect(kept.toString()).toBe("234");
  });

  test("do not touch those kept before, over many slabs and with large ones between", () => {
    const sizes = Array.from({ length: 2_000 }, (_, i) => (i % 97 === 0 ? 40_000 : (i * 37) % 900));
    const kept = sizes.map((size, i) => keepBytes(Buffer.alloc(size + 2, i % 251), 1, size + 1));
    for (const [i, bytes] of kept.entries()) {
      expect(bytes.length).toBe(sizes[i]);
      expect(bytes.every((byte) => byte === i % 251)).toBe(true);
    }
  });
});
