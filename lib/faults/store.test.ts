/**
 * Faults of the store, F34 to F37 and F46: live goes on, the screen says what is paused, and what
 * comes back is taken up without a hand.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import { EVERYTHING } from "@/lib/query/query";
import { freshFlow, freshFlows, untilSeenLive } from "./fresh";
import { CAN_MOUNT, type SmallDisk, smallDisk } from "./small-disk";
import { type FaultSystem, type FaultSystemOptions, poll, startFaultSystem } from "./system";

const OPERATOR = claimedActor("ada");

// Each opens stores several times over.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let system: FaultSystem | null = null;
let disk: SmallDisk | null = null;
let holder: ChildProcess | null = null;
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-store-faults-"));
});

afterEach(async () => {
  try {
    await system?.dispose();
  } finally {
    holder?.kill("SIGKILL");
    disk?.remove();
    rmSync(dataDir, { recursive: true, force: true });
    [system, disk, holder] = [null, null, null];
  }
});

async function start(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  system = await startFaultSystem({ dataDir, ...options });
  return system;
}

const storeOf = (one: FaultSystem) => one.runtime.sourceReports().store;

async function untilStore(one: FaultSystem, state: string) {
  await poll(
    () => storeOf(one).state === state,
    () => `the store to be ${state}: ${JSON.stringify(storeOf(one))} ${one.log.join("\n")}`,
  );
  return storeOf(one);
}

async function untilNote(one: FaultSystem, words: RegExp): Promise<void> {
  await poll(
    () => storeOf(one).notes.some((note) => words.test(note.words)),
    () => `a note ${words}: ${JSON.stringify(storeOf(one).notes)} ${one.log.join("\n")}`,
  );
}

/** The relay sends a flow, and a browser sees it. */
async function seesLive(one: FaultSystem): Promise<void> {
  const fresh = freshFlow();
  await untilSeenLive(one.runtime, fresh.uuid, () => one.relay.emit(fresh));
}

function expectTelemetry(one: FaultSystem, port = 4317) {
  const day = new Date(Date.now() + 86_400_000).toISOString();
  return one.runtime.expectations.create(
    { query: `port:${port}`, reason: "Telemetry is blocked on purpose", expiresAt: day, watch: [] },
    OPERATOR,
  );
}

/** What a live view that opens now counts. */
async function liveTotals(one: FaultSystem) {
  const stream = await one.runtime.live({ q: "", query: EVERYTHING, rangeMs: 300_000 }, null);
  let text = "";
  while (!/event: snapshot\ndata: .*\n/.test(text)) {
    const { value } = await stream.next();
    text += new TextDecoder().decode(value);
  }
  await stream.return();
  const [, data = "{}"] = /event: snapshot\ndata: (.*)\n/.exec(text) ?? [];
  return JSON.parse(data) as {
    totals: { drops: number; expected: number };
    coverage: { complete: boolean };
  };
}

async function holdStore(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "hold-store.ts");
  holder = spawn(process.execPath, ["--import", "tsx", script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (holder.stdout !== null) await once(holder.stdout, "data");
  return holder;
}

/** Files of the store's parts: `data.bin` holds the columns of a small part. */
function filesOf(folder: string, name: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(`/${name}`) && !path.includes("detached"))
    .map((path) => join(folder, path));
}

function overwrite(file: string): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill("X", Math.min(16, bytes.length), Math.min(64, bytes.length)));
}

