import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleFlow } from "@/lib/drops/sample-flow";
import { openEngine } from "./connection";
import { BATCH_SIZE, numberedBatch, sampleDrop } from "./sample-drops";
import { SCHEMA_VERSION } from "./schema";
import { SLOT_MS } from "./slots";
import { openStore } from "./store";

const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const LOCK_FILE = "droplens.lock";
/** `KILL_ROUNDS=200` for a longer run. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 3);

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-open-"));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** Another process that opens the store in `dataDir` and inserts until it is killed. */
function startInserting(from = 0): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const script = join(import.meta.dirname, "insert-until-killed.ts");
  return spawn(process.execPath, ["--import", "tsx", script, dataDir, String(from)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Kills it so long after so many acknowledgements; answers the batches that were acknowledged. */
async function acknowledged(
  child: ReturnType<typeof startInserting>,
  batches: number,
  laterMs: number,
) {
  const seen: number[] = [];
  const errors = child.stderr === null ? "" : text(child.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    seen.push(Number(line.split(" ")[0]));
    if (seen.length === batches) setTimeout(() => child.kill("SIGKILL"), laterMs);
  }
  if (seen.length === 0) throw new Error(`It did not start: ${await errors}`);
  return seen;
}

describe("a restart", () => {
  it("keeps drops, series and first times", async () => {
    const first = await openStore({ dataDir });
    const drop = sampleDrop({ uuid: "kept", verdictFlow: sampleFlow({ raw: "{}" }) });
    await first.insertDrops([drop]);
    await first.close();

    const second = await openStore({ dataDir });
    expect(await second.getDrop("kept")).toMatchObject({ series: drop.series, verdictRaw: "{}" });
    await second.insertDrops([sampleDrop({ uuid: "again", timeMs: drop.timeMs + 1 })]);
    expect(await second.firstSeenOf([drop.series.group])).toEqual(
      new Map([[drop.series.group, drop.timeMs]]),
    );
    await second.close();
  });

  it(
    `F38 ${ROUNDS} times kill -9 in the middle of writing: every acknowledged batch is there, and no half of one`,
    async () => {
      const acknowledgedEver: number[] = [];
      let from = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const batches = await acknowledged(startInserting(from), 1 + (round % 5), (round * 7) % 29);
        acknowledgedEver.push(...batches);
        from = (batches.at(-1) ?? from) + 2;
        // Each start after a kill; all that was ever acknowledged is looked at now and then.
        if ((round + 1) % 10 === 0 || round === ROUNDS - 1) await expectWhole(acknowledgedEver);
      }
      expect(acknowledgedEver.length).toBeGreaterThanOrEqual(ROUNDS);
    },
    60_000 + ROUNDS * 15_000,
  );

  async function expectWhole(batches: readonly number[]): Promise<void> {
    const store = await openStore({ dataDir });
    const drops = await store.listDrops({ ...EVER, limit: 1_000_000 });
    const uuids = new Set(drops.map(({ uuid }) => uuid));
    expect(uuids.size).toBe(drops.length);
    expect(drops.length % BATCH_SIZE).toBe(0);
    const lost = batches.filter((number) =>
      numberedBatch(number).some(({ uuid }) => !uuids.has(uuid)),
    );
    expect(lost).toEqual([]);
    // The sums that lie beside the drops are of just these drops.
    const range = {
      fromMs: 0,
      toMs: drops.reduce((last, { timeMs }) => Math.max(last, timeMs), 0) + 10 * SLOT_MS,
    };
    const sums = await store.snapshot({ ...range, stepMs: SLOT_MS });
    expect(sums.reduce((sum, row) => sum + row.drops, 0)).toBe(
      drops.reduce((sum, { count }) => sum + count, 0),
    );
    await store.close();
  }
});

describe("a folder in use", () => {
  it("is refused to another process, naming the holder and the folder", async () => {
    const store = await openStore({ dataDir });
    const child = startInserting();
    const said = child.stderr === null ? "" : await text(child.stderr);
    expect(said).toContain(dataDir);
    expect(said).toContain(`process ${process.pid}`);
    await store.close();
  });

  it("is refused even when the lock file was deleted, because ClickHouse holds it too", async () => {
    const store = await openStore({ dataDir });
    rmSync(join(dataDir, LOCK_FILE));
    const child = startInserting();
    const said = child.stderr === null ? "" : await text(child.stderr);
    expect(said).toContain(`process ${process.pid}`);
    await store.close();
  });

  it("is refused to a second store of the same process", async () => {
    const store = await openStore({ dataDir });
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: "store-locked" });
    await store.close();
  });

  it("is free again after close, and a lock of a process that is gone is taken over", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    writeFileSync(join(dataDir, LOCK_FILE), JSON.stringify({ pid: child.pid, startedAt: "1" }));

    const store = await openStore({ dataDir });
    await store.close();
    expect(existsSync(join(dataDir, LOCK_FILE))).toBe(false);
  });

  it("is taken over from a lock file that cannot be read", async () => {
    writeFileSync(join(dataDir, LOCK_FILE), "half a li");
    const store = await openStore({ dataDir });
    await store.close();
  });

  it("is not opened while a container elsewhere touches its lock, and is when it no longer does", async () => {
    const file = join(dataDir, LOCK_FILE);
    const elsewhere = { pid: process.pid, startedAt: "1", space: "another machine" };
    writeFileSync(file, JSON.stringify(elsewhere));
    const refusal = openStore({ dataDir });
    await expect(refusal).rejects.toMatchObject({ code: "store-locked" });
    await expect(refusal).rejects.toThrow("another process");
    const aMinuteAgo = new Date(Date.now() - 60_000);
    utimesSync(file, aMinuteAgo, aMinuteAgo);
    await (await openStore({ dataDir })).close();
  });

  it("is taken over from an earlier process that had the id this one has now", async () => {
    const mine = JSON.stringify({ pid: process.pid, startedAt: "1" });
    writeFileSync(join(dataDir, LOCK_FILE), mine);
    const store = await openStore({ dataDir });
    await store.close();
  });
});

