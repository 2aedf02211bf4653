/** The routes of the query's screen parts over the running system: grouping, facets, saved views. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Facets, GROUP_BYS, type GroupDetails, type View } from "@/lib/drops/view";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import * as facetsRoute from "./facets/route";
import * as groupRoute from "./groups/[id]/route";
import * as groupsRoute from "./groups/route";
import * as liveRoute from "./live/route";
import * as viewRoute from "./views/[id]/route";
import * as viewsRoute from "./views/route";

let system: SampleRuntime;
const HOST = "localhost:3000";
const RANGE = "from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z";

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
  const denied = { egress_denied_by: [METADATA_POLICY] };
  const tags = [["imds"], ["imds"], ["imds", "audit"], [""]];
  for (const [at, policy_log] of tags.entries()) {
    const time = `2026-11-20T10:00:0${at}.1Z`;
    for (const flow of metadataPacket(time, 40_001 + at, { ...denied, policy_log })) {
      system.relay.emit(flow);
    }
  }
  await system.settled(8);
});

afterAll(() => system.dispose());

type Route<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>;

function get(route: Route<Record<string, never>>, pathAndSearch: string): Promise<Response> {
  const request = new Request(`http://${HOST}${pathAndSearch}`, { headers: { host: HOST } });
  return route(request, { params: Promise.resolve({}) });
}

async function groupsBy(by: string, q = ""): Promise<View> {
  const search = `q=${encodeURIComponent(q)}&by=${by}&${RANGE}`;
  return (await get(groupsRoute.GET, `/api/groups?${search}`)).json();
}

async function groupOf(id: string, by: string): Promise<Response> {
  const headers = { host: HOST };
  const url = `http://${HOST}/api/groups/${id}?by=${by}&${RANGE}`;
  return groupRoute.GET(new Request(url, { headers }), { params: Promise.resolve({ id }) });
}

describe("/api/groups?by=", () => {
  it.each(GROUP_BYS)(
    "%s has the totals of every grouping, and details for each row",
    async (by) => {
      const view = await groupsBy(by);
      expect(view).toMatchObject({ by, totals: { drops: 4 } });
      expect(view.groups.reduce((sum, { drops }) => sum + drops, 0)).toBe(4);
      for (const group of view.groups) {
        expect(group.key).toMatchObject({ by, text: expect.stringMatching(/./) });
        const details: GroupDetails = await (await groupOf(group.id, by)).json();
        expect(details.group).toEqual(group);
        expect(details.drops).toHaveLength(group.drops);
        const narrowed = await groupsBy(by, group.key.query);
        expect(narrowed.groups.find(({ id }) => id === group.id)).toMatchObject({
          drops: group.drops,
          firstSeen: group.firstSeen,
        });
      }
    },
  );

  it("tag parts the sets of tags", async () => {
    const { groups } = await groupsBy("tag");
    expect(groups.map(({ key, drops }) => [key.text, key.query, drops])).toEqual(
      expect.arrayContaining([
        ["imds", "tag:imds", 2],
        ["audit, imds", "tag:audit tag:imds", 1],
        ["(no tag)", "tag:none", 1],
      ]),
    );
  });

  it("names what it may be when it is something else", async () => {
    const response = await get(groupsRoute.GET, "/api/groups?by=colour");
    expect(response.status).toBe(400);
    expect((await response.json()).detail).toContain("policy, tag, source");
  });

  it("answers 404 for a group of another grouping", async () => {
    const [group] = (await groupsBy("reason")).groups;
    expect((await groupOf(group?.id ?? "", "source")).status).toBe(404);
  });
});

describe("/api/live?by=", () => {
  it("streams the rows of its grouping, apart from those of others", async () => {
    for (const by of ["tag", "policy"]) {
      const response = await get(liveRoute.GET, `/api/live?range=7d&by=${by}`);
      const reader = response.body?.getReader();
      let text = "";
      while (!text.includes("event: snapshot")) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) throw new Error("the stream ended");
        text += new TextDecoder().decode(chunk.value);
      }
      await reader?.cancel();
      expect(text).toContain(`"by":"${by}"`);
    }
  });
});

describe("/api/facets", () => {
  async function facets(search: string): Promise<Facets> {
    return (await get(facetsRoute.GET, `/api/facets?${RANGE}&${search}`)).json();
  }

  it("count a field's values as if the query did not name it", async () => {
    const answer = await facets("q=tag%3Aaudit&fields=tag,verdict");
    expect(answer.fromMs).toBe(Date.parse("2026-11-20T00:00:00Z"));
    expect(answer.facets).toEqual([
      {
        field: "tag",
        more: 0,
        values: [
          expect.objectContaining({ value: "imds", drops: 3, selected: null }),
          expect.objectContaining({ value: "", drops: 1, selected: null }),
          expect.objectContaining({ value: "audit", drops: 1, selected: "include" }),
        ],
      },
      {
        field: "verdict",
        more: 0,
        values: [expect.objectContaining({ value: "DROPPED", drops: 1 })],
      },
    ]);
  });

  it("are the whole list where none is named", async () => {
    const { facets: list } = await facets("");
    expect(list.map(({ field }) => field).slice(0, 3)).toEqual([
      "attribution",
      "certainty",
      "verdict",
    ]);
    expect(list).toHaveLength(17);
  });

  it("complete the values of one field", async () => {
    const { facets: list } = await facets("fields=src.pod&prefix=PROD&limit=1");
    expect(list[0]?.values.every(({ value }) => value.startsWith("prod"))).toBe(true);
  });

  it.each(["fields=colour", "prefix=a", "fields=tag,port&prefix=a", "limit=0", "limit=1000"])(
    "refuse %s",
    async (search) => {
      expect((await get(facetsRoute.GET, `/api/facets?${search}`)).status).toBe(400);
    },
  );
});

describe("/api/views", () => {
  const headers = { host: HOST, origin: `http://${HOST}`, "content-type": "application/json" };

  function post(body: unknown): Promise<Response> {
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return viewsRoute.POST(new Request(`http://${HOST}/api/views`, init), {
      params: Promise.resolve({}),
    });
  }

  function patch(id: string, body: unknown): Promise<Response> {
    const init = { method: "PATCH", headers, body: JSON.stringify(body) };
    return viewRoute.PATCH(new Request(`http://${HOST}/api/views/${id}`, init), {
      params: Promise.resolve({ id }),
    });
  }

  it("keep what is saved, over a restart", async () => {
    const search = "?q=ns%3Ashop+-tag%3A%22a+b%22&range=1h&by=tag";
    const created = await post({ name: " Night shift ", search, author: "Anna" });
    expect(created.status).toBe(201);
    const view = await created.json();
    expect(view).toMatchObject({ name: "Night shift", search, author: "Anna", version: 1 });

    const changed = await patch(view.id, { name: "Day shift", version: 1 });
    expect(await changed.json()).toMatchObject({ name: "Day shift", search, version: 2 });
    const outdated = await patch(view.id, { name: "Late shift", version: 1 });
    expect(outdated.status).toBe(409);
    expect(await outdated.json()).toMatchObject({
      status: 409,
      current: { name: "Day shift", version: 2 },
    });

    const { relay, dataDir } = system;
    await system.stop();
    system = await startSampleRuntime({ relay, dataDir });
    setRuntime(system.runtime);
    const { views } = await (await get(viewsRoute.GET, "/api/views")).json();
    expect(views).toMatchObject([{ id: view.id, name: "Day shift", version: 2 }]);

    const init = { method: "DELETE", headers: { host: HOST, origin: `http://${HOST}` } };
    const context = { params: Promise.resolve({ id: view.id }) };
    const remove = () => viewRoute.DELETE(new Request(`http://${HOST}/api/views/1`, init), context);
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect(await (await get(viewsRoute.GET, "/api/views")).json()).toEqual({ views: [] });
  });

  it.each<[string, unknown]>([
    ["no name", { search: "" }],
    ["an empty name", { name: "  ", search: "" }],
    ["a long name", { name: "a".repeat(81), search: "" }],
    ["a name that reads backwards", { name: "a\u202eb", search: "" }],
    ["no search", { name: "a" }],
    ["a whole address", { name: "a", search: "https://evil.test/?q=a" }],
    ["a search with a line break", { name: "a", search: "?q=a\nb" }],
    ["a long search", { name: "a", search: `?q=${"a".repeat(4_096)}` }],
    ["a query that cannot be understood", { name: "a", search: "?q=colour%3Ared" }],
    ["a member too many", { name: "a", search: "", id: "x" }],
  ])("refuse %s", async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });
});
