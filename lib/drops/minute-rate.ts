/** How many things a second there were in the last minute. Pure: the time is an argument. */

export type MinuteRate = {
  /** `count` things happened now. Times may repeat, and go back a little. */
  add(nowMs: number, count?: number): void;
  /** Mean per second over the last minute, or over what has passed of it since the first `add`. */
  perSecond(nowMs: number): number;
  /** Things of each of the last 60 whole seconds, the oldest first. */
  lastMinute(nowMs: number): readonly number[];
};

const SECONDS = 60;

export function createMinuteRate(startMs: number): MinuteRate {
  // One slot more than is told: the second that is still running.
  const slots = new Array<number>(SECONDS + 1).fill(0);
  const startSecond = Math.floor(startMs / 1_000);
  let newest = startSecond;

  /** Empties what time has passed over since the last call. */
  function advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    if (second <= newest) return;
    const passed = Math.min(second - newest, slots.length);
    for (let i = 1; i <= passed; i += 1) slots[(second - passed + i) % slots.length] = 0;
    newest = second;
  }

  function lastMinute(nowMs: number): number[] {
    advance(nowMs);
    return Array.from(
      { length: SECONDS },
      (_, i) => slots[(newest - SECONDS + i) % slots.length] ?? 0,
    );
  }

  return {
    add(nowMs, count = 1) {
      advance(nowMs);
      const slot = newest % slots.length;
      slots[slot] = (slots[slot] ?? 0) + count;
    },
    perSecond(nowMs) {
      const sum = lastMinute(nowMs).reduce((total, count) => total + count, 0);
      const seconds = Math.min(SECONDS, Math.max(1, newest - startSecond));
      return sum / seconds;
    },
    lastMinute,
  };
}
