import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";
import { msOfTimestamp } from "@/lib/hubble/timestamp";
import { readRecording } from "./replay";
import { type Demo, startDemo } from "./start-demo";
import { collect, connectTo, requestOf, uuidsOf } from "./test-client";

const REAL = "lib/hubble/fixtures/flows-real.jsonl";
const TRIAGE = { whitelist: [{ verdict: ["DROPPED", "AUDIT"] }] };

let folder: string;
let demo: Demo | null = null;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-replay-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await demo?.close();
  demo = null;
});

function fileOf(name: string, ...lines: readonly (string | object)[]): string {
  const file = join(folder, name);
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  writeFileSync(file, text.join("\n"));
  return file;
}

async function ask(address: string, json: object): Promise<GetFlowsResponse[]> {
  const client = connectTo(address);
  const { responses, error } = await collect(client, requestOf(json));
  client.close();
  expect(error).toBeNull();
  return responses;
}

const flowAt = (time: string, uuid: string) => ({
  flow: { time, uuid, verdict: "DROPPED", node_name: "c/n1" },
  node_name: "c/n1",
  time,
});

describe("the replay of real records", () => {
  it("reads every line as what it is", async () => {
    const { report } = await readRecording(REAL);

    // S27 and S28 are lost events, S29 a debug event, S25 a bare flow.
    expect(report).toEqual({
      lines: 29,
      flows: 26,
      lost: 2,
      statuses: 0,
      skipped: 1,
      bad: 0,
      badLines: [],
    });
  });

  it("sends those that Hubble's filter lets pass: dropped or audited, and lost events always", async () => {
    demo = await startDemo({ replay: { file: REAL } });
    const responses = await ask(demo.address, TRIAGE);
    const flows = responses.flatMap(({ flow }) => flow ?? []);

    expect(flows.map(({ uuid, time }) => uuid || String(time && msOfTimestamp(time)))).toEqual([
      // S25 is from before flows had uuids, S11 had it masked away.
      String(Date.parse("2023-03-23T22:35:16.365Z")),
      String(Date.parse("2023-08-21T12:12:13.517Z")),
      "6040efc3-7c9b-4355-942a-712716be5eb1", // S06
      "62b81705-ed79-4e5b-8f10-70a06970104d", // S02
      "c2ecde95-7124-4b42-846c-fb0038e78aa8", // S01
      "cd75b2ac-8dd3-486b-beca-3d17d9d56cff", // S03
      "0c97f0d1-9eaf-49d6-99ad-50e7d6f73d1c", // S08
      "d23c7d1b-f3bb-44e4-aea8-74498d72135c", // S10
    ]);
    expect(responses.filter(({ lost_events }) => lost_events)).toHaveLength(2);
  });

  it("serves a record as it was, nanoseconds and all", async () => {
    demo = await startDemo({ replay: { file: REAL } });
    const uuid = "c2ecde95-7124-4b42-846c-fb0038e78aa8";
    const responses = await ask(demo.address, { whitelist: [{ uuid: [uuid] }] });
    const flow = responses.find((response) => response.flow)?.flow;

    expect(flow?.time).toEqual({ seconds: "1752543019", nanos: 361_221_854 });
    expect(flow?.destination_names).toEqual(["one.one.one.one"]);
  });
});