describe("a data folder that another process has", () => {
  it("F34 locked at start: live goes on without history, and takes it up when the other ends", async () => {
    const other = await holdStore();
    const one = await start();
    const told = await untilStore(one, "locked");
    expect(told.words).toContain(`process ${other.pid} has ${dataDir}`);
    expect(told.paused).toContain("history can be neither written nor read");
    expect(told.advice).toContain("goes on by itself");
    expect(one.runtime.readiness()).toMatchObject({ ready: true, checks: { store: told.words } });

    one.relay.emit(...freshFlows(20));
    await one.until("received", ({ received }) => received >= 20);
    await seesLive(one);
    const live = await liveTotals(one);
    expect(live.totals.drops).toBe(21);
    expect(live.coverage.complete).toBe(false);
    await expect(expectTelemetry(one)).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(expectTelemetry(one)).rejects.toThrow(`process ${other.pid} has`);

    other.kill("SIGKILL");
    await untilStore(one, "ok");
    await one.settled();
    expect(storeOf(one)).toMatchObject({ waiting: 0, words: "", problem: null });
    expect(await expectTelemetry(one)).toMatchObject({ version: 1 });
    expect(await one.judge()).toMatchObject({ stored: 22, shed: 0 });
  });

  it("F34 what an earlier process has stored already is not stored twice", async () => {
    const one = await start();
    one.relay.emit(...freshFlows(30));
    await one.until("stored", ({ stored }) => stored === 30);
    await one.stop();
    const other = await holdStore();
    await one.start();
    await untilStore(one, "locked");
    await one.until("handed over again", ({ received }) => received >= 30);
    one.relay.emit(...freshFlows(5));
    await one.until("received", ({ received }) => received >= 35);
    other.kill("SIGKILL");
    await untilStore(one, "ok");
    expect(await one.settled()).toMatchObject({ stored: 5, duplicate: 30 });
  });

  it("F63 SIGTERM while nothing can be stored: what waits is kept and told, and the next start stores it", async () => {
    const other = await holdStore();
    const one = await start();
    await untilStore(one, "locked");
    one.relay.emit(...freshFlows(25));
    await one.until("received", ({ received }) => received >= 25);
    await one.stop();
    expect(one.log.join("")).toMatch(/"drops wait for the next start","drops":25/);
    other.kill("SIGKILL");
    await once(other, "exit");
    // The relay has forgotten most of them, and hands over the rest again.
    one.relay.forget(5);
    await one.start();
    await one.until("stored", ({ stored }) => stored === 25);
    expect(await one.judge()).toMatchObject({ stored: 26, doubled: 0 });
    await poll(
      () => readdirSync(dataDir).every((name) => !name.startsWith("waiting-")),
      () => readdirSync(dataDir).join(),
    );
  });

  it("F34 expectations are in force all the same, from their copy beside the store", async () => {
    const one = await start();
    const made = await expectTelemetry(one, 443);
    await one.stop();
    const other = await holdStore();
    await one.start();
    await untilStore(one, "locked");
    const rows = await one.runtime.expectationRows(one.runtime.expectations.list());
    expect(rows).toMatchObject([{ id: made.id, states: ["ending-soon", "active"] }]);
    expect(storeOf(one).paused.join()).toContain("nor their matches be counted");
    await seesLive(one);
    expect((await liveTotals(one)).totals).toMatchObject({ drops: 1, expected: 1 });
    other.kill("SIGKILL");
    await untilStore(one, "ok");
    expect(one.runtime.expectations.list()).toEqual([made]);
  });
});

