/**
 * Loaded into a server that is measured (`node --import`): writes its memory and CPU to the file
 * that `BENCH_USAGE_FILE` names, every second.
 */
import { renameSync, writeFileSync } from "node:fs";

const file = process.env.BENCH_USAGE_FILE;

function write() {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const usage = { rss, heapUsed, external, arrayBuffers, cpuMicros: user + system };
  // Renamed, so that a reader never sees half of it.
  writeFileSync(`${file}.new`, JSON.stringify(usage));
  renameSync(`${file}.new`, file);
}

if (file !== undefined) {
  write();
  setInterval(write, 1_000).unref();
}