/** How the tables are defined on the disk. ClickHouse merges rows of its own accord, which changes nothing. */
function definitionsIn(folder: string): string[] {
  const store = join(folder, "clickhouse", "store");
  return readdirSync(store, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql"))
    .map((path) => `${path} ${readFileSync(join(store, path), "utf8")}`)
    .sort();
}

describe("a folder that cannot be used", () => {
  it("is refused when a newer Droplens wrote it, naming both versions", async () => {
    await (await openStore({ dataDir })).close();
    const engine = openEngine(join(dataDir, "clickhouse"));
    const sql = "INSERT INTO schema_migrations (version, name) VALUES ({v:UInt32}, 'later')";
    await engine.run("write", sql, { v: 99 });
    await engine.close(1_000);

    const refusal = openStore({ dataDir });
    await expect(refusal).rejects.toMatchObject({ code: "store-newer" });
    await expect(refusal).rejects.toThrow(new RegExp(`99.*version ${SCHEMA_VERSION}\\b`, "s"));
    expect(existsSync(join(dataDir, LOCK_FILE))).toBe(false);
  });

  it("F41 keeps its tables as they are when a newer Droplens wrote it", async () => {
    await (await openStore({ dataDir })).close();
    const engine = openEngine(join(dataDir, "clickhouse"));
    const sql = "INSERT INTO schema_migrations (version, name) VALUES ({v:UInt32}, 'later')";
    await engine.run("write", sql, { v: 99 });
    await engine.close(1_000);
    const before = definitionsIn(dataDir);
    expect(before).not.toEqual([]);
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: "store-newer" });
    expect(definitionsIn(dataDir)).toEqual(before);
  });

  it("is refused when it is a file", async () => {
    const file = join(dataDir, "file");
    writeFileSync(file, "");
    await expect(openStore({ dataDir: file })).rejects.toThrow(`${file} is a file, not a folder`);
  });

  it("is refused when its name is a pattern to ClickHouse", async () => {
    const pattern = join(dataDir, "a*b");
    await expect(openStore({ dataDir: pattern })).rejects.toMatchObject({ code: "config" });
  });

  it.skipIf(process.getuid?.() === 0)("is refused when it cannot be written", async () => {
    chmodSync(dataDir, 0o500);
    await expect(openStore({ dataDir })).rejects.toThrow("cannot be written");
    chmodSync(dataDir, 0o700);
  });

  it("is refused when it lies under a file", async () => {
    const file = join(dataDir, "file");
    writeFileSync(file, "");
    await expect(openStore({ dataDir: join(file, "data") })).rejects.toThrow("cannot be written");
  });
});

describe("the data folder", () => {
  it("is readable by its owner alone", async () => {
    const path = join(dataDir, "new", "data");
    const store = await openStore({ dataDir: path });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    await store.close();
  });
});

describe("retention", () => {
  const fortyDaysAgo = () => Date.now() - 40 * 86_400_000;

  async function keptAfter(retentionDays: number, uuid: string): Promise<string[]> {
    const store = await openStore({ dataDir, retentionDays, nowMs: fortyDaysAgo });
    await store.insertDrops([sampleDrop({ uuid })]);
    await store.close();
    const engine = openEngine(join(dataDir, "clickhouse"));
    await engine.run("write", "ALTER TABLE drops MATERIALIZE TTL SETTINGS mutations_sync = 2");
    await engine.run("write", "OPTIMIZE TABLE drops FINAL");
    const uuids = await engine.select("read", "SELECT uuid FROM drops ORDER BY uuid", {}, (row) =>
      row.text(),
    );
    await engine.close(1_000);
    return uuids;
  }

  it("keeps what is younger and lets go of what is older, also when it is changed", async () => {
    expect(await keptAfter(60, "first")).toEqual(["first"]);
    expect(await keptAfter(30, "second")).toEqual([]);
    expect(await keptAfter(90, "third")).toEqual(["third"]);
  });
});

describe("close", () => {
  it("writes what was handed in before it, and refuses what comes after", async () => {
    const store = await openStore({ dataDir });
    const inserting = store.insertDrops([sampleDrop({ uuid: "last" })]);
    await Promise.all([inserting, store.close(), store.close()]);
    await expect(store.insertDrops([sampleDrop()])).rejects.toThrow("closed");

    const again = await openStore({ dataDir });
    expect(await again.getDrop("last")).not.toBeNull();
    await again.close();
  });
});
