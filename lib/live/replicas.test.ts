import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import { parseConfig } from "@/lib/config";
import type { Role } from "@/lib/config/replicas";
import { createRelayServer, type Relay } from "@/lib/demo/relay";
import type { View } from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import { createLog } from "@/lib/http/log";
import { EVERYTHING } from "@/lib/query/query";
import { putClaims } from "@/lib/store/claims-table";
import { type SampleServer, startSampleServer } from "@/lib/store/sample-clickhouse-server";
import type { ServerAddress } from "@/lib/store/server-address";
import { openServerEngine } from "@/lib/store/server-engine";
import { metadataPacket } from "./hubble-flows";
import { pushSource } from "./push-source";
import { createRuntime, type Runtime } from "./runtime";
import { relayFromEnvironment, type SourceSetup } from "./source-setup";

const PATIENCE = { timeout: 20_000, interval: 50 };
/** Claims run out sooner than in production; what a holder begins is done at once here. */
const TIMING = { batchMs: 50, renewMs: 200, lease: { ttlMs: 3_000, holdMs: 1_500 } };
/** Set REPLICAS=all for the rest. */
const IS_LONG = process.env.REPLICAS === "all";
const WHO = claimedActor("ada");

let server: SampleServer;
let address: ServerAddress;
let relay: Relay;
let folder: string;
let running: Runtime[] = [];
/** Ways to the same server that can be cut one by one. */
let ways: SampleServer[] = [];
let packets = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "droplens-replicas-"));
  server = await startSampleServer();
  address = await server.address();
  relay = await createRelayServer({ ledger: true });
});

