/** Memory of the real server at 10,000 drops/s with its store and one reader, over some minutes. */

import { readLive } from "./read-live";
import { type Figure, median, type Report } from "./report";
import {
  type Account,
  type LoadedServer,
  type MemoryPart,
  startLoadedServer,
  type Usage,
} from "./server";
import { DROPS_PER_SECOND } from "./simulated-time";
import { type Sample, slopePerMinute } from "./slope";

const DEFAULT_MINUTES = 3;
/** What fills by design (known uuids, an hour's buckets, the engine's caches) fills first. */
const WARM_UP = 1 / 3;
const SAMPLE_MS = 2_000;
const MIB = 1 << 20;
/** Flat: less than this part of the memory in a minute. */
const TARGET_PERCENT = 1;

export type Taken = { atMs: number; usage: Usage };

export async function benchMemory({ minutes }: { minutes: number | null }): Promise<Report> {
  const lengthMs = (minutes ?? DEFAULT_MINUTES) * 60_000;
  const server = await startLoadedServer(DROPS_PER_SECOND);
  const reading = readLive(`${server.url}/api/live`);
  const samples = await takeSamples(server, lengthMs);
  const account = await server.account();
  reading.abort();
  await server.stop();
  return {
    name: "memory",
    about: `${lengthMs / 60_000} minutes at ${DROPS_PER_SECOND} drops/s, the last two thirds`,
    figures: memoryFigures(samples, account),
  };
}

/** What a server used while it was warm, and what became of what it received. */
export function memoryFigures(samples: readonly Taken[], account: Account): Figure[] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const of = (key: MemoryPart): Sample[] =>
    warm.map(({ atMs, usage }) => ({ atMs, value: usage[key] / MIB }));
  const middle = (key: MemoryPart) => median(of(key).map(({ value }) => value));
  const rssSlope = slopePerMinute(of("rss"));
  const most = Math.max(...of("rss").map(({ value }) => value));
  const shed = Object.values(account.shed).reduce((sum, each) => sum + each, 0);
  return [
    { what: "server: resident", value: middle("rss"), unit: "MiB" },
    { what: "server: resident, most", value: most, unit: "MiB" },
    { what: "server: heap", value: middle("heapUsed"), unit: "MiB" },
    { what: "server: buffers beside the heap", value: middle("external"), unit: "MiB" },
    { what: "server: heap grows per minute", value: slopePerMinute(of("heapUsed")), unit: "MiB" },
    { what: "server: resident grows per minute", value: rssSlope, unit: "MiB" },
    {
      what: "server: resident grows per minute, of itself",
      value: (100 * rssSlope) / middle("rss"),
      unit: "%",
      atMost: TARGET_PERCENT,
    },
    { what: "server: CPU of one core", value: cpuPercent(warm), unit: "%" },
    { what: "messages received", value: account.received, unit: "" },
    { what: "drops stored", value: account.stored, unit: "" },
    { what: "shed", value: shed, unit: "" },
  ];
}

export async function takeSamples(
  server: Pick<LoadedServer, "usage">,
  lengthMs: number,
): Promise<Taken[]> {
  const began = Date.now();
  const samples: Taken[] = [];
  while (Date.now() - began < lengthMs) {
    await new Promise((later) => setTimeout(later, SAMPLE_MS));
    samples.push({ atMs: Date.now() - began, usage: server.usage() });
  }
  return samples;
}

export function cpuPercent(samples: readonly Taken[]): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return Number.NaN;
  return (last.usage.cpuMicros - first.usage.cpuMicros) / (10 * (last.atMs - first.atMs));
}
