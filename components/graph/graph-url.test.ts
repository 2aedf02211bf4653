import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_GRAPH,
  FORMS,
  formatGraphUrl,
  type GraphState,
  parseGraphUrl,
  TOPS,
} from "@/components/graph/graph-url";
import { GROUP_STATES } from "@/lib/drops/view";
import { GRAPH_LEVELS } from "@/lib/graph/graph";

const parse = (search: string) => parseGraphUrl(new URLSearchParams(search));
const id = fc.stringMatching(/^[0-9a-f]{16}$/);

const states: fc.Arbitrary<GraphState> = fc.record({
  level: fc.constantFrom(...GRAPH_LEVELS),
  form: fc.constantFrom(...FORMS),
  selected: fc.array(id, { maxLength: 4 }),
  focus: fc.constant(null),
  depth: fc.constant(1 as const),
  top: fc.constantFrom(...TOPS),
  hidden: fc
    .subarray([...GROUP_STATES])
    .map((some) => GROUP_STATES.filter((state) => some.includes(state))),
  collapsed: fc.array(id, { maxLength: 3 }),
  unfolded: fc.array(id, { maxLength: 3 }),
  step: fc.option(fc.nat(23), { nil: null }),
});

describe("the address of the graph", () => {
  it("is read back as what was written, beside query and range", () => {
    const { url } = parse("q=verdict:AUDIT&range=15m");
    fc.assert(
      fc.property(states, (graph) => {
        const read = parse(formatGraphUrl(url, graph));
        expect(read.graph).toEqual(graph);
        expect(read.url).toEqual(url);
        expect(read.problems).toEqual([]);
      }),
    );
  });

  it("is empty for what everybody sees first", () => {
    expect(formatGraphUrl(parse("").url, DEFAULT_GRAPH)).toBe("");
  });

  it("names what it left out, its own and others'", () => {
    const { graph, problems } = parse("level=pod&colour=red&sel=<script>");
    expect(graph).toEqual(DEFAULT_GRAPH);
    expect(problems.join()).toContain("level must be identity");
    expect(problems.join()).toContain("colour");
  });
});
