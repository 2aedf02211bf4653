/** A process for tests: opens the store of a server by URL, and says whether chDB came with it. */
import { readFileSync } from "node:fs";
import type { ServerAddress } from "./server-address";
import { openStore } from "./store";

const [, , given = "{}"] = process.argv;

async function openByUrl(): Promise<void> {
  // The test wrote it from a ServerAddress.
  const store = await openStore({ dataDir: "", server: JSON.parse(given) as ServerAddress });
  await store.stats();
  await store.close();
  const isLoaded = readFileSync("/proc/self/maps", "utf8").includes("libchdb");
  process.stdout.write(isLoaded ? "with chDB\n" : "without chDB\n");
}

openByUrl().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
