/**
 * Loaded into a server that is measured (`node --import`): writes its memory, its CPU and the delay
 * of its event loop to the file that `BENCH_USAGE_FILE` names, every second. The delay is counted
 * anew from the moment when a file of that name with `.mark` behind it appears.
 */
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const file = process.env.BENCH_USAGE_FILE;
/** How late a timer of this many milliseconds fires; what it is late by is told. */
const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

function lateBy(nanos) {
  return Math.max(0, nanos / 1e6 - RESOLUTION_MS);
}

function write() {
  if (existsSync(`${file}.mark`)) {
    rmSync(`${file}.mark`);
    delay.reset();
  }
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const usage = {
    rss,
    heapUsed,
    heapTotal,
    external,
    arrayBuffers,
    cpuMicros: user + system,
    loopMs: {
      p50: lateBy(delay.percentile(50)),
      p99: lateBy(delay.percentile(99)),
      p999: lateBy(delay.percentile(99.9)),
      most: lateBy(delay.max),
    },
  };
  // Renamed, so that a reader never sees half of it.
  writeFileSync(`${file}.new`, JSON.stringify(usage));
  renameSync(`${file}.new`, file);
}

// Threads load it as well, and it is the event loop of the server that is measured.
if (file !== undefined && isMainThread) {
  delay.enable();
  write();
  setInterval(write, 1_000).unref();
}