afterEach(async () => {
  await Promise.all(running.map((runtime) => runtime.stop(3_000)));
  running = [];
  await relay.stop();
  for (const way of ways) await way.stop();
  ways = [];
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ownWay(): Promise<SampleServer> {
  const way = await startSampleServer({ engine: server.engine });
  ways.push(way);
  return way;
}

async function startReplica(
  role: Role,
  url = address.url,
  others: readonly SourceSetup[] = [],
): Promise<Runtime> {
  const runtime = await createRuntime({
    config: parseConfig({
      DROPLENS_DATA_DIR: join(folder, `replica-${running.length}`),
      DROPLENS_CLICKHOUSE_URL: url,
      DROPLENS_CLICKHOUSE_USER: address.user,
      DROPLENS_CLICKHOUSE_PASSWORD: address.password,
      DROPLENS_CLICKHOUSE_DATABASE: address.database,
      DROPLENS_ROLE: role,
    }),
    sources:
      role === "web" ? [] : [relayFromEnvironment({ HUBBLE_SERVER: relay.address }), ...others],
    log: createLog("error"),
    nowMs: Date.now,
    timing: TIMING,
  });
  running.push(runtime);
  return runtime;
}

/** One drop of two flows. */
function drop(): void {
  packets += 1;
  for (const flow of metadataPacket(new Date().toISOString(), 30_000 + packets, {})) {
    relay.emit(flow);
  }
}

async function live(runtime: Runtime): Promise<View> {
  const stream = await runtime.live({ q: "", query: EVERYTHING, rangeMs: 3_600_000 }, null);
  try {
    for (;;) {
      const { value } = await stream.next();
      const text = new TextDecoder().decode(value);
      const data = /event: snapshot\n(?:id: .*\n)?data: (.*)\n/.exec(text)?.[1];
      if (data !== undefined) return JSON.parse(data);
    }
  } finally {
    await stream.return();
  }
}

const liveDrops = async (runtime: Runtime) => (await live(runtime)).totals.drops;

async function storedDrops(runtime: Runtime): Promise<number> {
  const range = { fromMs: 0, toMs: 4_102_444_800_000 };
  const view = await runtime.past.view({ q: "", query: EVERYTHING, by: "policy", ...range });
  return view.totals.drops;
}

/** Whether it reads the source itself. */
const reads = (runtime: Runtime) =>
  runtime.sourceReports().sources.some(({ readBy }) => readBy === undefined);

async function reader(among: readonly Runtime[]): Promise<Runtime> {
  await expect.poll(() => among.filter(reads).length, PATIENCE).toBe(1);
  return among.find(reads) as Runtime;
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("replicas that share a store", () => {
  it("F45: read a source once, show the same, and go on when one of them ends", {
    timeout: 60_000,
  }, async () => {
    const one = await startReplica("all");
    await reader([one]);
    const all = [one, await startReplica("all"), await startReplica("web")];
    for (const runtime of all) expect(await liveDrops(runtime)).toBe(0);
    expect(await reader(all)).toBe(one);
    await expect.poll(() => relay.streams, PATIENCE).toBe(1);
    for (let number = 0; number < 20; number += 1) drop();
    for (const runtime of all) {
      await expect.poll(() => liveDrops(runtime), PATIENCE).toBe(20);
      expect(await storedDrops(runtime)).toBe(20);
    }

    // Of one that ends, another goes on with the source: nothing is lost and nothing comes twice.
    drop();
    await one.stop(3_000);
    drop();
    const left = all.filter((runtime) => runtime !== one);
    for (const runtime of left) {
      await expect.poll(() => liveDrops(runtime), PATIENCE).toBe(22);
      expect(await storedDrops(runtime)).toBe(22);
      await expect
        .poll(() => runtime.sourceReports().sources, PATIENCE)
        .toMatchObject([{ id: "relay", state: "connected" }]);
    }
  });

  it("take a source over from one that cannot reach the store, which stores nothing more of it", {
    timeout: 90_000,
  }, async () => {
    const [way, other] = [await ownWay(), await ownWay()];
    const replicas = [
      await startReplica("ingest", (await way.address()).url),
      await startReplica("ingest", (await other.address()).url),
    ];
    const web = await startReplica("web");
    const first = await reader(replicas);
    const [second] = replicas.filter((runtime) => runtime !== first) as [Runtime];
    for (let number = 0; number < 5; number += 1) drop();
    await expect.poll(() => storedDrops(web), PATIENCE).toBe(5);

    const cut = first === replicas[0] ? way : other;
    await cut.pause();
    for (let number = 0; number < 5; number += 1) drop();
    expect(await codeOf(live(first))).toBe("unavailable");
    await expect.poll(() => first.sourceReports().store.waiting, PATIENCE).toBe(5);
    await expect.poll(() => reads(second), PATIENCE).toBe(true);
    await expect.poll(() => storedDrops(web), PATIENCE).toBe(10);
    drop();
    await expect.poll(() => storedDrops(web), PATIENCE).toBe(11);

    await cut.resume();
    await expect.poll(() => reads(first), PATIENCE).toBe(false);
    await expect.poll(() => first.sourceReports().store.waiting, PATIENCE).toBe(0);
    drop();
    await expect.poll(() => storedDrops(web), PATIENCE).toBe(12);
    expect(await storedDrops(first)).toBe(12);
    await expect.poll(() => liveDrops(web), PATIENCE).toBe(12);
  });

  it("read again what they let go of, where who took the source over has stored nothing", {
    timeout: 90_000,
  }, async () => {
    const way = await ownWay();
    // Of several sources one may bring what another did, so what was received is known to all.
    const shipper = pushSource("shipper", "a-token-of-some-length");
    const runtime = await startReplica("all", (await way.address()).url, [shipper]);
    const isReader = () => {
      const found = runtime.sourceReports().sources.find(({ id }) => id === "relay");
      return found !== undefined && found.readBy === undefined;
    };
    await expect.poll(isReader, PATIENCE).toBe(true);
    drop();
    await expect.poll(() => storedDrops(runtime), PATIENCE).toBe(1);

    const pausedMs = performance.now();
    await way.pause();
    for (let number = 0; number < 3; number += 1) drop();
    await expect.poll(() => runtime.sourceReports().store.waiting, PATIENCE).toBe(3);
    const { holdMs } = TIMING.lease;
    await expect.poll(() => performance.now() - pausedMs, PATIENCE).toBeGreaterThan(holdMs);
    const engine = openServerEngine({ address });
    let step = 0;
    const claim = (isHeld: boolean) => {
      step += 1;
      const its = { name: "source/relay", holder: "another/1", step, isHeld, body: "" };
      return putClaims(engine, [its]);
    };
    await claim(true);
    const renewing = setInterval(() => void claim(true).catch(() => {}), 500);
    await way.resume();
    await expect.poll(isReader, PATIENCE).toBe(false);
    await expect.poll(() => runtime.sourceReports().store.waiting, PATIENCE).toBe(0);
    clearInterval(renewing);
    await claim(false);
    await engine.close(1_000);
    await expect.poll(isReader, PATIENCE).toBe(true);
    await expect.poll(() => storedDrops(runtime), PATIENCE).toBe(4);
    await expect.poll(() => liveDrops(runtime), PATIENCE).toBe(4);
  });

  it.skipIf(!IS_LONG)(
    "F42: show live while the store cannot be reached at the start, and store it all afterwards",
    {
      timeout: 60_000,
    },
    async () => {
      const way = await ownWay();
      const { url } = await way.address();
      await way.pause();
      const runtime = await startReplica("all", url);
      drop();
      await expect.poll(() => liveDrops(runtime), PATIENCE).toBe(1);
      expect(runtime.sourceReports().store).toMatchObject({ state: "unreachable", waiting: 1 });
      await way.resume();
      await expect
        .poll(() => runtime.sourceReports().store, PATIENCE)
        .toMatchObject({
          state: "ok",
          waiting: 0,
        });
      expect(await storedDrops(runtime)).toBe(1);
      drop();
      await expect.poll(() => liveDrops(runtime), PATIENCE).toBe(2);
    },
  );
});

describe("what people change on one replica", () => {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const NEW = { query: "port:80", reason: "known", expiresAt };

  it("F46, F47: is there on the others soon, and conflicts with what they change", {
    timeout: 60_000,
  }, async () => {
    const [one, two] = [await startReplica("web"), await startReplica("web")];
    const made = await one.expectations.create(NEW as never, WHO);
    await expect.poll(() => two.expectations.list().length, { timeout: 5_000 }).toBe(1);
    await two.expectations.change(made.id, { version: 1, reason: "known well" } as never, WHO);
    await expect
      .poll(() => one.expectations.list()[0], { timeout: 5_000 })
      .toMatchObject({ version: 2, reason: "known well" });
    expect(one.expectations.entries().map(({ seq }) => seq)).toEqual([1, 2]);

    const view = await one.savedViews.create({ name: "Mine", search: "?q=port:80" }, WHO);
    await expect.poll(() => two.savedViews.list(), { timeout: 5_000 }).toEqual([view]);

    // F46: two change the same, and many make new ones, at once.
    const { id } = await one.expectations.create(NEW as never, WHO);
    const change = (on: Runtime, reason: string) =>
      codeOf(on.expectations.change(id, { version: 1, reason } as never, WHO));
    const codes = await Promise.all([change(one, "one"), change(two, "two")]);
    expect(codes.sort()).toEqual(["conflict", "done"]);

    const makes = [one, two, one, two].map((on, at) =>
      on.expectations.create({ ...NEW, query: `port:${at + 1}` } as never, WHO),
    );
    await Promise.all(makes);
    for (const on of [one, two]) {
      await expect.poll(() => on.expectations.list().length, { timeout: 5_000 }).toBe(6);
      const seqs = on.expectations.entries().map(({ seq }) => seq);
      expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
    const views = await Promise.all(
      [one, two].map((on) => codeOf(on.savedViews.create({ name: "Ours", search: "" }, WHO))),
    );
    expect(views.sort()).toEqual(["conflict", "done"]);
  });
});
