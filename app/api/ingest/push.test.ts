/** Pushed lines and followed files, through the running system into the store. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { messageToJson } from "@/lib/hubble/write-json";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import { sourcesFromFile } from "@/lib/live/source-setup";
import { POST } from "./[source]/route";

const HOST = "localhost:3000";
const TOKEN = "a-token-of-some-length";

let system: SampleRuntime;
let folder: string;
let log: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "droplens-push-"));
  log = join(folder, "events.log");
  writeFileSync(join(folder, "token"), TOKEN);
  writeFileSync(log, "");
  const config = join(folder, "sources.yaml");
  writeFileSync(
    config,
    `sources:
  - { id: shipper, push: { tokenFile: ${join(folder, "token")} } }
  - { id: logs, file: { path: ${log} } }
`,
  );
  system = await startSampleRuntime({ sources: sourcesFromFile(config, join(folder, "data")) });
  setRuntime(system.runtime);
  await vi.waitFor(() => expect(account("shipper")?.state).toBe("connected"), 10_000);
});

afterAll(async () => {
  await system.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Lines of both flows of one refused packet. */
function packet(port: number): string {
  const flows = metadataPacket("2026-11-20T10:00:00.1Z", port, {
    egress_denied_by: [METADATA_POLICY],
  });
  return flows
    .map((flow) => `${JSON.stringify({ flow: messageToJson("flow.Flow", flow) })}\n`)
    .join("");
}

function push(body: BodyInit, headers: Record<string, string> = {}, source = "shipper") {
  const request = new Request(`http://${HOST}/api/ingest/${source}`, {
    method: "POST",
    headers: { host: HOST, authorization: `Bearer ${TOKEN}`, ...headers },
    body,
  });
  return POST(request, { params: Promise.resolve({ source }) });
}

const account = (id: string) =>
  system.runtime.sourceReports().sources.find((source) => source.id === id);
const stored = async () => (await system.everything()).totals.drops;

describe("POST /api/ingest/:source", () => {
  it("acknowledges what is stored, and knows again what is sent twice", async () => {
    const lines = packet(50_001);
    const answer = await push(lines);
    expect(await answer.json()).toEqual({ lines: 2, unreadable: 0 });
    expect(account("shipper")).toMatchObject({ received: 2, stored: 1, paired: 1, in_flight: 0 });
    expect((await push(lines)).status).toBe(200);
    expect(account("shipper")).toMatchObject({ received: 4, stored: 1, duplicate: 2 });
    expect(await stored()).toBe(1);
  });

  it("takes packed lines and one array, and counts what it cannot read", async () => {
    const packed = await push(gzipSync(packet(50_002)), { "content-encoding": "gzip" });
    expect(await packed.json()).toEqual({ lines: 2, unreadable: 0 });
    const records = packet(50_003).trim().split("\n");
    const array = await push(`[${records.join(",")}]`);
    expect(await array.json()).toEqual({ lines: 2, unreadable: 0 });
    const broken = await push(`{broken\n${packet(50_004)}`);
    expect(await broken.json()).toEqual({ lines: 3, unreadable: 1 });
    expect(account("shipper")?.rejected).toMatchObject({ malformed: 1 });
    expect(await stored()).toBe(4);
  });

  it("counts a record of an array that is nested too deeply, and takes the others", async () => {
    const deep = `{"log":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const answer = await push(`[${deep},{"flow":{"uuid":"beside-deep"}}]`);
    expect(await answer.json()).toEqual({ lines: 2, unreadable: 1 });
  });

  it("knows the scheme of a token however it is written", async () => {
    const headers = { authorization: `bearer  ${TOKEN}` };
    expect((await push("{}\n", headers)).status).toBe(200);
  });

  it("says how to sign in to who does not", async () => {
    const { headers } = await push("{}\n", { authorization: "" });
    expect(headers.get("www-authenticate")).toBe('Bearer realm="droplens"');
  });

  it.each([
    ["a wrong token", { authorization: "Bearer another-token-of-length" }, "shipper", 401],
    ["no token", { authorization: "" }, "shipper", 401],
    ["a source that is not pushed to", {}, "logs", 401],
    ["a source that is not there", {}, "nobody", 401],
    ["another host name", { host: "evil.test" }, "shipper", 403],
    ["an encoding it does not know", { "content-encoding": "br" }, "shipper", 415],
    ["a body that is not packed as it says", { "content-encoding": "gzip" }, "shipper", 400],
    ["a body too large", { "content-length": "9000000" }, "shipper", 413],
  ])("refuses %s", async (_, headers, source, status) => {
    expect((await push("{}\n", headers, source)).status).toBe(status);
  });

  it("refuses a small body that unpacks to a large one", async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, "\n"));
    expect((await push(bomb, { "content-encoding": "gzip" })).status).toBe(413);
  });
});

describe("a followed file", () => {
  it("is stored beside what is pushed, with a source of its own", async () => {
    const before = await stored();
    appendFileSync(log, packet(50_009));
    await expect.poll(stored, { timeout: 10_000 }).toBe(before + 1);
    expect(account("logs")).toMatchObject({ state: "connected", received: 2, paired: 1 });
  });
});
