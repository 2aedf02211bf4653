import { describe, expect, it } from "vitest";
import { createWaited } from "./waited";

const asked = (...times: number[]) =>
  times.map(createWaited({ windowMs: 1_000, everyMs: 200, beganMs: 0 }));

describe("whether flows have waited for their twins", () => {
  it("is so while the process goes on", () => {
    expect(asked(0, 200, 400, 650)).toEqual([true, true, true, true]);
  });

  it("is not so for as long as a flow waits after a standstill", () => {
    expect(asked(0, 5_000, 5_200, 5_900, 6_000, 6_200)).toEqual([
      ...[true, false, false, false, true, true],
    ]);
  });

  it("is so now and then in a process that is always late", () => {
    expect(asked(0, 800, 1_600, 2_400, 3_200, 4_000)).toEqual([
      ...[true, false, false, true, false, false],
    ]);
  });

  it("is so when the clock was set back", () => {
    expect(asked(0, 9_000_000, 5_000, 5_200)).toEqual([true, false, true, true]);
  });
});
