import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { COARSE_MS, chooseStep, liveRange } from "@/lib/drops/timeline";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { ALL_DROPS } from "./condition";
import { openForm, type SampleStore } from "./sample-forms";
import { countSql, SLOT_MS, splitRange } from "./slots";
import { whereOf } from "./where";

const NOON = 1_790_000_000_000;
const DAYS_MS = 3 * 86_400_000;
const SLOT_NANOS = BigInt(SLOT_MS) * 1_000_000n;

const range = fc
  .tuple(fc.nat(DAYS_MS), fc.integer({ min: 1, max: DAYS_MS }))
  .map(([from, length]) => ({ fromMs: NOON + from, toMs: NOON + from + length }));
const edge = fc.nat(DAYS_MS * 2).map((ms) => BigInt(NOON + ms) * 1_000_000n + 1n);

describe("a range in slots", () => {
  it("is whole slots and what is left, each nanosecond once, and no slot has an edge within", () => {
    const property = fc.property(range, fc.array(edge, { maxLength: 5 }), (some, edges) => {
      const split = splitRange(some, null, edges);
      if (split === null) return;
      const spans = [
        ...split.slots.map(([from, to]) => [from * SLOT_NANOS, to * SLOT_NANOS] as const),
        ...split.rest,
      ].sort(([a], [b]) => (a < b ? -1 : 1));
      let next = BigInt(some.fromMs) * 1_000_000n;
      for (const [from, to] of spans) {
        expect(from).toBe(next);
        next = to;
      }
      expect(next).toBe(BigInt(some.toMs) * 1_000_000n);
      for (const [first, end] of split.slots) {
        for (const one of edges) {
          const slot = one / SLOT_NANOS;
          const isInside = slot >= first && slot < end && one % SLOT_NANOS !== 0n;
          expect(isInside).toBe(false);
        }
      }
    });
    fc.assert(property);
  });

  it("is whole slots but for its ends where it is long, whatever its length, live as past", () => {
    expect(COARSE_MS % SLOT_MS).toBe(0);
    const lengths = fc.integer({ min: 18 * 3_600_000, max: 30 * 86_400_000 });
    const property = fc.property(fc.nat(DAYS_MS), lengths, (from, length) => {
      const past = { fromMs: NOON + from, toMs: NOON + from + length };
      const { stepMs, ...live } = liveRange(length, NOON + from);
      for (const one of [past, live]) {
        const split = splitRange(one, stepMs, []);
        expect(split?.slots).toHaveLength(1);
        for (const [start, stop] of split?.rest ?? [])
          expect(stop - start).toBeLessThan(SLOT_NANOS);
      }
      expect(chooseStep(length)).toBe(stepMs);
      expect(splitRange(live, stepMs, [])?.rest).toEqual([]);
    });
    fc.assert(property);
  });

  it("is read drop by drop where steps are no slots, where it is short, and where edges are many", () => {
    const day = { fromMs: NOON, toMs: NOON + 86_400_000 };
    expect(splitRange(day, SLOT_MS - 1, [])).toBeNull();
    expect(splitRange({ fromMs: NOON, toMs: NOON + SLOT_MS * 5 }, null, [])).toBeNull();
    const edges = Array.from({ length: 60 }, (_, at) => BigInt(NOON + at * 60_001) * 1_000_000n);
    expect(splitRange(day, null, edges)).toBeNull();
    expect(splitRange(day, SLOT_MS, [])).not.toBeNull();
  });
});

describe("counts from sums", () => {
  let sample: SampleStore;
  let drops: Drop[];

  beforeAll(async () => {
    sample = await openForm("embedded");
    const [made = []] = fc.sample(arbitraryDrops(20, 400), 1);
    drops = made.map((drop, at) => ({ ...drop, timeMs: NOON + Math.floor((at * DAYS_MS) / 400) }));
    for (const part of [drops.slice(0, 150), drops.slice(150)])
      await sample.store.insertDrops(part);
  });
  afterAll(() => sample.dispose());

  it("are what the drops say one by one", async () => {
    const property = fc.asyncProperty(
      range,
      fc.constantFrom(null, SLOT_MS, 5),
      async (some, stepMs) => {
        const keys = () => ["series"];
        const { sql, params } = countSql({ range: some, where: ALL_DROPS, keys, stepMs });
        const rows = await sample.engine.select(
          "read",
          `SELECT n_drops, n_attempts, toUnixTimestamp64Milli(n_first), toUnixTimestamp64Milli(n_last)
          FROM (${sql})`,
          params,
          (reader) => [reader.u64(), reader.u64(), reader.u64(), reader.u64()],
        );
        const bySeries = new Map<string, Drop[]>();
        for (const drop of drops) {
          if (drop.timeMs < some.fromMs || drop.timeMs >= some.toMs) continue;
          bySeries.set(drop.series.id, [...(bySeries.get(drop.series.id) ?? []), drop]);
        }
        const naive = [...bySeries.values()].map((its) => [
          its.reduce((sum, { count }) => sum + count, 0),
          its.reduce((sum, { attempt }) => sum + attempt, 0),
          Math.min(...its.map(({ timeMs }) => timeMs)),
          Math.max(...its.map(({ timeMs }) => timeMs)),
        ]);
        const inOrder = (lists: number[][]) => lists.map(String).sort();
        expect(inOrder(rows)).toEqual(inOrder(naive));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  }, 60_000);

  const day = { fromMs: NOON, toMs: NOON + 86_400_000 };
  const plan = async (where = ALL_DROPS) => {
    const keys = (nanos: string) => ["series", `intDiv(${nanos}, ${BigInt(SLOT_MS) * 5_000_000n})`];
    const { sql, params } = countSql({ range: day, where, keys, stepMs: SLOT_MS * 5 });
    const explain = `SELECT explain FROM (EXPLAIN ${sql})`;
    return (await sample.engine.select("read", explain, params, (row) => row.text())).join("\n");
  };

  it("are read from the sums, also under a condition on series", async () => {
    expect(await plan()).toContain("by_series");
    const where = whereOf({ terms: [{ field: "verdict", negated: false, values: [] }] });
    expect(where.sql).toContain("FROM series");
    expect(await plan(where)).toContain("by_series");
  });

  it("are read from the drops under a condition that only a drop can answer", async () => {
    expect(await plan({ sql: "src_port > 0", params: {} })).not.toContain("by_series");
  });
});
