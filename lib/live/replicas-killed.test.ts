import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { createRelayServer } from "@/lib/demo/relay";
import { startSampleServer } from "@/lib/store/sample-clickhouse-server";
import { openStore } from "@/lib/store/store";
import { metadataPacket } from "./hubble-flows";

/** Set REPLICA_KILLS to kill so many readers; each takes some seconds. */
const KILLS = Number(process.env.REPLICA_KILLS ?? 0);
const EVER = { fromMs: 0, toMs: 4_102_444_800_000 };

it.skipIf(KILLS === 0)(
  "a source is taken over from each reader that is killed, with nothing lost and nothing twice",
  { timeout: 60_000 + KILLS * 30_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "droplens-killed-"));
    const server = await startSampleServer();
    const address = await server.address();
    const store = await openStore({ dataDir: "", server: address });
    const relay = await createRelayServer({ ledger: true });
    let emitted = 0;
    const emitting = setInterval(() => {
      emitted += 1;
      const port = 1_024 + (emitted % 60_000);
      for (const flow of metadataPacket(new Date().toISOString(), port, {})) relay.emit(flow);
    }, 10);

    let started = 0;
    const start = (): ChildProcess => {
      started += 1;
      const script = join(import.meta.dirname, "replica-until-killed.ts");
      return spawn(process.execPath, ["--import", "tsx", "--conditions", "react-server", script], {
        stdio: ["ignore", "pipe", "inherit"],
        env: {
          ...process.env,
          HUBBLE_SERVER: relay.address,
          DROPLENS_DATA_DIR: join(folder, String(started)),
          DROPLENS_CLICKHOUSE_URL: address.url,
          DROPLENS_CLICKHOUSE_USER: address.user,
          DROPLENS_CLICKHOUSE_PASSWORD: address.password,
          DROPLENS_CLICKHOUSE_DATABASE: address.database,
          DROPLENS_ROLE: "ingest",
        },
      });
    };
    /** Resolves when the process has stored something of the source. */
    const reads = async (child: ChildProcess) => {
      if (child.stdout === null) throw new Error("it says nothing");
      for await (const line of createInterface({ input: child.stdout })) {
        if (Number(line.split(" ")[1]) > 0) return child;
      }
      throw new Error("it ended");
    };

    const children = [start(), start()];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const reader = await Promise.race(children.map(reads));
      reader.kill("SIGKILL");
      await once(reader, "exit");
      children.splice(children.indexOf(reader), 1, start());
    }
    await Promise.race(children.map(reads));
    clearInterval(emitting);
    await expect
      .poll(async () => (await store.countDrops(EVER)).drops, { timeout: 30_000, interval: 200 })
      .toBe(emitted);
    const drops = await store.listDrops({ ...EVER, limit: emitted + 1_000 });
    expect(new Set(drops.map(({ uuid }) => uuid)).size).toBe(emitted);
    expect(drops.every(({ twinUuid }) => twinUuid !== "")).toBe(true);

    for (const child of children) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await relay.stop();
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  },
);
