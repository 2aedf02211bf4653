/** The routes of expectations over the running system, with its real store. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AuditTrail,
  BulkResult,
  ExpectationDetails,
  ExpectationList,
} from "@/lib/expectations/view";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import * as oneRoute from "./expectations/[id]/route";
import * as auditExportRoute from "./expectations/audit/export/route";
import * as auditRoute from "./expectations/audit/route";
import * as bulkRoute from "./expectations/bulk/route";
import * as exportRoute from "./expectations/export/route";
import * as importRoute from "./expectations/import/route";
import * as listRoute from "./expectations/route";
import * as meRoute from "./me/route";

let system: SampleRuntime;
const HOST = "localhost:3000";
const WRITE = { host: HOST, origin: `http://${HOST}`, "content-type": "application/json" };

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
  const denied = { egress_denied_by: [METADATA_POLICY], policy_log: ["imds"] };
  for (const flow of metadataPacket("2026-11-20T10:00:00.1Z", 40_001, denied)) {
    system.relay.emit(flow);
  }
  await system.settled(2);
});

afterAll(() => system.dispose());

type Params = Record<string, string>;
type Route = (request: Request, context: { params: Promise<never> }) => Promise<Response>;

function ask(route: unknown, search = "", params: Params = {}): Promise<Response> {
  const request = new Request(`http://${HOST}/api/expectations${search}`, {
    headers: { host: HOST },
  });
  return (route as Route)(request, { params: Promise.resolve(params as never) });
}

function send(route: unknown, method: string, body: unknown, params: Params = {}) {
  const init = { method, headers: WRITE, body: body === null ? null : JSON.stringify(body) };
  const request = new Request(`http://${HOST}/api/expectations`, init);
  return (route as Route)(request, { params: Promise.resolve(params as never) });
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const wanted = (over: object = {}) => ({
  query: "dst.fqdn:*.telemetry.example.com",
  reason: "Telemetry is blocked on purpose.",
  author: "Ada",
  expiresAt: inDays(30),
  ...over,
});

async function created(over: object = {}) {
  const response = await send(listRoute.POST, "POST", wanted(over));
  expect(response.status).toBe(201);
  return response.json();
}

async function list(): Promise<ExpectationList> {
  return (await ask(listRoute.GET)).json();
}

describe("/api/expectations", () => {
  it("takes one, lists it, and has it after a restart", async () => {
    const before = (await list()).revision;
    const one = await created();
    expect(one).toMatchObject({
      author: "Ada",
      authorVerified: false,
      appliesFrom: "1970-01-01T00:00:00Z",
      ceilingPerMinute: null,
      mode: "hide",
      watch: ["source", "port"],
      file: null,
      version: 1,
    });
    const { expectations, problems, revision } = await list();
    expect(revision).toBeGreaterThan(before);
    expect(problems).toEqual([]);
    expect(expectations.find(({ id }) => id === one.id)).toMatchObject({
      states: expect.arrayContaining(["active"]),
      known: { source: 0, destination: 0, port: 0 },
    });

    const { relay, dataDir } = system;
    await system.stop();
    system = await startSampleRuntime({ relay, dataDir });
    setRuntime(system.runtime);
    const again: ExpectationDetails = await (await ask(oneRoute.GET, "", { id: one.id })).json();
    expect(again.expectation).toEqual(one);
  });

  it.each<[string, object, string]>([
    ["a query that cannot be understood", { query: "colour:red" }, "query"],
    ["a query for everything", { query: "" }, "query"],
    [
      "a query for everything, written at length",
      { query: "verdict:DROPPED,AUDIT port:>=0 *" },
      "query",
    ],
    ["a query that only leaves out", { query: "-tag:imds" }, "query"],
    ["a query for what is expected", { query: "port:1 expected:false" }, "query"],
    ["no reason", { reason: undefined }, "reason"],
    ["an empty reason", { reason: "  " }, "reason"],
    ["a reason that turns text round", { reason: "a\u202eb" }, "reason"],
    ["a script for a ticket", { ticket: "javascript:alert(1)" }, "ticket"],
    ["data for a ticket", { ticket: "data:text/html,x" }, "ticket"],
    ["a ticket with a password in it", { ticket: "https://a:b@host/" }, "ticket"],
    ["no end", { expiresAt: null }, "expiresAt"],
    ["an end without a zone", { expiresAt: "2026-12-01T00:00:00" }, "expiresAt"],
    ["an end past the maximum", { expiresAt: inDays(366) }, "expiresAt"],
    ["an end before the start", { appliesFrom: inDays(2), expiresAt: inDays(1) }, "expiresAt"],
    ["a start that is no time", { appliesFrom: "later" }, "appliesFrom"],
    ["a ceiling of nothing", { ceilingPerMinute: 0 }, "ceilingPerMinute"],
    ["half a drop for a ceiling", { ceilingPerMinute: 1.5 }, "ceilingPerMinute"],
    ["another mode", { mode: "delete" }, "mode"],
    ["a member too many", { version: 3 }, "body"],
    ["an author with a line break", { author: "a\nb" }, "author"],
  ])("refuses %s, naming the field", async (_what, over, field) => {
    const response = await send(listRoute.POST, "POST", wanted(over));
    expect(response.status).toBe(400);
    expect((await response.json()).detail).toContain(field);
  });

  it.each(["https://tickets.example.com/OPS-1", "OPS-123", "#42", ""])(
    "takes %j for a ticket",
    async (ticket) => {
      expect(await created({ ticket })).toMatchObject({ ticket });
    },
  );
});

describe("what an expectation knows", () => {
  it("is what was stored when it was made, of what it leaves open", async () => {
    const one = await created({ query: "tag:imds" });
    expect(one.watch).toEqual(["source", "destination", "port"]);
    expect(one.known.port).toEqual([80]);
    expect(one.known.source).toHaveLength(1);
    const bound = await created({ query: "tag:imds port:80" });
    expect(bound.known).toEqual({ ...one.known, port: [] });
    expect((await created({ query: "tag:nobody" })).known.source).toEqual([]);
  });
});

describe("/api/expectations/:id", () => {
  it("changes it, takes it back and brings it back, and each step can be undone", async () => {
    const one = await created({ reason: "one" });
    const patch = async (body: object) =>
      (await send(oneRoute.PATCH, "PATCH", body, { id: one.id })).json();
    const changed = await patch({ version: 1, mode: "trial", ceilingPerMinute: 20, author: "Bob" });
    expect(changed).toMatchObject({ version: 2, mode: "trial", author: "Ada" });
    const back = await patch({ version: 2, mode: one.mode, ceilingPerMinute: null });
    expect({ ...back, version: 1, updatedAt: one.updatedAt }).toEqual(one);

    expect(await patch({ version: 3, revoked: true })).toMatchObject({
      revokedAt: expect.any(String),
    });
    expect(await patch({ version: 4, revoked: false })).toMatchObject({ revokedAt: null });
    expect(await patch({ version: 5, accept: { port: [443] } })).toMatchObject({
      known: { port: [443] },
    });
    expect(await patch({ version: 6, forget: { port: [443] } })).toMatchObject({
      known: { port: [] },
    });
    expect(await patch({ version: 7 })).toMatchObject({ version: 7 });

    const search = `?id=${one.id}`;
    const trail: AuditTrail = await (await ask(auditRoute.GET, search)).json();
    expect(
      trail.entries.map(({ action, actor, changes }) => [action, actor.name, changes]),
    ).toEqual([
      ["accepted", "", ["known ports: - 443"]],
      ["accepted", "", ["known ports: + 443"]],
      ["restored", "", [expect.stringMatching(/^revokedAt: 20.* → none$/)]],
      ["revoked", "", [expect.stringMatching(/^revokedAt: none → 20/)]],
      ["changed", "", ["ceilingPerMinute: 20 → none", "mode: trial → hide"]],
      ["changed", "Bob", ["ceilingPerMinute: none → 20", "mode: hide → trial"]],
      ["created", "Ada", expect.arrayContaining(["reason: one", "mode: hide"])],
    ]);
  });

  it("tells the second of two what the first changed", async () => {
    const one = await created({ reason: "two" });
    const patch = (body: object) => send(oneRoute.PATCH, "PATCH", body, { id: one.id });
    await patch({ version: 1, reason: "better", author: "Bob" });
    const late = await patch({ version: 1, mode: "trial" });
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      detail: "It was changed since by Bob: it is at version 2. reason: two → better",
      current: { version: 2, reason: "better" },
      changes: ["reason: two → better"],
    });
  });

  it("accepts what is new whatever version it is made to", async () => {
    const one = await created();
    const accept = (port: number) =>
      send(oneRoute.PATCH, "PATCH", { version: 1, accept: { port: [port] } }, { id: one.id });
    await Promise.all([accept(80), accept(443)]);
    expect(await (await ask(oneRoute.GET, "", { id: one.id })).json()).toMatchObject({
      expectation: { version: 3, known: { port: [80, 443] } },
    });
  });

  it("deleted is taken back, not gone", async () => {
    const one = await created();
    const response = await send(oneRoute.DELETE, "DELETE", null, { id: one.id });
    expect(response.status).toBe(204);
    const { row }: ExpectationDetails = await (await ask(oneRoute.GET, "", { id: one.id })).json();
    expect(row.states).toEqual(["revoked"]);
  });

  it("answers 404 for what is not there", async () => {
    const params = { id: "nowhere" };
    expect((await ask(oneRoute.GET, "", params)).status).toBe(404);
    expect((await send(oneRoute.PATCH, "PATCH", { version: 1 }, params)).status).toBe(404);
    expect((await send(oneRoute.DELETE, "DELETE", null, params)).status).toBe(404);
  });
});

describe("/api/expectations/bulk", () => {
  it("does what fits and tells what does not", async () => {
    const [a, b, c] = [await created(), await created(), await created()];
    await send(oneRoute.PATCH, "PATCH", { version: 1, reason: "other" }, { id: b.id });
    const items = [a, b, c].map(({ id }) => ({ id, version: 1 }));
    const response = await send(bulkRoute.POST, "POST", {
      items: [...items, { id: "nowhere", version: 1 }],
      change: { revoked: true, author: "Eve" },
    });
    const { results }: BulkResult = await response.json();
    expect(results.map(({ done }) => done)).toEqual([true, false, true, false]);
    expect(results[0]?.expectation).toMatchObject({ revokedAt: expect.any(String) });
    expect(results[1]).toMatchObject({
      detail: expect.stringContaining("reason: "),
      expectation: { revokedAt: null, version: 2 },
    });
  });
});

describe("/api/expectations/audit", () => {
  it("is paged, the newest first", async () => {
    const seqs: number[] = [];
    let before = "";
    for (;;) {
      const page: AuditTrail = await (await ask(auditRoute.GET, `?limit=5${before}`)).json();
      seqs.push(...page.entries.map(({ seq }) => seq));
      if (page.next === null) break;
      before = `&before=${page.next}`;
    }
    expect(seqs.length).toBeGreaterThan(10);
    expect(seqs).toEqual([...Array(seqs.length).keys()].map((at) => seqs.length - at));
  });

  it.each(["?limit=0", "?limit=x", "?before=x", "?before=-1"])("refuses %s", async (search) => {
    expect((await ask(auditRoute.GET, search)).status).toBe(400);
  });
});

describe("/api/expectations/import and export", () => {
  const importing = (yaml: string, apply: boolean) =>
    send(importRoute.POST, "POST", { yaml, apply, author: "Git" });

  it("gives what it takes, and shows what would change before it does", async () => {
    const yaml = await (await ask(exportRoute.GET)).text();
    const same = await (await importing(yaml, true)).json();
    expect(same.changes.length).toBeGreaterThan(5);
    expect(new Set(same.changes.map(({ action }: { action: string }) => action))).toEqual(
      new Set(["keep"]),
    );

    const one = await created({ reason: "to be imported" });
    const { revision } = await list();
    const listing = `version: 1
expectations:
  - id: ${one.id}
    query: ${one.query}
    reason: better # because
    expiresAt: ${one.expiresAt}
  - id: of-git
    query: tag:imds
    reason: new
    expiresAt: ${one.expiresAt}
`;
    const changes = [
      { action: "change", id: one.id, changes: ["reason: to be imported → better"] },
      { action: "create", id: "of-git" },
    ];
    const looked = await (await importing(listing, false)).json();
    expect(looked).toMatchObject({ applied: false, errors: [], changes });
    expect((await list()).revision).toBe(revision);

    const done = await (await importing(listing, true)).json();
    expect(done).toMatchObject({ applied: true, changes });
    const { expectations } = await list();
    expect(expectations.find(({ id }) => id === "of-git")).toMatchObject({
      author: "Git",
      authorVerified: false,
      known: { port: 1 },
    });
    const trail: AuditTrail = await (await ask(auditRoute.GET, "?limit=2")).json();
    expect(trail.entries.map(({ action, actor }) => [action, actor.name])).toEqual([
      ["imported", "Git"],
      ["imported", "Git"],
    ]);

    const over = await (await send(exportRoute.POST, "POST", { earlier: listing })).text();
    expect(over).toContain("reason: better # because");
  });

  it("does nothing of a file with an error", async () => {
    const { revision } = await list();
    const yaml =
      "version: 1\nexpectations:\n  - query: port:1\n    reason: a\n    expiresAt: never\n";
    const answer = await (await importing(yaml, true)).json();
    expect(answer).toMatchObject({ applied: false, errors: [{ line: 5 }], changes: [] });
    expect((await list()).revision).toBe(revision);
  });

  it("takes a long file, within a bound", async () => {
    expect((await importing(`# ${"a".repeat(500_000)}`, false)).status).toBe(200);
    expect((await importing("a".repeat(3_000_000), false)).status).toBe(413);
  });
});

describe("/api/expectations/audit/export", () => {
  it("is the whole trail, the oldest first, and no cell is a formula", async () => {
    const one = await created({ reason: "=HYPERLINK(A1)", author: "@ada" });
    const lines = (await (await ask(auditExportRoute.GET, "?format=jsonl")).text()).trim();
    const entries = lines.split("\n").map((line) => JSON.parse(line));
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    expect(entries.at(-1)).toMatchObject({ before: null, after: { id: one.id } });

    const csv = await (await ask(auditExportRoute.GET, `?id=${one.id}`)).text();
    const [head, row, end] = csv.split("\r\n");
    expect(head).toMatch(/^seq,at,action,expectation,actor/);
    expect(row).toContain(",'@ada,false,");
    expect(row).toContain(",'=HYPERLINK(A1),");
    expect(end).toBe("");
    expect((await ask(auditExportRoute.GET, "?format=xml")).status).toBe(400);
  });
});

describe("/api/me", () => {
  it("is nobody where nobody signs in", async () => {
    expect(await (await ask(meRoute.GET)).json()).toMatchObject({
      name: "",
      verified: false,
      mode: "none",
    });
  });
});