describe("a replay at once", () => {
  it("has the times as recorded and can be asked by them", async () => {
    const file = fileOf(
      "order.jsonl",
      flowAt("2026-01-01T00:00:02Z", "b"),
      flowAt("2026-01-01T00:00:01Z", "a"),
      flowAt("2026-01-01T00:00:03Z", "c"),
    );
    demo = await startDemo({ replay: { file } });

    expect(uuidsOf(await ask(demo.address, {}))).toEqual(["a", "b", "c"]);
    expect(uuidsOf(await ask(demo.address, { since: "2026-01-01T00:00:02Z" }))).toEqual(["b", "c"]);
  });

  it("counts lines it cannot read and says the first of them", async () => {
    const file = fileOf(
      "mixed.jsonl",
      "level=info msg=started",
      `time="2026" level=info ${JSON.stringify(flowAt("2026-01-01T00:00:01Z", "after text"))}`,
      JSON.stringify(JSON.stringify(flowAt("2026-01-01T00:00:02Z", "as text"))),
      { agent_event: { type: "AGENT_STARTED" } },
      { other: 1 },
      '{"flow":{"time":',
      "",
    );
    demo = await startDemo({ replay: { file } });

    expect(demo.replay).toMatchObject({ lines: 6, flows: 2, skipped: 3, bad: 1 });
    expect(demo.replay?.badLines).toEqual([expect.stringMatching(/^line 6: /)]);
    expect(uuidsOf(await ask(demo.address, {}))).toEqual(["after text", "as text"]);
  });

  it("reads gzipped files", async () => {
    const file = join(folder, "old.jsonl.gz");
    writeFileSync(file, gzipSync(JSON.stringify(flowAt("2026-01-01T00:00:01Z", "zipped"))));
    demo = await startDemo({ replay: { file } });

    expect(uuidsOf(await ask(demo.address, {}))).toEqual(["zipped"]);
  });
});

describe("a paced replay", () => {
  it("sends flows one after the other, moved to now", async () => {
    const file = fileOf(
      "paced.jsonl",
      flowAt("2020-01-01T00:00:00Z", "first"),
      flowAt("2020-01-01T00:01:00Z", "second"),
    );
    const beforeMs = Date.now();
    demo = await startDemo({ replay: { file, speed: 300, fromNow: true } });
    const client = connectTo(demo.address);
    const request = requestOf({ follow: true, number: "10" });
    const { responses } = await collect(client, request, (all) => uuidsOf(all).length === 2);
    client.close();
    const times = responses.flatMap(({ flow }) => (flow?.time ? [msOfTimestamp(flow.time)] : []));

    expect(uuidsOf(responses)).toEqual(["first", "second"]);
    expect(times[0]).toBeGreaterThanOrEqual(beforeMs);
    // A minute at 300 times the speed.
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(200);
  });

  it("keeps the recorded times unless they are to be moved", async () => {
    const file = fileOf("kept.jsonl", flowAt("2020-01-01T00:00:00Z", "only"));
    demo = await startDemo({ replay: { file, speed: 2 } });
    const [, response] = await ask(demo.address, {});

    expect(response?.flow?.time).toEqual({ seconds: "1577836800", nanos: 0 });
  });
});

describe("a replay that cannot be", () => {
  it.each([
    [
      "a file that is not there",
      () => join(folder, "none.jsonl"),
      /^The replay file cannot be served: .*none\.jsonl: .*ENOENT/,
    ],
    ["a folder", () => folder, /^The replay file cannot be served: .*EISDIR/],
    [
      "an empty file",
      () => fileOf("empty.jsonl"),
      /empty\.jsonl is empty\. Record one with "hubble observe/,
    ],
    [
      "a file without a record",
      () => fileOf("prose.txt", "hello", "world"),
      /has no Hubble record in 2 lines \(line 1: .+\)/,
    ],
    [
      "a broken archive",
      () => fileOf("broken.jsonl.gz", "not gzip"),
      /^The replay file cannot be served: .*broken/,
    ],
  ])("%s stops the start with one line", async (_case, file, expected) => {
    await expect(startDemo({ replay: { file: file() } })).rejects.toThrow(expected);
    await expect(startDemo({ replay: { file: file() } })).rejects.toThrow(/^[^\n]+$/);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("speed %d is refused", async (speed) => {
    await expect(startDemo({ replay: { file: REAL, speed } })).rejects.toThrow(
      `The replay speed is ${speed}; it must be a number above 0`,
    );
  });

  it("as any demo, refuses a port in use by name", async () => {
    demo = await startDemo({ replay: { file: REAL } });

    await expect(startDemo({ replay: { file: REAL }, port: demo.port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${demo.port}: the port is in use`,
    );
  });
});
