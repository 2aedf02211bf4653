/**
 * Loaded into a server that is measured (`node --import`): answers each line on its standard input
 * with its memory and CPU as a line of JSON on file descriptor 3.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

createInterface({ input: process.stdin }).on("line", () => {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const answer = { rss, heapUsed, external, arrayBuffers, cpuMicros: user + system };
  writeSync(3, `${JSON.stringify(answer)}\n`);
});
process.stdin.unref?.();
