#!/usr/bin/env node
/**
 * Starts Droplens: reads the command line, decides where to listen, builds when there is no
 * current build, and hands over to Next's standalone server in this same process.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, isIP } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILT = join(ROOT, ".next", "standalone");
/** In a container only the standalone folder is there, with this file inside it. */
const SERVER = [join(BUILT, "server.js"), join(ROOT, "server.js")];
const SOURCES = [
  "app",
  "components",
  "lib",
  "public",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.js",
  "package-lock.json",
];

const HELP = `Usage: npm start | npm run demo [-- options]

  --demo            a demo cluster behind a real relay, in this process
  --replay FILE     serve a file of "hubble observe -o json" or exporter lines instead (demo)
  --speed N         with --replay: paced, N times as fast as recorded
  --from-now        with --replay: move the recording so that it starts now
  --check-config    say what is wrong with the configuration, as a start would, and end
  --help

Environment: PORT (3000), DROPLENS_HOST (127.0.0.1), DROPLENS_DATA_DIR (.droplens/data; .droplens/demo
with --demo, .droplens/replay with --replay), DROPLENS_CONFIG (a file that names the sources) or
HUBBLE_SERVER (localhost:4245) and the Hubble CLI's other variables. The README has them all.
`;

/** Ends the program with one line that names the cause and the fix. */
function stop(line) {
  process.stderr.write(`droplens: ${line}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        demo: { type: "boolean", default: false },
        replay: { type: "string" },
        speed: { type: "string" },
        "from-now": { type: "boolean", default: false },
        "check-config": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    const [first = ""] = error.message.split("\n");
    return stop(`${first.replace(/\.$/, "")}. Try --help.`);
  }
}

function applyArguments(options) {
  const environment = process.env;
  if (options.replay !== undefined || options.demo) environment.DROPLENS_DEMO = "true";
  if (options.replay !== undefined) environment.DROPLENS_DEMO_REPLAY = resolve(options.replay);
  if (options.speed !== undefined) environment.DROPLENS_DEMO_SPEED = options.speed;
  if (options["from-now"]) environment.DROPLENS_DEMO_FROM_NOW = "true";
  const replaying = environment.DROPLENS_DEMO_REPLAY !== undefined;
  if (!replaying && (options.speed !== undefined || options["from-now"])) {
    stop("--speed and --from-now go with --replay FILE.");
  }
  // A recording gets a folder of its own: its drops are none of the demo cluster's.
  const kept = replaying ? ".droplens/replay" : ".droplens/demo";
  const isDemo = ["true", "1"].includes(environment.DROPLENS_DEMO);
  const fallback = isDemo ? kept : ".droplens/data";
  environment.DROPLENS_DATA_DIR = resolve(environment.DROPLENS_DATA_DIR || fallback);
  // The server changes its working directory: what is relative is made absolute before.
  if (environment.DROPLENS_DEMO_REPLAY) {
    environment.DROPLENS_DEMO_REPLAY = resolve(environment.DROPLENS_DEMO_REPLAY);
  }
  if (environment.DROPLENS_EXPECTATIONS_DIR) {
    environment.DROPLENS_EXPECTATIONS_DIR = resolve(environment.DROPLENS_EXPECTATIONS_DIR);
  }
  for (const name of [
    "DROPLENS_CONFIG",
    "HUBBLE_TLS_CLIENT_CERT_FILE",
    "HUBBLE_TLS_CLIENT_KEY_FILE",
    "DROPLENS_CLICKHOUSE_PASSWORD_FILE",
    "DROPLENS_CLICKHOUSE_CA_FILE",
    "DROPLENS_CLICKHOUSE_CERT_FILE",
    "DROPLENS_CLICKHOUSE_KEY_FILE",
  ]) {
    if (environment[name]) environment[name] = resolve(environment[name]);
  }
  if (environment.HUBBLE_TLS_CA_CERT_FILES) {
    const files = environment.HUBBLE_TLS_CA_CERT_FILES.split(/[\s,]+/).filter(Boolean);
    environment.HUBBLE_TLS_CA_CERT_FILES = files.map((file) => resolve(file)).join(",");
  }
}

function readPort() {
  const text = process.env.PORT || "3000";
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 65535) {
    stop(`PORT is ${JSON.stringify(text)}: it must be a port from 1 to 65535.`);
  }
  return Number(text);
}

/** Without authentication only this machine may connect, unless the operator insists. */
function readHost() {
  const host = process.env.DROPLENS_HOST || "127.0.0.1";
  if (isIP(host) === 0 && host !== "localhost") {
    stop(`DROPLENS_HOST is ${JSON.stringify(host)}: it must be an IP address or localhost.`);
  }
  const isLoopback = host === "localhost" || host === "::1" || host.startsWith("127.");
  // The server itself refuses a wrong value, and whoever comes by another way than the proxy.
  if (isLoopback || process.env.DROPLENS_AUTH === "proxy") return host;
  if (process.env.DROPLENS_UNSAFE_NO_AUTH !== "true") {
    stop(
      `DROPLENS_HOST is ${host}, and nobody is asked who they are: anyone who reaches that address ` +
        "could read every dropped flow. Put a proxy before it that signs people in and set " +
        "DROPLENS_AUTH=proxy, or set DROPLENS_UNSAFE_NO_AUTH=true to accept that.",
    );
  }
  process.stderr.write(
    `droplens: listening on ${host} without authentication (DROPLENS_UNSAFE_NO_AUTH=true): anyone ` +
      "who reaches it can read every dropped flow.\n",
  );
  return host;
}

function newestChange(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(path).map((name) => newestChange(join(path, name)));
  return inside.reduce((newest, time) => Math.max(newest, time), 0);
}

function findServer() {
  const hasSources = existsSync(join(ROOT, "app"));
  if (hasSources) buildWhenStale();
  const server = SERVER.find((file) => existsSync(file));
  if (server === undefined) stop("there is no build. Run npm run build first.");
  return server;
}

function buildWhenStale() {
  const mark = join(ROOT, ".next", "BUILD_ID");
  const builtAt = existsSync(SERVER[0]) ? newestChange(mark) : 0;
  const changedAt = Math.max(...SOURCES.map((source) => newestChange(join(ROOT, source))));
  if (builtAt < changedAt) {
    process.stderr.write("droplens: building (once, about half a minute)\n");
    const next = join(ROOT, "node_modules", "next", "dist", "bin", "next");
    if (!existsSync(next)) stop("Next is not installed. Run npm ci first.");
    const build = spawnSync(process.execPath, [next, "build"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    });
    if (build.status !== 0) stop(`the build failed.\n${build.stdout}${build.stderr}`);
  }
  // Next leaves it to us to put what browsers fetch beside the server.
  for (const [from, to] of [
    [".next/static", ".next/static"],
    ["public", "public"],
  ]) {
    if (!existsSync(join(ROOT, from))) continue;
    const target = join(BUILT, to);
    if (newestChange(target) >= newestChange(join(ROOT, from))) continue;
    rmSync(target, { recursive: true, force: true });
    cpSync(join(ROOT, from), target, { recursive: true });
  }
}

/** For a server that serves nobody. */
function anyPort() {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

function requireFree(host, port) {
  return new Promise((free) => {
    const probe = createServer();
    probe.once("error", (error) => {
      if (error.code === "EADDRINUSE") {
        stop(
          `port ${port} on ${host} is in use. Stop the other program or set PORT to another port.`,
        );
      }
      if (error.code === "EACCES")
        stop(`port ${port} needs more rights. Set PORT to one above 1023.`);
      stop(`cannot listen on ${host}:${port}: ${error.message}.`);
    });
    probe.listen(port, host, () => probe.close(free));
  });
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(`Node ${process.versions.node} is too old. Droplens needs 20.19 or later (24 is best).`);
  }
}

requireNode();
const options = readArguments();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
applyArguments(options);
const isCheck = options["check-config"];
const wanted = { port: readPort(), host: readHost() };
if (!isCheck) await requireFree(wanted.host, wanted.port);
const port = isCheck ? await anyPort() : wanted.port;
const server = findServer();
Object.assign(process.env, {
  DROPLENS_HOST: wanted.host,
  HOSTNAME: isCheck ? "127.0.0.1" : wanted.host,
  PORT: String(port),
  NODE_ENV: "production",
  // The runtime ends the streams and flushes the store itself (lib/live/start.ts).
  NEXT_MANUAL_SIG_HANDLE: "true",
  NEXT_TELEMETRY_DISABLED: "1",
});
await import(pathToFileURL(server).href);
