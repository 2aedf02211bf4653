/** POST /api/translate over the running system's guard. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import { POST } from "./route";

let system: SampleRuntime;
const HOST = "localhost:3000";

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
});
afterAll(() => system.dispose());

async function post(body: string, headers: Record<string, string> = {}) {
  const request = new Request(`http://${HOST}/api/translate`, {
    method: "POST",
    body,
    headers: { host: HOST, "content-type": "application/json", ...headers },
  });
  const response = await POST(request, { params: Promise.resolve({}) });
  return { status: response.status, body: await response.json() };
}

const ask = (body: object) => post(JSON.stringify(body));

describe("POST /api/translate", () => {
  it("writes a command", async () => {
    expect(await ask({ to: "observe", q: "src.ns:shop", since: "15m" })).toMatchObject({
      status: 200,
      body: {
        commandText:
          "hubble observe --since 15m --verdict DROPPED --verdict AUDIT --from-namespace shop -o json",
        command: expect.arrayContaining(["--from-namespace", "shop"]),
        notes: expect.any(Array),
      },
    });
  });

  it("writes filters", async () => {
    expect(await ask({ to: "filters", q: "-src.ns:a" })).toMatchObject({
      body: { allowlist: [{ verdict: ["DROPPED", "AUDIT"] }], denylist: [{ source_pod: ["a/"] }] },
    });
  });

  it.each([
    ["exporter", "flowLogs:"],
    ["configmap", "kind: ConfigMap"],
    ["helm", "dynamic:"],
  ])("writes %s", async (to, text) => {
    expect((await ask({ to, q: "" })).body.yaml).toContain(text);
  });

  it("reads a command", async () => {
    expect(await ask({ from: "hubble observe --verdict AUDIT --since 2m" })).toMatchObject({
      status: 200,
      body: { q: "verdict:AUDIT", range: { since: "2m" }, notes: [] },
    });
  });

  it.each([
    ["a wrong query", { to: "observe", q: "nosuch:x" }, "q, character 1"],
    ["a wrong command", { from: "hubble observe --to-port x" }, "from, character 26"],
    ["another aim", { to: "sql", q: "" }, "Expected"],
    ["both ways at once", { to: "observe", q: "", from: "x" }, "Expected"],
  ])("answers 400 to %s", async (_name, body, detail) => {
    const { status, body: problem } = await ask(body);
    expect(status).toBe(400);
    expect(problem.detail).toContain(detail);
  });

  it("refuses a body that is too large, and other sites", async () => {
    expect((await ask({ from: "x".repeat(70_000) })).status).toBe(413);
    expect((await post("{}", { "sec-fetch-site": "cross-site" })).status).toBe(403);
  });
});
