/** The real server as an operator starts it, in front of a paced relay, both in their own processes. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@/e2e/droplens-server";
import { profiling, startChild } from "./child";
import type { RelayRequest } from "./sending";

export type Usage = {
  rss: number;
  heapUsed: number;
  heapTotal: number;
  external: number;
  arrayBuffers: number;
  cpuMicros: number;
  /** How late timers were, in milliseconds, since the start or the last mark. */
  loopMs: { p50: number; p99: number; p999: number; most: number };
};

/** Those that are sizes in bytes. */
export type MemoryPart = "rss" | "heapUsed" | "heapTotal" | "external" | "arrayBuffers";

export type MeasuredServer = {
  url: string;
  /** What the process uses now, at most a second ago. */
  usage(): Usage;
  /** Counts the delay of the event loop anew, from about a second later on. */
  mark(): void;
  /** The account of its only source. */
  account(): Promise<Account>;
  /** Sets the rate of the relay; 0 for none. */
  pace(dropsPerSecond: number): Promise<void>;
  stop(): Promise<void>;
};

export type LoadedServer = MeasuredServer;

export type Account = {
  /** How far a file has been read. */
  progress: { bytes: number; total: number } | null;
  received: number;
  stored: number;
  in_flight: number;
  shed: Record<string, number>;
};

/** It may have to build first. */
const START_MS = 180_000;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PROBE = new URL("./usage-probe.mjs", import.meta.url).href;

/** Starts both and sends drops at that rate until it is stopped. */
export async function startLoadedServer(dropsPerSecond: number): Promise<LoadedServer> {
  const relay = startChild("http2-relay");
  const toRelay = (request: RelayRequest) => relay.ask<number>(request);
  const relayPort = await toRelay({ do: "listen" });
  const server = await startServer({ HUBBLE_SERVER: `127.0.0.1:${relayPort}` });
  await toRelay({ do: "pace", dropsPerSecond });
  return {
    ...server,
    async pace(rate) {
      await toRelay({ do: "pace", dropsPerSecond: rate });
    },
    async stop() {
      await toRelay({ do: "pace", dropsPerSecond: 0 });
      await server.stop();
      await relay.end();
    },
  };
}

/** Starts the server alone, with these variables; `prepare` may write to its folder before. */
export async function startServer(
  environment: Record<string, string>,
  prepare: (folder: string) => Record<string, string> = () => ({}),
): Promise<Omit<MeasuredServer, "pace">> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "droplens-bench-"));
  const dataDir = join(folder, "data");
  const usageFile = join(folder, "usage.json");
  const measuring = ["--import", PROBE, ...profiling("server")];
  const server = spawn(process.execPath, [...measuring, join(ROOT, "bin/droplens.mjs")], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      DROPLENS_DATA_DIR: dataDir,
      BENCH_USAGE_FILE: usageFile,
      ...environment,
      ...prepare(folder),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await untilUp(server, url);
  return {
    url,
    // The probe is our own code: what it wrote is a usage.
    usage: () => JSON.parse(readFileSync(usageFile, "utf8")) as Usage,
    mark: () => writeFileSync(`${usageFile}.mark`, ""),
    async account() {
      const answer = await fetch(`${url}/api/sources`);
      const { sources } = (await answer.json()) as { sources: Account[] };
      const [account] = sources;
      if (account === undefined) throw new Error("the server has no source");
      return account;
    },
    async stop() {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilUp(server: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error("the server did not start");
    await new Promise((later) => setTimeout(later, 200));
  }
}
