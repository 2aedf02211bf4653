/**
 * Starts the runtime with the process and ends it with the signal. A start that cannot succeed
 * ends the process with one line that names the cause and the fix.
 */

import { installStamp } from "@/lib/auth/stamp";
import { type Config, parseConfig, unknownVariables } from "@/lib/config";
import type { DemoConfig } from "@/lib/config/demo";
import type { ClickHouseConfig } from "@/lib/config/replicas";
import { readRecording } from "@/lib/demo/replay";
import { startDemo } from "@/lib/demo/start-demo";
import { AppError, messageOf } from "@/lib/errors";
import { limitConnections } from "@/lib/http/connection-limit";
import { logConsole } from "@/lib/http/console-log";
import { createLog, type Log } from "@/lib/http/log";
import { createRelayThread } from "@/lib/hubble/relay-threaded";
import { createRuntime, type Runtime, setRuntime } from "./runtime";
import {
  demoSource,
  type MoreOptions,
  relayFromEnvironment,
  type SourceSetup,
  sourcesFromFile,
} from "./source-setup";

/** Kubernetes gives 30 s; an operator who presses Ctrl-C gives less. */
const STOP_MS = 1_500;

export async function startRuntime(): Promise<void> {
  // Whoever read the log may be gone; that must neither end the server nor keep it from ending.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  try {
    const config = parseConfig(process.env);
    installStamp(config.auth.mode === "proxy" ? config.auth.header : null);
    const log = createLog(config.logLevel);
    logConsole(log);
    for (const name of unknownVariables(process.env)) {
      log.warn(`${name} is no setting of Droplens. Check its spelling.`);
    }
    // Awaited, so that what it refuses ends the process here as well.
    if (process.argv.includes("--check-config")) return await endChecked(config, log);
    limitConnections((limit) =>
      log.warn("connections are turned away, because file descriptors run out", {
        connections: limit,
      }),
    );
    if (config.clickhouse !== null && isPlain(config.clickhouse)) {
      log.warn(
        "The password for ClickHouse goes over the network as it is. Use https:// in DROPLENS_CLICKHOUSE_URL.",
      );
    }
    const sources = await chooseSources(config, log);
    const runtime = await createRuntime({ config, sources, log, nowMs: Date.now });
    setRuntime(runtime);
    endWithSignal(runtime, log);
    log.info("Droplens is ready", {
      url: `http://${config.host}:${process.env.PORT ?? "3000"}`,
      sources: sources.map(({ kind, address }) => `${kind} ${address}`),
      data: config.clickhouse?.url ?? config.dataDir,
      ...(config.clickhouse !== null && { role: config.role }),
    });
  } catch (error) {
    process.stderr.write(
      `droplens: ${error instanceof AppError ? error.message : ((error as Error).stack ?? messageOf(error))}\n`,
    );
    process.exit(2);
  }
}

/** Reads files that the configuration names; connects to nothing and writes nothing. */
async function endChecked(config: Config, log: Log): Promise<never> {
  const { demo, role, clickhouse, dataDir } = config;
  if (demo?.replay) await readRecording(demo.replay.file);
  const sources = demo === null ? await chooseSources(config, log) : [];
  const named = sources.map(({ id, kind, address }) => `${id} (${kind} ${address})`);
  const none = role === "web" ? "none, for the role is web" : "the demo";
  const store = clickhouse === null ? "" : ` Store: ${clickhouse.url}.`;
  process.stdout.write(
    `droplens: the configuration can be used. Sources: ${named.join(", ") || none}.${store} Data: ${dataDir}.\n`,
  );
  process.exit(0);
}

/** A password that anyone on the way could read. */
function isPlain({ url, password, passwordFile }: ClickHouseConfig): boolean {
  const { protocol, hostname } = new URL(url);
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === "http:" && !isHere && (password !== "" || passwordFile !== null);
}

async function chooseSources(config: Config, log: Log): Promise<readonly SourceSetup[]> {
  if (config.role === "web") return [];
  // It is started with the first connection to a relay.
  const { openChannel } = createRelayThread();
  if (config.demo !== null) return [await startDemoSource(config.demo, log, { openChannel })];
  if (config.sourcesFile === null) return [relayFromEnvironment(process.env, { openChannel })];
  if (process.env.HUBBLE_SERVER !== undefined) {
    log.warn("HUBBLE_SERVER is not read, because DROPLENS_CONFIG names the sources.");
  }
  return sourcesFromFile(config.sourcesFile, config.dataDir, { openChannel });
}

async function startDemoSource(
  config: DemoConfig,
  log: Log,
  more: MoreOptions,
): Promise<SourceSetup> {
  const { ciliumVersion, seed, relayPort, replay } = config;
  const demo = await startDemo({
    port: relayPort,
    ciliumVersion,
    seed,
    ...(replay === null
      ? {}
      : {
          replay: { file: replay.file, speed: replay.speed ?? undefined, fromNow: replay.fromNow },
        }),
  });
  log.info("demo relay", { address: demo.address, cilium: ciliumVersion });
  if (demo.replay !== null) log.info("replaying", { file: replay?.file, ...demo.replay });
  return demoSource(demo.address, more);
}

/** The launcher has told Next to leave signals alone: it would wait for streams that never end. */
function endWithSignal(runtime: Runtime, log: Log): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    if (isEnding) return;
    isEnding = true;
    log.info("stopping", { signal });
    void runtime.stop(STOP_MS).finally(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}
