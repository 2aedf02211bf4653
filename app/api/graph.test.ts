/** The graph over the running system: the same counts as Triage has for the same question. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { View } from "@/lib/drops/view";
import { GRAPH_LEVELS, type GraphAnswer } from "@/lib/graph/graph";
import { COREDNS, metadataPacket, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import * as graphRoute from "./graph/route";
import * as groupsRoute from "./groups/route";

let system: SampleRuntime;
const HOST = "localhost:3000";
const RANGE = "from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z";

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
  for (const at of [1, 2, 3]) {
    const time = `2026-11-20T10:00:0${at}.1Z`;
    for (const flow of metadataPacket(time, 40_000 + at, {})) system.relay.emit(flow);
  }
  const question = refusedPacket({
    time: "2026-11-20T11:00:00.1Z",
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: COREDNS,
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40_789, destination_port: 53 } },
  });
  for (const flow of question) system.relay.emit(flow);
  await system.settled(8);
});

afterAll(() => system.dispose());

type Get = typeof graphRoute.GET;

function ask(get: Get, pathAndSearch: string): Promise<Response> {
  const request = new Request(`http://${HOST}${pathAndSearch}`, { headers: { host: HOST } });
  return get(request, { params: Promise.resolve({}) });
}

describe("/api/graph", () => {
  it.each(GRAPH_LEVELS)("agrees with /api/groups at the level of %s", async (level) => {
    for (const q of ["", "dst.ns:kube-system", "verdict:AUDIT"]) {
      const search = `q=${q}&${RANGE}`;
      const graph: GraphAnswer = await (
        await ask(graphRoute.GET, `/api/graph?${search}&level=${level}`)
      ).json();
      const { totals }: View = await (await ask(groupsRoute.GET, `/api/groups?${search}`)).json();
      expect(graph).toMatchObject({ level, query: q, coverage: { gaps: expect.any(Array) } });
      expect(graph.totals).toMatchObject({ drops: totals.drops, attempts: totals.attempts });
      expect(graph.edges.reduce((sum, { drops }) => sum + drops, 0)).toBe(totals.drops);
    }
  });

  it("marks DNS and cloud metadata, and leads from an edge to its group in Triage", async () => {
    const graph: GraphAnswer = await (await ask(graphRoute.GET, `/api/graph?${RANGE}`)).json();
    const { groups }: View = await (await ask(groupsRoute.GET, `/api/groups?${RANGE}`)).json();
    expect(graph.nodes.map(({ name, mark }) => [name, mark]).sort()).toEqual([
      ["169.254.169.254", "metadata"],
      ["api", null],
      ["coredns", "dns"],
      ["productpage-v1", null],
    ]);
    const causes = graph.edges.flatMap((edge) => edge.causes.map(({ group }) => group));
    expect(causes.sort()).toEqual(groups.map(({ id }) => id).sort());
  });

  it("says which levels there are", async () => {
    const answer = await ask(graphRoute.GET, "/api/graph?level=pod");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("identity") });
  });
});
