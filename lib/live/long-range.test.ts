import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { createWindow } from "@/lib/drops/live-window";
import { chooseStep } from "@/lib/drops/timeline";
import { arbitraryExpectations, spreadOverMinutes } from "@/lib/expectations/arbitraries";
import { buildGraph } from "@/lib/graph/build-graph";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { groupingBy } from "@/lib/query/grouping";
import { EVERYTHING } from "@/lib/query/query";
import { openSampleExpecting, type SampleExpecting } from "./sample-expecting";

const SEED = Number(process.env.RANGE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const FIRST_MS = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const MINUTES = 3 * 1_440;

let system: SampleExpecting;
let drops: Drop[];

beforeAll(async () => {
  system = await openSampleExpecting();
  const generated = fc.sample(arbitraryDrops(25, 200), { numRuns: 1, seed: SEED }).flat();
  // A minute of drops over three days.
  drops = spreadOverMinutes(generated, MINUTES);
  system.arrive(drops);
});
afterAll(() => system.dispose());

const ranges = fc
  .tuple(fc.nat(DAY_MS), fc.constantFrom(DAY_MS, 2 * DAY_MS, DAY_MS + 5_000, 7 * DAY_MS, 3_600_000))
  .map(([from, length]) => ({ fromMs: FIRST_MS + from, toMs: FIRST_MS + from + length }));

describe("a long range", () => {
  it("is counted from sums as its drops are one by one, whatever is expected", async () => {
    const property = fc.asyncProperty(
      arbitraryExpectations(drops, 4),
      ranges,
      fc.constantFrom("policy" as const, "pair" as const),
      async (set, range, by) => {
        await system.expect(set);
        const clue = `RANGE_SEED=${SEED} ${JSON.stringify({ set, range, by })}`;
        const grouping = groupingBy(by);
        const stepMs = chooseStep(range.toMs - range.fromMs);
        const window = createWindow({
          ...range,
          stepMs,
          grouping,
          overOf: system.expecting.overOf,
        });
        const among = drops.filter(({ timeMs }) => timeMs >= range.fromMs && timeMs < range.toMs);
        const rows = among.map((drop) => ({
          series: drop.series,
          bucketMs: Math.floor(drop.timeMs / stepMs) * stepMs,
          drops: drop.count,
          attempts: drop.attempt,
          firstMs: drop.timeMs,
          lastMs: drop.timeMs,
          outcome: system.expecting.of(drop),
        }));
        window.load(rows);
        const params = { q: "", query: EVERYTHING, ...range };

        const {
          totals,
          groups,
          timeline,
          stepMs: barMs,
        } = await system.past.view({ ...params, by });
        const wanted = window.snapshot();
        const plain = (list: typeof groups) => list.map(({ firstSeen: _, ...group }) => group);
        expect({ totals, timeline, barMs }, clue).toEqual({
          totals: wanted.totals,
          timeline: wanted.timeline,
          barMs: wanted.stepMs,
        });
        expect(plain(groups), clue).toEqual(plain(wanted.groups));

        const graph = await system.past.graph(params, "identity");
        const naive = buildGraph(rows, { level: "identity", ...range });
        expect(graph.totals, clue).toEqual(naive.totals);
        const byId = (edges: typeof graph.edges) =>
          new Map(
            edges.map(({ id, trend, states, firstMs, lastMs }) => [
              id,
              { trend, states, firstMs, lastMs },
            ]),
          );
        expect(byId(graph.edges), clue).toEqual(byId(naive.edges));
      },
    );
    await fc.assert(property, { numRuns: 15, seed: SEED, endOnFailure: true });
  }, 120_000);
});
