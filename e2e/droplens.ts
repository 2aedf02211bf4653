/** A relay that says what a test file tells it to, and the real server over it. */
import { test } from "@playwright/test";
import { createRelayServer, type Relay } from "@/lib/demo/relay";
import { type DroplensServer, startDroplens } from "./droplens-server";

export type Droplens = { relay: Relay; server: DroplensServer };

/** Starts both before the tests of a file and ends them after; filled in when the first begins. */
export function droplensForThisFile(): Droplens {
  const droplens = {} as Droplens;
  test.beforeAll(async () => {
    test.setTimeout(120_000);
    droplens.relay = await createRelayServer({ nodes: ["demo/worker-1", "demo/worker-2"] });
    droplens.server = await startDroplens({ HUBBLE_SERVER: droplens.relay.address });
  });
  test.afterAll(async () => {
    await droplens.server.dispose();
    await droplens.relay.stop();
  });
  return droplens;
}