describe.skipIf(!CAN_MOUNT)("a small disk (needs the right to mount one)", () => {
  it("F35 disk full: what waits is kept up to its bound, the rest counted, and all goes on when there is room", async () => {
    disk = smallDisk(96);
    const one = await start({
      environment: { DROPLENS_DATA_DIR: disk.path },
      runtime: { timing: { batchMs: 50, flushMs: 20, storeRetryMs: 100, waitingCapacity: 50 } },
    });
    const made = await expectTelemetry(one, 443);
    one.relay.emit(...freshFlows(10));
    await one.until("stored", ({ stored }) => stored === 10);

    disk.fill();
    one.relay.emit(...freshFlows(20));
    const told = await untilStore(one, "full");
    expect(told.words).toMatch(/^History paused: disk full \(\d+(\.\d)? MiB of 96\.0 MiB\)\.$/);
    expect(told.paused).toEqual(["history is not written"]);
    expect(told.advice).toContain("Make room on the disk");
    await seesLive(one);
    expect((await liveTotals(one)).totals).toMatchObject({ drops: 31, expected: 31 });
    // The reserve has room for what people say; without it they are refused, and nothing is pretended.
    const more = await expectTelemetry(one, 8080);
    disk.fill();
    await expect(expectTelemetry(one, 53)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(one.runtime.expectations.list()).toEqual([made, more]);

    one.relay.emit(...freshFlows(60));
    const source = await one.until("shed", ({ shed }) => shed["disk-full"] === 31);
    expect(source.in_flight).toBe(50);
    expect(storeOf(one)).toMatchObject({ waiting: 50, capacity: 50, shed: 31 });

    disk.empty();
    await untilStore(one, "ok");
    await one.settled();
    expect(one.source().shed).toMatchObject({ "disk-full": 31 });
    expect(await expectTelemetry(one, 53)).toMatchObject({ version: 1 });
    expect(await one.judge()).toMatchObject({ shed: 31 });
  });

  it("F36 read-only while it runs: history is read, drops wait, and are stored when it can be written", async () => {
    disk = smallDisk(96);
    const one = await start({ environment: { DROPLENS_DATA_DIR: disk.path } });
    const made = await expectTelemetry(one, 443);
    one.relay.emit(...freshFlows(10));
    await one.until("stored", ({ stored }) => stored === 10);

    disk.turnReadOnly(true);
    one.relay.emit(...freshFlows(5));
    const told = await untilStore(one, "read-only");
    expect(told.words).toBe(`History paused: ${disk.path} cannot be written.`);
    expect(told.paused).toEqual(["history is not written"]);
    await seesLive(one);
    expect((await liveTotals(one)).totals).toMatchObject({ drops: 16, expected: 16 });
    expect(one.runtime.expectations.list()).toEqual([made]);
    await expect(expectTelemetry(one)).rejects.toThrow();

    disk.turnReadOnly(false);
    await untilStore(one, "ok");
    expect(await expectTelemetry(one)).toMatchObject({ version: 1 });
    await one.settled();
    expect(await one.judge()).toMatchObject({ stored: 17, shed: 0 });
  });

  it("F36 read-only at start: live goes on, and history is taken up when it can be written", async () => {
    disk = smallDisk(96);
    const one = await start({ environment: { DROPLENS_DATA_DIR: disk.path } });
    const made = await expectTelemetry(one, 443);
    one.relay.emit(...freshFlows(10));
    await one.until("stored", ({ stored }) => stored === 10);
    await one.stop();
    disk.setReadOnly(true);
    await one.start();
    const told = await untilStore(one, "read-only");
    expect(told.words).toBe(`History paused: ${disk.path} cannot be written.`);
    expect(one.runtime.expectations.list()).toEqual([made]);
    await seesLive(one);
    await expect(expectTelemetry(one)).rejects.toMatchObject({ code: "store-unavailable" });

    disk.setReadOnly(false);
    await untilStore(one, "ok");
    await one.settled();
    expect(await one.judge()).toMatchObject({ stored: 12, shed: 0 });
  });
});

describe("files that cannot be read", () => {
  it.each([
    [
      "half of the folder is gone",
      (folder: string) => rmSync(join(folder, "metadata"), { recursive: true }),
    ],
    [
      "the other half is gone",
      (folder: string) => rmSync(join(folder, "store"), { recursive: true }),
    ],
    [
      "a table's definition is garbage",
      (folder: string) => {
        for (const file of filesOf(folder, "drops.sql")) writeFileSync(file, "no SQL");
      },
    ],
  ])(
    "F37 corrupt at start, %s: the folder is set aside, expectations and views come back",
    async (_what, destroy) => {
      const one = await start();
      const made = await expectTelemetry(one, 443);
      const view = { name: "Mine", search: "?q=port%3A443" };
      const saved = await one.runtime.savedViews.create(view, OPERATOR);
      await one.stop();
      destroy(join(dataDir, "clickhouse"));
      await one.start();

      await untilStore(one, "ok");
      const [note] = storeOf(one).notes;
      expect(note?.words).toContain("set aside and a new one begun");
      expect(note?.path).toMatch(/clickhouse\.corrupt-/);
      expect(readdirSync(note?.path ?? "")).not.toEqual([]);
      expect(one.runtime.expectations.list()).toEqual([made]);
      expect(one.runtime.savedViews.list()).toEqual([saved]);
      await seesLive(one);
      await one.judge();
    },
  );

  it("F37 bytes overwritten in every file: what is broken is set aside with its days, the rest is read", async () => {
    const one = await start();
    const made = await expectTelemetry(one, 443);
    one.relay.emit(...freshFlows(10));
    await one.until("stored", ({ stored }) => stored === 10);
    await one.stop();
    for (const file of filesOf(join(dataDir, "clickhouse"), "data.bin")) overwrite(file);
    one.relay.forget(0);
    await one.start();

    await untilNote(one, /10 drops received from 20\d\d-\S+Z to 20\d\d-\S+Z/);
    await untilStore(one, "ok");
    expect(one.runtime.expectations.list()).toEqual([made]);
    await seesLive(one);
    await one.settled();
    // What was set aside is in a gap that the screen shows; nothing else is missing.
    expect(await one.judge().catch(String)).toBe(
      "Error: the judge: 12 drops counted, 2 in the store; the accounts have 12 flows stored, the store has 2",
    );
  });

  it("F37 corrupt while it runs: it is mended, and what comes is stored", async () => {
    const one = await start();
    const made = await expectTelemetry(one, 443);
    one.relay.emit(...freshFlows(10));
    await one.until("stored", ({ stored }) => stored === 10);
    for (const file of filesOf(join(dataDir, "clickhouse"), "data.bin")) overwrite(file);
    // A person looks at the past, and the files are read.
    await expect(one.gaps()).rejects.toThrow();
    await untilNote(one, /10 drops received from 20/);
    await untilStore(one, "ok");
    await seesLive(one);
    await one.until("stored", ({ stored }) => stored === 11);
    expect(one.runtime.expectations.list()).toEqual([made]);
    expect(await one.judge().catch(String)).toBe(
      "Error: the judge: 12 drops counted, 2 in the store; the accounts have 12 flows stored, the store has 2",
    );
  });
});

describe("two operators", () => {
  it("F46 edit one expectation: one wins, the other is told what has changed", async () => {
    const one = await start();
    const { id } = await expectTelemetry(one);
    const edit = (reason: string) =>
      one.runtime.expectations.change(id, { version: 1, reason }, OPERATOR);
    const [first, second] = await Promise.allSettled([edit("Hers"), edit("His")]);
    expect(first).toMatchObject({ status: "fulfilled", value: { version: 2, reason: "Hers" } });
    expect(second).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
    expect(second).toMatchObject({ reason: { extra: { current: { reason: "Hers" } } } });
    expect(one.runtime.expectations.audit({ id, before: null, limit: 9 }).entries).toHaveLength(2);
  });
});
