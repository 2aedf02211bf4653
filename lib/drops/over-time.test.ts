import { describe, expect, it } from "vitest";
import { createWindow } from "./live-window";
import { spreadOverTime, wholeStep } from "./over-time";
import { chooseStep } from "./timeline";

const HOUR = 3_600_000;
const NOON = 1_790_000_000_000;

/** The bars of a range without drops; what `isGap` is asked goes to `ask`. */
function barsOf(fromMs: number, toMs: number, ask: (fromMs: number, toMs: number) => boolean) {
  const empty = createWindow({ fromMs, toMs, stepMs: wholeStep({ toMs }) }).snapshot();
  const range = { fromMs, toMs, stepMs: chooseStep(toMs - fromMs) };
  return spreadOverTime(empty, range, [], ask).timeline;
}

describe("the bars of a range", () => {
  it.each([1, 13.4, 23, 25, 47, 1_000])("ask for a gap nothing outside of %d hours", (hours) => {
    const [fromMs, toMs] = [NOON + 1_234, NOON + 1_234 + Math.round(hours * HOUR)];
    const asked: { fromMs: number; toMs: number }[] = [];
    barsOf(fromMs, toMs, (from, to) => asked.push({ fromMs: from, toMs: to }) < 0);
    expect(asked[0]?.fromMs).toBe(fromMs);
    expect(asked.at(-1)?.toMs).toBe(toMs);
    for (const [at, one] of asked.slice(1).entries()) expect(one.fromMs).toBe(asked[at]?.toMs);
  });
});
