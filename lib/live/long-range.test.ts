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
const HOUR_MS = 3_600_000;
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
  .tuple(
    fc.nat(DAY_MS),
    fc.oneof(
      fc.constantFrom(DAY_MS, 2 * DAY_MS, DAY_MS + 5_000, 7 * DAY_MS, HOUR_MS),
      fc.constantFrom(18 * HOUR_MS, 23 * HOUR_MS, 25 * HOUR_MS),
      fc.integer({ min: 12 * HOUR_MS, max: 3 * DAY_MS }),
    ),
  )
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

  it.each([6, 24, 48])("is the same live and past, the last %i hours", async (hours) => {
    await system.expect([]);
    const lastMs = Math.max(...drops.map(({ timeMs }) => timeMs));
    system.setNow(lastMs + 12_345);
    const live = await system.live("", hours * HOUR_MS);
    expect(live.toMs - live.fromMs).toBe(hours * HOUR_MS);
    expect(live.totals.drops).toBeGreaterThan(0);
    const { fromMs, toMs } = live;
    const past = await system.past.view({ q: "", query: EVERYTHING, fromMs, toMs, by: "policy" });
    expect(past).toEqual(live);
  });
});
