/** F59: nights in which clocks are changed, in a process and a store that live in such a zone. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSampleExpecting, type SampleExpecting } from "@/lib/live/sample-expecting";
import { EVERYTHING } from "@/lib/query/query";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";

// Before the embedded engine is loaded, which asks once.
process.env.TZ = "Europe/Berlin";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let system: SampleExpecting;
beforeEach(async () => {
  system = await openSampleExpecting();
});
afterEach(() => system.dispose());

describe("a night in which clocks are changed", () => {
  it.each([
    ["F59 forward: no hour is missing", "2027-03-28T00:00:00+01:00", 23],
    ["F59 back: no hour is there twice", "2027-10-31T00:00:00+02:00", 25],
  ])("%s, and the bars add up to the total", async (_what, midnight, hours) => {
    const fromMs = Date.parse(midnight);
    const toMs = fromMs + hours * HOUR_MS;
    // The next midnight there: the day has as many hours as it says.
    expect(new Date(toMs).getHours()).toBe(0);
    expect(new Date(toMs).getDate()).not.toBe(new Date(toMs - 1).getDate());
    system.setNow(toMs);
    const every = 10 * MINUTE_MS;
    const drops = Array.from({ length: (hours * HOUR_MS) / every }, (_, at) =>
      sampleDrop({
        uuid: `${midnight}-${at}`,
        timeMs: fromMs + at * every,
        series: sampleSeries(at % 3),
      }),
    );
    system.arrive(drops);
    const past = await system.past.view({ q: "", query: EVERYTHING, by: "policy", fromMs, toMs });
    expect(past.totals.drops).toBe(drops.length);
    const times = past.timeline.map(({ timeMs }) => timeMs);
    const steps = times.slice(1).map((timeMs, at) => timeMs - (times[at] ?? 0));
    expect(new Set(steps).size).toBe(1);
    expect(past.timeline.reduce((sum, bar) => sum + bar.dropped + bar.audit, 0)).toBe(
      past.totals.attempts,
    );
    expect(times[0]).toBeLessThanOrEqual(fromMs);
    expect((times.at(-1) ?? 0) + (steps[0] ?? 0)).toBeGreaterThanOrEqual(toMs);

    const live = await system.live("", 24 * HOUR_MS);
    const { fromMs: liveFromMs } = live;
    const inLive = drops.filter(({ timeMs }) => timeMs >= liveFromMs);
    expect(live.totals.drops).toBe(inLive.length);
    // Hour by hour, each asked for by itself.
    for (let hour = 0; hour < hours; hour += 1) {
      const span = { fromMs: fromMs + hour * HOUR_MS, toMs: fromMs + (hour + 1) * HOUR_MS };
      const one = await system.past.view({ q: "", query: EVERYTHING, by: "policy", ...span });
      expect(one.totals.drops, new Date(span.fromMs).toISOString()).toBe(6);
    }
  });
});
