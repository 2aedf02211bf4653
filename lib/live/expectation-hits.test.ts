import { describe, expect, it } from "vitest";
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";
import { createExpectationHits } from "./expectation-hits";
import { openSampleExpecting } from "./sample-expecting";

const NOW = 1_790_000_000_000;
const EVER = { appliesFrom: "1970-01-01T00:00:00Z", expiresAt: null };

describe("createExpectationHits", () => {
  it("tells what each matches and hides, and what surges and is new under it", async () => {
    const sample = await openSampleExpecting();
    sample.setNow(NOW);
    const [one, other] = [sampleSeries(1), sampleSeries(2)];
    const arrivals = [
      ...Array.from({ length: 4 }, (_, at) => ({ series: one, timeMs: NOW - 600_000 + at })),
      { series: other, timeMs: NOW - 2 * 3_600_000 },
    ];
    sample.arrive(arrivals.map((drop, at) => sampleDrop({ ...drop, uuid: String(at) })));
    const expectations = [
      sampleExpectation({ ...EVER, id: "a", query: `series:${one.id},${other.id}` }),
      sampleExpectation({ ...EVER, id: "b", query: `series:${one.id}`, ceilingPerMinute: 3 }),
      sampleExpectation({ ...EVER, id: "c", query: `series:${other.id}`, watch: ["source"] }),
      sampleExpectation({ ...EVER, id: "d", query: "port:1" }),
    ];
    await sample.expect(expectations);
    const { expecting, writer } = sample;
    const rows = createExpectationHits({ expecting, writer, nowMs: () => NOW });
    const [a, b, c, d] = await rows(expectations);
    expect(a?.hits).toEqual({
      hour: { drops: 4, attempts: 4, hidden: 4 },
      day: { drops: 5, attempts: 5, hidden: 5 },
      total: { drops: 5, attempts: 5, hidden: 5 },
    });
    expect(a?.lastMatch).toBe(new Date(NOW - 600_000 + 3).toISOString());
    expect(b?.surges).toMatchObject([{ drops: 4, ceiling: 3 }]);
    expect(b?.states).toContain("surging");
    expect(c?.newUnder).toMatchObject([{ series: other.id, watched: ["source"], drops: 1 }]);
    expect(d?.states).toContain("never-matched");
    await sample.dispose();
  });
});
