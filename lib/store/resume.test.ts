/** On the embedded engine itself: a sample server sets limits of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sampleDrop } from "./sample-drops";
import { openStore, type Store } from "./store";

let folder: string;
let store: Store;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "droplens-resume-"));
  store = await openStore({ dataDir: folder });
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it("finds what is stored among more uuids than a statement holds by default", async () => {
  const timeMs = 1_700_000_000_000;
  const uuids = Array.from({ length: 5_000 }, (_, at) => uuidOf(at));
  await store.insertDrops([sampleDrop({ uuid: uuidOf(4_999), timeMs })]);
  const stored = await store.storedAmong(uuids, { fromMs: timeMs, toMs: timeMs + 1 });
  expect([...stored]).toEqual([uuidOf(4_999)]);
});

function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
