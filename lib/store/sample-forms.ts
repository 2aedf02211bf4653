/** For tests: an empty store in each of its forms, so that one suite holds both to the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "./connection";
import type { Engine } from "./engine";
import { prepareFolder } from "./folder";
import { startSampleServer } from "./sample-clickhouse-server";
import { openServerEngine } from "./server-engine";
import { openStore, type Store } from "./store";

export const FORMS = ["embedded", "a server"] as const;
export type Form = (typeof FORMS)[number];

export type SampleStore = {
  store: Store;
  /** Another engine on what the store has. */
  engine: Engine;
  dispose(): Promise<void>;
};

export function openForm(form: Form): Promise<SampleStore> {
  return form === "embedded" ? openEmbedded() : openServer();
}

async function openEmbedded(): Promise<SampleStore> {
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-form-"));
  const store = await openStore({ dataDir });
  const engine = openEngine(prepareFolder(dataDir).enginePath);
  return {
    store,
    engine,
    async dispose() {
      await engine.close(1_000);
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function openServer(): Promise<SampleStore> {
  const server = await startSampleServer();
  const address = await server.address();
  const store = await openStore({ dataDir: "", server: address });
  const engine = openServerEngine({ address });
  return {
    store,
    engine,
    async dispose() {
      await engine.close(1_000);
      await store.close();
      await server.stop();
    },
  };
}
