import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { arbitraryExpectations, spreadOverMinutes } from "@/lib/expectations/arbitraries";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { openSampleExpecting, queryOf, type SampleExpecting } from "./sample-expecting";

const SEED = Number(process.env.PAST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const FIRST_MS = 1_790_000_000_000;
const RANGE = { fromMs: FIRST_MS, toMs: FIRST_MS + 3_600_000 };

let system: SampleExpecting;
let drops: Drop[];

beforeAll(async () => {
  system = await openSampleExpecting();
  const generated = fc.sample(arbitraryDrops(30, 150), { numRuns: 1, seed: SEED }).flat();
  drops = spreadOverMinutes(generated, 30);
  system.arrive(drops);
});
afterAll(() => system.dispose());

describe("answers about the past", () => {
  it("list, facet and group what expected: asks for as each drop is told", async () => {
    const property = fc.asyncProperty(arbitraryExpectations(drops, 5), async (set) => {
      await system.expect(set);
      const clue = `PAST_SEED=${SEED} ${JSON.stringify(set)}`;
      for (const isHidden of [true, false]) {
        const q = `expected:${isHidden}`;
        const params = { q, query: queryOf(q), ...RANGE };
        const wanted = drops.filter(
          (drop) => (system.expecting.of(drop).hiddenBy !== null) === isHidden,
        );
        const packets = wanted.reduce((sum, { count }) => sum + count, 0);

        const list = await system.past.drops(params, { limit: 200, before: null, arrivedMs: null });
        expect(new Set(list.drops.map(({ uuid }) => uuid)), clue).toEqual(
          new Set(wanted.map(({ uuid }) => uuid)),
        );
        for (const row of list.drops) {
          expect(row.expectedBy !== null, clue).toBe(isHidden);
          expect(row.state === "expected", clue).toBe(isHidden);
        }
        const fields = ["verdict", "node"] as const;
        const { facets } = await system.past.facets(params, { fields, prefix: "", limit: 200 });
        for (const { values } of facets) {
          expect(
            values.reduce((sum, one) => sum + one.drops, 0),
            clue,
          ).toBe(packets);
        }
        const { totals, groups } = await system.past.view({ ...params, by: "pair" });
        expect(totals, clue).toMatchObject({
          drops: packets,
          expected: isHidden ? packets : 0,
          unexpected: isHidden ? 0 : packets,
        });
        expect(groups.reduce((sum, one) => sum + one.drops, 0)).toBe(packets);
      }
    });
    await fc.assert(property, { numRuns: 20, seed: SEED, endOnFailure: true });
  }, 120_000);
});
