import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { type LineEvent, readLines, readMessages } from "./read-lines";

const folder = mkdtempSync(join(tmpdir(), "droplens-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const real = fileURLToPath(new URL("fixtures/flows-real.jsonl", import.meta.url));

function fileWith(content: string | Buffer, name = "flows.jsonl"): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function read(file: string): Promise<LineEvent[]> {
  const events: LineEvent[] = [];
  for await (const batch of readLines(file)) events.push(...batch);
  return events;
}

const uuidOf = ({ event }: LineEvent) => (event.kind === "flow" ? event.flow.uuid : event.kind);

it("reads a real file, each line under its number", async () => {
  const events = await read(real);
  expect(events.map(({ line }) => line)).toEqual(Array.from({ length: 29 }, (_, i) => i + 1));
  expect(events.filter(({ event }) => event.kind === "flow")).toHaveLength(26);
});

it("goes on after a line that is not JSON, and reads the last without its newline", async () => {
  const file = fileWith('{"flow":{"uuid":"a"}}\noops\n\n{"flow":{"uuid":"ü"}}');
  const events = await read(file);
  expect(events.map(uuidOf)).toEqual(["a", "malformed", "ü"]);
  expect(events.map(({ line }) => line)).toEqual([1, 2, 4]);
});

it("reads lines longer than a chunk, and passes over one beyond the limit", async () => {
  const record = (uuid: string, size: number) =>
    JSON.stringify({ flow: { uuid, Summary: "é".repeat(size) } });
  const file = fileWith([record("a", 200_000), record("b", 3_000_000), record("c", 10)].join("\n"));
  expect((await read(file)).map(uuidOf)).toEqual(["a", "malformed", "c"]);
});

it("unpacks the compressed backups of an exporter", async () => {
  const file = fileWith(gzipSync('{"flow":{"uuid":"a"}}\n'), "flows.jsonl.gz");
  expect((await read(file)).map(uuidOf)).toEqual(["a"]);
});

it("names a file that cannot be read, and one that is cut short", async () => {
  await expect(read(join(folder, "none.jsonl"))).rejects.toThrow(
    /cannot read .*none.jsonl: ENOENT/,
  );
  await expect(read(folder)).rejects.toThrow("EISDIR");
  const cut = fileWith(gzipSync("x".repeat(10_000)).subarray(0, 20), "cut.gz");
  await expect(read(cut)).rejects.toThrow("cannot read");
  await expect(read(join(folder, "none.gz"))).rejects.toThrow("ENOENT");
});

it("gives the messages of a recording for a relay to send", async () => {
  const messages = [];
  for await (const batch of readMessages(real)) messages.push(...batch);
  expect(messages[0]).toMatchObject({ line: 1, message: { flow: { drop_reason_desc: 133 } } });
  expect(messages.at(-1)).toEqual({ line: 29, kind: "skipped", what: "debug_event" });
});
