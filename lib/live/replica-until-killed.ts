/**
 * A process for tests to kill: a replica that reads one relay into a shared server, and says when it
 * has the source. Its claims run out soon.
 */
import { parseConfig } from "@/lib/config";
import { createLog } from "@/lib/http/log";
import { createRuntime } from "./runtime";
import { relayFromEnvironment } from "./source-setup";

async function readUntilKilled(): Promise<void> {
  const runtime = await createRuntime({
    config: parseConfig(process.env),
    sources: [relayFromEnvironment(process.env)],
    log: createLog("error"),
    nowMs: Date.now,
    timing: { batchMs: 20, renewMs: 200, lease: { ttlMs: 3_000, holdMs: 1_500 } },
  });
  process.once("SIGTERM", () => void runtime.stop(3_000).finally(() => process.exit(0)));
  setInterval(() => {
    const [source] = runtime.sourceReports().sources;
    if (source === undefined || source.readBy !== undefined) return;
    process.stdout.write(`${source.state} ${source.stored}\n`);
  }, 100);
}

readUntilKilled().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
