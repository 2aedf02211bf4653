import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openEngine } from "./connection";
import { sampleDrop } from "./sample-drops";
import { createScratchStores } from "./scratch";
import { openStore } from "./store";

const dataDir = mkdtempSync(join(tmpdir(), "droplens-scratch-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const EVER = { fromMs: 0, toMs: 4_102_444_800_000 };

it("keeps each capture's drops apart from the store's and from each other's, and removes them", async () => {
  const store = await openStore({ dataDir });
  const scratch = createScratchStores(dataDir, Date.now);
  const [first, second] = [await scratch.open("a1"), await scratch.open("b2")];
  await store.insertDrops([sampleDrop({ uuid: "live" })]);
  await first.insertDrops([sampleDrop({ uuid: "one" }), sampleDrop({ uuid: "two" })]);
  await second.insertDrops([sampleDrop({ uuid: "three" })]);
  const uuids = async (one: typeof store) =>
    (await one.listDrops({ ...EVER, limit: 10 })).map(({ uuid }) => uuid).sort();

  expect(await uuids(store)).toEqual(["live"]);
  expect(await uuids(first)).toEqual(["one", "two"]);
  expect(await uuids(second)).toEqual(["three"]);
  expect(await first.stats()).toMatchObject({ rows: 2 });
  await first.close();
  expect(await uuids(second)).toEqual(["three"]);
  expect(databases()).not.toContain("capture_a1");
  await second.close();
  await store.close();
});

it("removes what a killed process left, and opens nothing where there is nothing", async () => {
  const folder = join(dataDir, "clickhouse");
  const engine = openEngine(folder, "capture_left");
  await engine.run("write", "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a");
  await engine.close(1_000);
  expect(databases()).toContain("capture_left");
  expect(await createScratchStores(dataDir, Date.now).sweep()).toBeNull();
  expect(databases()).not.toContain("capture_left");
  const none = join(dataDir, "none");
  expect(await createScratchStores(none, Date.now).sweep()).toBeNull();
  expect(() => readdirSync(none)).toThrow("ENOENT");
});

it("lets no statement of a database that cannot be entered run in another", async () => {
  const engine = openEngine(join(dataDir, "clickhouse"), "no such-name");
  await expect(engine.run("write", "CREATE TABLE t (a UInt8) ENGINE = Memory")).rejects.toThrow();
  await engine.close(1_000);
});

function databases(): string[] {
  return readdirSync(join(dataDir, "clickhouse", "metadata")).map((name) =>
    name.replace(/\.sql$/, ""),
  );
}

it("leaves the live store its room, and says what to do", async () => {
  const disk = { freeBytes: 200e6, totalBytes: 1e12 };
  const scratch = createScratchStores("/data", Date.now, async () => disk);
  await scratch.requireRoom(90e6);
  await expect(scratch.requireRoom(110e6)).rejects.toThrow(
    "200 MB are free on the disk of /data, and it needs 211 MB",
  );
  disk.freeBytes = 90e6;
  await expect(scratch.requireRoom(0)).rejects.toThrow("Close captures that are open");
});
