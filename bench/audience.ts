/**
 * 500 browsers on five views of the whole server at 2,000 drops/s: real HTTP streams, read by other
 * processes. What each is sent, how late, and what it costs the server.
 */
import type { AudienceRequest, Heard } from "./audience-child";
import { type Child, startChild } from "./child";
import { accountFigures, loopFigures, memoryParts } from "./ingest";
import { takeSamples } from "./memory";
import { median, type Report } from "./report";
import { startLoadedServer } from "./server";

const DROPS_PER_SECOND = 2_000;
const BROWSERS = Number(process.env.BENCH_AUDIENCE_BROWSERS ?? 500);
const DEFAULT_MINUTES = 1.5;
const VIEWS = [
  "",
  "?q=verdict:AUDIT",
  "?q=src.ns:team-1,team-2,team-3",
  "?by=pair&q=policy:team-4/*",
  "?range=6h&q=dst.workload:service-1*",
];
const WARM_UP_MS = 15_000;

export async function benchAudience({ minutes }: { minutes: number | null }): Promise<Report> {
  const lengthMs = (minutes ?? DEFAULT_MINUTES) * 60_000;
  const server = await startLoadedServer(DROPS_PER_SECOND);
  const reader: Child = startChild("audience-child");
  const ask = <T>(request: AudienceRequest) => reader.ask<T>(request);
  const urls = VIEWS.map((view) => `${server.url}/api/live${view}`);
  await ask({ do: "open", urls, browsers: BROWSERS });
  await new Promise((later) => setTimeout(later, WARM_UP_MS));
  server.mark();
  await ask({ do: "mark" });
  const samples = await takeSamples(server, lengthMs);
  const heard = await ask<Heard>({ do: "tell" });
  const account = await server.account();
  await reader.end();
  await server.stop();
  const seconds = heard.seconds;
  return {
    name: "audience",
    about: `${BROWSERS} browsers on ${VIEWS.length} views at ${DROPS_PER_SECOND} drops/s for ${lengthMs / 60_000} minutes`,
    figures: [
      {
        what: "browsers that were sent something in the last two seconds",
        value: heard.alive,
        unit: "",
      },
      { what: "events a second, all browsers", value: heard.events / seconds, unit: "" },
      { what: "sent a second", value: heard.bytes / seconds / 2 ** 20, unit: "MiB" },
      {
        what: "a drop's time until a browser has it, median",
        value: median(heard.delaysMs),
        unit: "ms",
      },
      {
        what: "a drop's time until a browser has it, p99",
        value: at(heard.delaysMs, 0.99),
        unit: "ms",
      },
      { what: "streams that broke", value: heard.broken, unit: "", atMost: 0 },
      ...accountFigures(account),
      ...loopFigures(samples),
      ...memoryParts(samples),
    ],
  };
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
