/**
 * The real server for browser tests: the launcher as an operator starts it, on a free port, with a
 * data folder of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export type DroplensServer = {
  url: string;
  port: number;
  dataDir: string;
  /** Everything the process has printed so far. */
  output(): string;
  /** Sends a signal and goes on, as with SIGSTOP. */
  send(signal: NodeJS.Signals): void;
  /** Sends a signal and resolves with the exit code (null when killed) and how long it took. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<{ code: number | null; tookMs: number }>;
  /** Starts again on the same port and folder, after `end`. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  dispose(): Promise<void>;
};

/** It may have to build first. */
const START_MS = 180_000;

export async function startDroplens(
  environment: Record<string, string> = {},
  args: readonly string[] = [],
  /** A program and its arguments that starts Node, such as prlimit. */
  through: readonly string[] = [],
): Promise<DroplensServer> {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), "droplens-e2e-"));
  const url = `http://127.0.0.1:${port}`;
  let text = "";
  let child: ChildProcess;

  async function launch(): Promise<void> {
    const [program = "", ...rest] = [
      ...[...through, process.execPath],
      ...[resolve("bin/droplens.mjs"), ...args],
    ];
    child = spawn(program, rest, {
      env: { ...process.env, PORT: String(port), DROPLENS_DATA_DIR: dataDir, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    }
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Droplens ended at its start:\n${text}`);
      return isUp(url);
    }, START_MS);
  }

  await launch();
  return {
    url,
    port,
    dataDir,
    output: () => text,
    send: (signal) => void child.kill(signal),
    end: (signal) => end(child, signal),
    restart: launch,
    async dispose() {
      await end(child, "SIGKILL");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs the launcher until it ends by itself: for starts that must be refused. */
export function runToEnd(
  environment: Record<string, string>,
  args: readonly string[] = [],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [resolve("bin/droplens.mjs"), ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((done) => {
    const alarm = setTimeout(() => child.kill("SIGKILL"), START_MS);
    child.once("close", (code) => {
      clearTimeout(alarm);
      done({ code, output });
    });
  });
}

function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL") {
  return new Promise<{ code: number | null; tookMs: number }>((done) => {
    const began = Date.now();
    if (child.exitCode !== null || child.signalCode !== null) {
      done({ code: child.exitCode, tookMs: 0 });
      return;
    }
    child.once("close", (code) => done({ code, tookMs: Date.now() - began }));
    child.kill(signal);
  });
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

/** Asks again until it is true; fails after `patienceMs`. */
export async function until(isTrue: () => Promise<boolean>, patienceMs = 15_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Still not so after ${patienceMs} ms.`);
    await new Promise((next) => setTimeout(next, 50));
  }
}
