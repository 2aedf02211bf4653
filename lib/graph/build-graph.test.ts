import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { createWindow } from "@/lib/drops/live-window";
import type { LoadRow } from "@/lib/drops/load-row";
import { buildParty } from "@/lib/drops/party";
import { sampleEndpoint } from "@/lib/drops/sample-flow";
import { GROUP_STATES } from "@/lib/drops/view";
import { sampleRow, sampleSeries } from "@/lib/graph/sample-series";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { buildGraph } from "./build-graph";
import { GRAPH_LEVELS, type GraphData, type StateTallies, type Tally } from "./graph";
import { buildMatrix } from "./matrix";

const RANGE = { fromMs: 1_790_000_000_000, toMs: 1_790_000_060_000 };

const rowOf = (drop: Drop, state: number | null): LoadRow => ({
  series: drop.series,
  bucketMs: drop.timeMs,
  drops: drop.count,
  attempts: drop.attempt,
  firstMs: drop.timeMs,
  lastMs: drop.timeMs,
  ...(state === null
    ? {}
    : { outcome: { key: `${state}`, state, bar: 0, hiddenBy: null, touches: [] } }),
});

const rows = arbitraryDrops(12, 60).chain((drops) =>
  fc
    .array(fc.option(fc.nat(GROUP_STATES.length - 1)), { minLength: 60, maxLength: 60 })
    .map((states) => drops.map((drop, at) => rowOf(drop, states[at] ?? null))),
);

const sum = (tallies: readonly Tally[]): Tally => ({
  drops: tallies.reduce((all, { drops }) => all + drops, 0),
  attempts: tallies.reduce((all, { attempts }) => all + attempts, 0),
});

/** Drops and attempts by state, with zeros. */
const byState = (states: readonly StateTallies[]) =>
  GROUP_STATES.map((state) => sum(states.map((one) => one[state] ?? { drops: 0, attempts: 0 })));

describe("the counts of a graph", () => {
  it("are those of Triage for the same rows, at every level and by every state", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...GRAPH_LEVELS), (some, level) => {
        const window = createWindow({ ...RANGE, stepMs: 1_000 });
        window.load(some);
        const triage = window.totals();
        const graph = buildGraph(some, { level, ...RANGE });

        expect(graph.totals).toMatchObject({ drops: triage.drops, attempts: triage.attempts });
        expect(sum(graph.edges)).toEqual({ drops: triage.drops, attempts: triage.attempts });
        const shown = GROUP_STATES.map((state) => {
          const { drops, attempts } = triage.byState[state];
          return { drops, attempts };
        });
        expect(byState([graph.totals.states])).toEqual(shown);
        expect(byState(graph.edges.map(({ states }) => states))).toEqual(shown);
      }),
      { numRuns: 40 },
    );
  });

  it("stay whole when edges, rows and columns are too many to be listed", () => {
    fc.assert(
      fc.property(
        rows,
        fc.nat(8),
        fc.nat(4),
        fc.constantFrom("attempts" as const, "name" as const),
        (some, maxEdges, limit, sort) => {
          const all = sum(some);
          const graph = buildGraph(some, { level: "identity", maxEdges, ...RANGE });
          expect(sum([...graph.edges, graph.unlisted])).toEqual(all);
          expect(graph.edges.length).toBeLessThanOrEqual(maxEdges);

          const matrix = buildMatrix(graph, { limit, sort });
          expect(sum([matrix.total])).toEqual(all);
          expect(sum(matrix.rows)).toEqual(all);
          expect(sum(matrix.columns)).toEqual(all);
          expect(sum(matrix.cells.flat().filter((cell) => cell !== null))).toEqual(all);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are spread whole over time, over ports and causes, and over the routes", () => {
    fc.assert(
      fc.property(rows, (some) => {
        const graph = buildGraph(some, { level: "workload", ...RANGE });
        for (const edge of graph.edges) {
          expect(edge.trend.reduce((all, one) => all + one, 0)).toBe(edge.attempts);
          if (edge.morePorts === 0) expect(sum(edge.ports)).toEqual(sum([edge]));
          if (edge.moreCauses === 0) expect(sum(edge.causes)).toEqual(sum([edge]));
        }
        expect(sum([...graph.routes, graph.otherRoutes])).toEqual(sum(some));
      }),
      { numRuns: 30 },
    );
  });
});

describe("an edge", () => {
  const web = sampleSeries({ direction: "egress" });
  const build = (...some: LoadRow[]): GraphData =>
    buildGraph(some, { level: "identity", ...RANGE });

  it("is one for each direction of enforcement between the same two", () => {
    const graph = build(
      sampleRow(web),
      sampleRow(sampleSeries({ direction: "ingress" }), { drops: 5 }),
    );
    expect(graph.nodes).toHaveLength(2);
    expect(graph.edges.map(({ direction, drops }) => [direction, drops])).toEqual([
      ["ingress", 5],
      ["egress", 1],
    ]);
    expect(new Set(graph.edges.map(({ id }) => id)).size).toBe(2);
  });

  it("has the neediest of its states, and counts each", () => {
    const audited = sampleSeries({ direction: "egress", verdict: "AUDIT" });
    const graph = build(sampleRow(audited, { attempts: 9 }), sampleRow(web));
    expect(graph.edges).toHaveLength(1);
    expect(graph.edges[0]).toMatchObject({
      state: "unexpected",
      states: { unexpected: { attempts: 1 }, audit: { attempts: 9 } },
      series: 2,
    });
  });

  it("tells its ports, the busiest first, and what blocked it", () => {
    const other = sampleSeries({ direction: "egress", port: 53, protocol: "UDP" });
    const graph = build(sampleRow(web), sampleRow(other, { attempts: 4 }));
    expect(graph.edges[0]?.ports).toEqual([
      { protocol: "UDP", port: 53, drops: 1, attempts: 4 },
      { protocol: "TCP", port: 5432, drops: 1, attempts: 1 },
    ]);
    expect(graph.edges[0]?.causes[0]).toMatchObject({ group: web.group, drops: 2 });
  });
});

describe("a node", () => {
  it("is the same wherever it was seen, and under whatever node-local number", () => {
    const seen = [16_777_301, 16_777_999].map((identity) =>
      buildParty(
        sampleEndpoint({
          identity,
          pod: "",
          namespace: "",
          workloads: [],
          labels: ["cidr:203.0.113.0/24", "reserved:world"],
        }),
        "203.0.113.9",
        [],
        "demo",
      ),
    );
    const graph = buildGraph(
      seen.map((destination, at) => sampleRow(sampleSeries({ destination, port: at + 1 }))),
      { level: "identity", ...RANGE },
    );
    expect(graph.edges).toHaveLength(1);
    expect(graph.nodes.map(({ name }) => name)).toEqual(["web", "203.0.113.0/24"]);
  });
});
