import { describe, expect, it } from "vitest";
import { narrowQuery, selectionQuery } from "@/components/graph/narrow";
import { buildGraph } from "@/lib/graph/build-graph";
import type { GraphLevel } from "@/lib/graph/graph";
import { sampleParty, sampleRow, sampleSeries } from "@/lib/graph/sample-series";
import { parseQuery } from "@/lib/query/parse";
import { EVERYTHING } from "@/lib/query/query";

const RANGE = { fromMs: 1_790_000_000_000, toMs: 1_790_000_060_000 };
const outside = (kind: "name" | "address", name: string) =>
  sampleParty({
    kind,
    name,
    key: `${kind}:${name}`,
    namespace: "",
    workload: "",
    names: kind === "name" ? [name] : [],
    labels: ["reserved:world"],
  });

const SERIES = [
  sampleSeries(),
  sampleSeries({ direction: "ingress" }),
  sampleSeries({ destination: outside("name", "eu.telemetry.example.com") }),
  sampleSeries({ destination: outside("name", "us.telemetry.example.com") }),
  sampleSeries({ source: sampleParty({ name: "api" }) }),
];

function graphAt(level: GraphLevel) {
  const graph = buildGraph(
    SERIES.map((series) => sampleRow(series)),
    { level, ...RANGE },
  );
  return { graph, nodeById: new Map(graph.nodes.map((node) => [node.id, node])) };
}

describe("the query of an edge", () => {
  it.each(["identity", "workload", "namespace"] as const)("can be asked, at %s", (level) => {
    const { graph, nodeById } = graphAt(level);
    for (const edge of graph.edges) {
      const q = selectionQuery({ nodes: [], edges: [edge] }, nodeById);
      const parsed = parseQuery(q ?? "(");
      expect(parsed.ok, q ?? "none").toBe(true);
      expect(q).toContain(`direction:${edge.direction}`);
    }
  });

  it("is by the domain's pattern where names are folded into it", () => {
    const { graph, nodeById } = graphAt("workload");
    const edge = graph.edges.find(({ series }) => series === 2);
    expect(edge).toBeDefined();
    expect(selectionQuery({ nodes: [], edges: edge === undefined ? [] : [edge] }, nodeById)).toBe(
      "src.workload:shop/web dst.fqdn:*.telemetry.example.com direction:egress",
    );
  });

  it("is added to the query that is there", () => {
    const { graph, nodeById } = graphAt("identity");
    const parsed = parseQuery("verdict:DROPPED");
    const query = parsed.ok ? parsed.query : EVERYTHING;
    const [edge] = graph.edges;
    const q = narrowQuery(query, { nodes: [], edges: edge === undefined ? [] : [edge] }, nodeById);
    expect(q).toMatch(/^verdict:DROPPED src\.workload:/);
  });

  it("joins the values of several, and says when it cannot", () => {
    const { graph, nodeById } = graphAt("identity");
    const named = graph.edges.filter((edge) => nodeById.get(edge.destination)?.kind === "name");
    expect(selectionQuery({ nodes: [], edges: named }, nodeById)).toEqual(
      expect.stringMatching(
        /^src\.workload:shop\/web dst\.fqdn:(eu|us)\.[a-z.]+,(eu|us)\.[a-z.]+ direction:egress$/,
      ),
    );
    expect(selectionQuery({ nodes: [], edges: graph.edges }, nodeById)).toBeNull();
  });
});
