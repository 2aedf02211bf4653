import { expect, it } from "vitest";
import { isReadToEnd, readingOf } from "./reading";

const progress = (bytes: number, total: number, bytesPerSecond = 0) => ({
  progress: { bytes, total, bytesPerSecond },
});

it("tells the part that is read and the time that the rest takes", () => {
  expect(readingOf(progress(250, 1_000, 50))).toEqual({ part: 0.25, leftMs: 15_000 });
  expect(readingOf(progress(250, 1_000))).toEqual({ part: 0.25, leftMs: null });
});

it("is at its end when every byte is read, and nothing is read of what is no such file", () => {
  expect(isReadToEnd(progress(1_000, 1_000))).toBe(true);
  expect(readingOf(progress(1_000, 1_000, 50))).toBeNull();
  expect(isReadToEnd(progress(999, 1_000))).toBe(false);
  expect(isReadToEnd({ progress: null })).toBe(false);
  expect(readingOf({ progress: null })).toBeNull();
});
