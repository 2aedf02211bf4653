/**
 * `npm run bench -- [name…] [--minutes N] [--write]`: runs all or the named benchmarks one after the
 * other and prints medians and ratios. `--write` keeps them in `bench/results.json` as well.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchAudience } from "./audience";
import { benchBrowser } from "./browser";
import { benchDay } from "./day";
import { benchExpectations } from "./expectations";
import { benchFanout } from "./fanout";
import { benchGraph } from "./graph";
import { benchImport } from "./import";
import { benchIngest } from "./ingest";
import { benchMemory } from "./memory";
import { benchPipeline } from "./pipeline";
import { benchQueries } from "./queries";
import { benchRelay } from "./relay";
import { printReport, type Report } from "./report";

type Options = { minutes: number | null };

const BENCHMARKS: Record<string, (options: Options) => Promise<Report>> = {
  pipeline: benchPipeline,
  relay: benchRelay,
  fanout: benchFanout,
  queries: benchQueries,
  day: benchDay,
  ingest: benchIngest,
  audience: benchAudience,
  import: benchImport,
  expectations: benchExpectations,
  browser: benchBrowser,
  graph: benchGraph,
  memory: benchMemory,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string" }, write: { type: "boolean", default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const unknown = names.filter((name) => BENCHMARKS[name] === undefined);
const minutes = values.minutes === undefined ? null : Number(values.minutes);
if (unknown.length > 0 || (minutes !== null && !(minutes > 0))) {
  console.error(
    `Benchmarks: ${Object.keys(BENCHMARKS).join(", ")}. --minutes is a number above 0.`,
  );
  process.exit(2);
}

console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}`,
);
const reports: Report[] = [];
for (const name of names) {
  const report = await BENCHMARKS[name]?.({ minutes });
  if (report === undefined) continue;
  printReport(report);
  reports.push(report);
}
if (values.write) {
  const file = fileURLToPath(new URL("./results.json", import.meta.url));
  writeFileSync(file, `${JSON.stringify({ node: process.version, reports }, null, 2)}\n`);
  console.log(`\nwritten to ${file}`);
}
