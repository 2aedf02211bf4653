/**
 * Runs one measurement in a process of its own, so that no two share a heap, a JIT or a store. The
 * child answers by messages; this end asks and waits.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export type Child = {
  readonly process: ChildProcess;
  /** Sends a request and resolves with the answer to it. */
  ask<T>(request: unknown): Promise<T>;
  /** Ends the process and waits until it is gone. */
  end(): Promise<void>;
};

/** Starts `bench/<file>.ts`, which must call `answer`. */
export function startChild(file: string, args: readonly string[] = []): Child {
  const child = fork(fileURLToPath(new URL(`./${file}.ts`, import.meta.url)), args, {
    // The runtime may be loaded in a server only; in plain Node this condition says that it is one.
    execArgv: ["--conditions=react-server", "--import", "tsx", ...profiling(file)],
    serialization: "advanced",
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    process: child,
    ask: <T>(request: unknown) =>
      new Promise<T>((resolve, reject) => {
        const failed = (code: number | null) => reject(new Error(`${file} ended with ${code}`));
        child.once("exit", failed);
        child.once("message", (reply) => {
          child.off("exit", failed);
          // The child is our own code: what `answer` was given comes out here.
          resolve(reply as T);
        });
        child.send({ request });
      }),
    async end() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** In a child: answers each request in turn, and leaves when the parent does. */
export function answer<Request>(reply: (request: Request) => unknown): void {
  process.on("message", (message: { request: Request }) => {
    void Promise.resolve(reply(message.request)).then((result) => process.send?.(result ?? null));
  });
  process.on("disconnect", () => process.exit(0));
}

/** Arguments of Node with which `BENCH_PROFILE=dir` writes a CPU profile of each process. */
export function profiling(file: string): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}/${file}`];
}
