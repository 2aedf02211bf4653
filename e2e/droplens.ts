/** The test fixture: a relay that says what the test tells it to, and the real server over it. */
import { test as base } from "@playwright/test";
import { createRelayServer, type Relay } from "@/lib/demo/relay";
import { type DroplensServer, startDroplens } from "./droplens-server";

export type Droplens = { relay: Relay; server: DroplensServer };

/** One relay and one server for the tests of a file; each file has its own. */
export const test = base.extend<object, { droplens: Droplens }>({
  droplens: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern.
    async ({}, use) => {
      const relay = await createRelayServer({ nodes: ["demo/worker-1", "demo/worker-2"] });
      const server = await startDroplens({ HUBBLE_SERVER: relay.address });
      await use({ relay, server });
      await server.dispose();
      await relay.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});
