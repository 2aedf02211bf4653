import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createTurnClock } from "./turn-clock";

describe("a clock of turns", () => {
  test("says the same all through a turn, and reads anew in the next", async () => {
    let read = 0;
    const clock = createTurnClock(() => {
      read += 1;
      return read * 100;
    });
    expect([clock(), clock(), clock()]).toEqual([100, 100, 100]);
    await nextTurn();
    expect([clock(), clock()]).toEqual([200, 200]);
    expect(read).toBe(2);
  });
});
