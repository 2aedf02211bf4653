import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Party } from "@/lib/drops/drop";
import { GROUP_STATES } from "@/lib/drops/view";
import { sampleParty, sampleRow, sampleSeries } from "@/lib/graph/sample-series";
import { buildGraph } from "./build-graph";
import { type Choice, chooseDrawn, containerAt, DRAW_ALL } from "./choose";
import type { GraphData } from "./graph";

const RANGE = { fromMs: 1_790_000_000_000, toMs: 1_790_000_060_000 };

const party: fc.Arbitrary<Party> = fc
  .record({ namespace: fc.constantFrom("shop", "crm", "ci"), at: fc.nat(6) })
  .map(({ namespace, at }) => sampleParty({ namespace, name: `w${at}` }));

const graphs: fc.Arbitrary<GraphData> = fc
  .array(
    fc.record({
      source: party,
      destination: party,
      verdict: fc.constantFrom("DROPPED", "AUDIT"),
      direction: fc.constantFrom("ingress", "egress"),
      attempts: fc.nat(20),
    }),
    { maxLength: 40 },
  )
  .map((edges) =>
    buildGraph(
      edges.map(({ attempts, ...series }) =>
        sampleRow(sampleSeries(series), { attempts, drops: attempts + 1 }),
      ),
      { level: "identity", ...RANGE },
    ),
  );

function choices(graph: GraphData): fc.Arbitrary<Choice> {
  const containers = graph.containers.map(({ id }) => id);
  const setOf = <T>(values: readonly T[]) =>
    fc.subarray([...values]).map((some): ReadonlySet<T> => new Set(some));
  return fc.record({
    top: fc.nat(30),
    perBox: fc.integer({ min: 1, max: 8 }),
    hidden: setOf(GROUP_STATES),
    collapsed: setOf(containers),
    unfolded: setOf(containers),
    focus: fc.constant(null),
    depth: fc.constant(1),
    keep: setOf(graph.edges.map(({ id }) => id)),
  });
}

const chosen = graphs.chain((graph) =>
  fc.record({ graph: fc.constant(graph), choice: choices(graph) }),
);

const sum = (tallies: readonly { drops: number }[]) =>
  tallies.reduce((all, { drops }) => all + drops, 0);

describe("chooseDrawn", () => {
  it("leaves nothing out without its number: drawn, folded and hidden are all there is", () => {
    fc.assert(
      fc.property(chosen, ({ graph, choice }) => {
        const { edges, folded, hidden } = chooseDrawn(graph, choice);
        expect(sum([...edges, folded, hidden])).toBe(graph.totals.drops);
      }),
    );
  });

  it("draws both ends of every edge it draws, each in a place", () => {
    fc.assert(
      fc.property(chosen, ({ graph, choice }) => {
        const { edges, nodes, containers } = chooseDrawn(graph, choice);
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        for (const { source, destination } of edges) {
          expect([ids.has(source), ids.has(destination)]).toEqual([true, true]);
        }
        const known = new Set(containers.map(({ id }) => id));
        for (const { place } of nodes) expect(known.has(containerAt(place))).toBe(true);
      }),
    );
  });

  const star = (count: number) =>
    buildGraph(
      Array.from({ length: count }, (_, at) =>
        sampleRow(sampleSeries({ destination: sampleParty({ name: `d${at}`, namespace: "x" }) }), {
          attempts: count - at,
        }),
      ),
      { level: "identity", ...RANGE },
    );

  it("folds the least busy edges into one counted node of their box", () => {
    const { edges, nodes, folded } = chooseDrawn(star(9), { ...DRAW_ALL, top: 4 });
    expect(edges.map(({ attempts }) => attempts)).toEqual([9, 8, 7, 6]);
    expect(folded).toMatchObject({ edges: 5, nodes: 5, attempts: 15 });
    expect(nodes.find(({ kind }) => kind === "fold")).toMatchObject({ nodes: 5 });
  });

  it("draws the whole box that somebody unfolded", () => {
    const graph = star(9);
    const box = graph.nodes.find(({ name }) => name === "d0")?.container ?? "";
    const choice = { ...DRAW_ALL, top: 2, unfolded: new Set([box]) };
    expect(chooseDrawn(graph, choice).edges).toHaveLength(9);
  });

  it("keeps what was drawn although others have overtaken it", () => {
    const graph = star(9);
    const last = graph.edges.at(-1)?.id ?? "";
    const { edges } = chooseDrawn(graph, { ...DRAW_ALL, top: 6, keep: new Set([last]) });
    expect(edges.map(({ id }) => id)).toContain(last);
    expect(edges).toHaveLength(7);
  });

  it("draws a neighbourhood step by step", () => {
    const parties = ["a", "b", "c", "d"].map((name) => sampleParty({ name }));
    const [a, b, c, d] = parties;
    const chain = [
      [a, b],
      [b, c],
      [c, d],
    ] as const;
    const graph = buildGraph(
      chain.map(([source, destination]) =>
        sampleRow(
          sampleSeries({
            source: source ?? sampleParty(),
            destination: destination ?? sampleParty(),
          }),
        ),
      ),
      { level: "identity", ...RANGE },
    );
    const focus = graph.nodes.find(({ name }) => name === "a")?.id ?? null;
    const edges = (depth: number) => chooseDrawn(graph, { ...DRAW_ALL, focus, depth }).edges.length;
    expect([edges(1), edges(2), edges(3)]).toEqual([1, 2, 3]);
  });

  it("adds up edges between boxes that are drawn as one node", () => {
    const graph = star(5);
    const boxes = new Set(graph.containers.map(({ id }) => id));
    const { nodes, edges } = chooseDrawn(graph, { ...DRAW_ALL, collapsed: boxes });
    expect(nodes.map(({ kind }) => kind)).toEqual(["container", "container"]);
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({ drops: 5, attempts: 15 });
    expect(graph.edges.map(({ drops }) => drops)).toEqual([1, 1, 1, 1, 1]);
  });
});
