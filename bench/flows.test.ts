import { describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { createPipeline } from "@/lib/drops/pipeline";
import { decodeResponse } from "@/lib/hubble/decode";
import { benchFlows, MESSAGES_PER_DROP, SERIES } from "./flows";

const FROM_MS = 1_700_000_000_000;
const TO_MS = FROM_MS + 4_000;
const DROPS = 40_000;

describe("benchFlows", () => {
  it("makes what the README of the benchmarks says", () => {
    const messages = benchFlows().take(DROPS, FROM_MS, TO_MS);
    const drops: Drop[] = [];
    const pipeline = createPipeline({ origin: "test", onDrop: (drop) => drops.push(drop) });
    for (const bytes of messages) {
      const event = decodeResponse(bytes);
      if (event.kind === "flow") pipeline.push(event.flow, TO_MS);
    }
    pipeline.end();

    const { received, paired, duplicate } = pipeline.account.outcomes;
    const bytes = messages.reduce((sum, { length }) => sum + length, 0);
    expect(received).toBe(messages.length);
    expect(duplicate).toBe(0);
    expect(drops).toHaveLength(DROPS);
    expect(received / DROPS).toBeCloseTo(MESSAGES_PER_DROP, 1);
    expect(paired / DROPS).toBeCloseTo(0.5, 1);
    expect(pipeline.joins.alone).toBe(0);
    expect(Math.round(bytes / messages.length / 100)).toBe(10);
    expect(new Set(drops.map(({ series }) => series.group)).size).toBe(451);
    expect(new Set(drops.map(({ series }) => series.id)).size).toBeGreaterThan(SERIES * 0.99);
    expect(drops.every(({ timeMs }) => timeMs >= FROM_MS && timeMs < TO_MS)).toBe(true);
  });

  it("makes the same from the same seed, and other flows from another", () => {
    const [one, same, other] = [1, 1, 2].map((seed) =>
      Buffer.concat(benchFlows(seed).take(100, FROM_MS, TO_MS)),
    );
    expect(one?.equals(same ?? Buffer.alloc(0))).toBe(true);
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false);
  });
});
