/**
 * A file of an exporter of 1 GB, read once by the whole server until its last drop is stored, against
 * a program that does nothing but read its lines. Time, CPU and memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child";
import type { ImportRequest } from "./import-child";
import { accountFigures, loopFigures, memoryParts } from "./ingest";
import type { Taken } from "./memory";
import type { Report } from "./report";
import { startServer } from "./server";

const SIZE_BYTES = Number(process.env.BENCH_IMPORT_MB ?? 1_000) * 1_000_000;
const SAMPLE_MS = 250;
const DEADLINE_MS = 20 * 60_000;

type Read = { lines: number; ms: number; cpuMs: number };

export async function benchImport(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "droplens-bench-import-"));
  try {
    const path = join(folder, "events.log");
    const child = startChild("import-child");
    const ask = (request: ImportRequest) => child.ask<Read>(request);
    const { lines } = await ask({ do: "write", path, bytes: SIZE_BYTES });
    const bare = await ask({ do: "read", path });
    await child.end();
    return report(lines, bare, await importIt(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importIt(path: string) {
  const server = await startServer({}, (folder) => {
    const config = join(folder, "sources.yaml");
    writeFileSync(config, `sources:\n  - id: import\n    file: { path: ${path}, once: true }\n`);
    return { DROPLENS_CONFIG: config };
  });
  const beganMs = Date.now();
  const first = server.usage();
  server.mark();
  const samples: Taken[] = [];
  for (;;) {
    await new Promise((later) => setTimeout(later, SAMPLE_MS));
    samples.push({ atMs: Date.now() - beganMs, usage: server.usage() });
    const { progress, in_flight } = await server.account();
    if (progress !== null && progress.bytes >= progress.total && in_flight === 0) break;
    if (Date.now() - beganMs > DEADLINE_MS) throw new Error("the file was not read to its end");
  }
  const ms = Date.now() - beganMs;
  // What the probe writes every second must have this last one in it.
  await new Promise((later) => setTimeout(later, 1_100));
  const last = server.usage();
  const account = await server.account();
  await server.stop();
  return { ms, cpuMs: (last.cpuMicros - first.cpuMicros) / 1_000, samples, account };
}

function report(lines: number, bare: Read, whole: Awaited<ReturnType<typeof importIt>>): Report {
  const { account, samples } = whole;
  return {
    name: "import",
    about: `${Math.round(SIZE_BYTES / 1e6)} MB of ${lines} lines, read once by the whole server`,
    figures: [
      { what: "reading its lines only, time", value: bare.ms / 1_000, unit: "s" },
      {
        what: "reading its lines only, CPU a line",
        value: (1_000 * bare.cpuMs) / lines,
        unit: "us",
      },
      { what: "the whole server, time", value: whole.ms / 1_000, unit: "s" },
      { what: "the whole server, lines a second", value: (1_000 * lines) / whole.ms, unit: "" },
      { what: "the whole server, CPU a line", value: (1_000 * whole.cpuMs) / lines, unit: "us" },
      { what: "whole / only reading, time", value: whole.ms / bare.ms, unit: "" },
      { what: "whole / only reading, CPU", value: whole.cpuMs / bare.cpuMs, unit: "" },
      {
        what: "lines that were not received",
        value: lines - account.received,
        unit: "",
        atMost: 0,
      },
      { what: "drops stored", value: account.stored, unit: "" },
      ...accountFigures(account),
      ...loopFigures(samples),
      ...memoryParts(samples),
    ],
  };
}
