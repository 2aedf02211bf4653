/** A process for tests to kill: brings the database of a server to this build's schema, and says so. */
import { migrate } from "./migrations";
import type { ServerAddress } from "./server-address";
import { openServerEngine } from "./server-engine";

const [, , given = "{}"] = process.argv;

async function migrateOnce(): Promise<void> {
  // The test wrote it from a ServerAddress.
  const address = JSON.parse(given) as ServerAddress;
  const engine = openServerEngine({ address });
  await migrate(engine, address.url);
  await engine.close(1_000);
  process.stdout.write("migrated\n");
}

migrateOnce().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
