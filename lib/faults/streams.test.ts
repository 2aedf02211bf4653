/** The limit of live streams, without sockets; `e2e/fault-streams.spec.ts` has the long form with them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors";
import type { Subscription } from "@/lib/live/broadcast";
import { openSampleExpecting, type SampleExpecting } from "@/lib/live/sample-expecting";
import { EVERYTHING } from "@/lib/query/query";
import { sampleDrop } from "@/lib/store/sample-drops";

const LIMIT = 2_000;
const NOW = 1_790_000_000_000;

describe("live streams", () => {
  let system: SampleExpecting;
  beforeAll(async () => {
    system = await openSampleExpecting();
    system.setNow(NOW);
  });
  afterAll(() => system.dispose());

  const open = () => system.hub.subscribe({ q: "", query: EVERYTHING, rangeMs: 3_600_000 }, null);

  it("F54 2,000 streams at once, and not one more: the others are refused in words, and all are told", async () => {
    const asked = await Promise.allSettled(Array.from({ length: LIMIT + 7 }, open));
    const streams = asked.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const refusals = asked.flatMap((one) => (one.status === "rejected" ? one.reason : []));
    expect(streams).toHaveLength(LIMIT);
    expect(refusals).toHaveLength(7);
    expect(refusals[0]).toBeInstanceOf(AppError);
    expect(refusals[0]).toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/^2000 pages are looking .* tries again by itself\.$/),
    });
    system.arrive([sampleDrop({ timeMs: NOW - 1_000 })]);
    for (const stream of streams) expect(await untilCounted(stream)).toBe(1);

    await streams[0]?.return();
    const next = await open();
    expect(system.hub.subscribers).toBe(LIMIT);
    for (const stream of [...streams, next]) await stream.return();
    expect(system.hub.subscribers).toBe(0);
  });

  /** Drops of the first event that counts any. */
  async function untilCounted(stream: Subscription): Promise<number> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await stream.next();
      if (done) throw new Error("the stream ended");
      const text = /^data: (.*)$/m.exec(decoder.decode(value))?.[1];
      const drops = text === undefined ? undefined : JSON.parse(text).totals?.drops;
      if (drops > 0) return drops;
    }
  }
});
