/**
 * The whole server at 20,000 drops/s for five minutes: a relay in another process, the embedded
 * store, and three browsers on three views. What is stored, how late the event loop is, and memory.
 */
import { cpuPercent, type Taken, takeSamples } from "./memory";
import { readLive } from "./read-live";
import { type Figure, median, type Report } from "./report";
import { type Account, type MemoryPart, startLoadedServer } from "./server";

const DROPS_PER_SECOND = Number(process.env.BENCH_INGEST_RATE ?? 20_000);
const DEFAULT_MINUTES = 5;
/** The code becomes fast, and the first views open. */
const WARM_UP_MS = 10_000;
const VIEWS = ["", "?q=verdict:AUDIT", "?range=6h&by=pair&q=src.ns:team-1,team-2"];
const MIB = 1 << 20;

/** Rate, delay and memory that it must keep to. */
const MOST_DELAY_MS = 50;
const MOST_MEMORY_MIB = 1_024;
/** The relay's clock and ours may differ by a batch. */
const LEAST_SHARE = 0.99;

export async function benchIngest({ minutes }: { minutes: number | null }): Promise<Report> {
  const lengthMs = (minutes ?? DEFAULT_MINUTES) * 60_000;
  const server = await startLoadedServer(DROPS_PER_SECOND);
  const readers = VIEWS.map((view) => readLive(`${server.url}/api/live${view}`));
  await new Promise((later) => setTimeout(later, WARM_UP_MS));
  server.mark();
  const before = { atMs: Date.now(), account: await server.account() };
  const samples = await takeSamples(server, lengthMs);
  const after = { atMs: Date.now(), account: await server.account() };
  for (const reader of readers) reader.abort();
  await server.stop();
  const seconds = (after.atMs - before.atMs) / 1_000;
  const stored = (after.account.stored - before.account.stored) / seconds;
  return {
    name: "ingest",
    about: `${DROPS_PER_SECOND} drops/s for ${lengthMs / 60_000} minutes, ${VIEWS.length} browsers`,
    figures: [
      { what: "drops stored a second", value: stored, unit: "" },
      {
        what: "short of what was sent",
        value: Math.max(0, 100 * (1 - stored / DROPS_PER_SECOND)),
        unit: "%",
        atMost: 100 * (1 - LEAST_SHARE),
      },
      {
        what: "messages shed in the first seconds, before it is measured",
        value: shedOf(before.account),
        unit: "",
      },
      {
        what: "messages shed while it is measured",
        value: shedOf(after.account) - shedOf(before.account),
        unit: "",
        atMost: 0,
      },
      { what: "messages in flight at the end", value: after.account.in_flight, unit: "" },
      ...loopFigures(samples, MOST_DELAY_MS),
      ...memoryParts(samples),
    ],
  };
}

export function accountFigures(account: Account): Figure[] {
  return [
    { what: "messages shed", value: shedOf(account), unit: "", atMost: 0 },
    { what: "messages in flight at the end", value: account.in_flight, unit: "" },
  ];
}

function shedOf({ shed }: Account): number {
  return Object.values(shed).reduce((all, each) => all + each, 0);
}

/** Of the whole time since the mark. */
export function loopFigures(samples: readonly Taken[], atMost?: number): Figure[] {
  const { p50, p99, p999, most } = samples.at(-1)?.usage.loopMs ?? {
    ...{ p50: Number.NaN, p99: Number.NaN, p999: Number.NaN, most: Number.NaN },
  };
  return [
    { what: "event loop late by, median", value: p50, unit: "ms" },
    {
      what: "event loop late by, p99",
      value: p99,
      unit: "ms",
      ...(atMost === undefined ? {} : { atMost }),
    },
    { what: "event loop late by, p99.9", value: p999, unit: "ms" },
    { what: "event loop late by, most", value: most, unit: "ms" },
    { what: "CPU of one core", value: cpuPercent(samples), unit: "%" },
  ];
}

/** Resident memory and what of it is known: the rest is the store's, of which Node knows nothing. */
export function memoryParts(samples: readonly Taken[]): Figure[] {
  const of = (part: MemoryPart) => samples.map(({ usage }) => usage[part] / MIB);
  const rest = samples.map(({ usage }) => (usage.rss - usage.heapTotal - usage.external) / MIB);
  return [
    { what: "resident, middle", value: median(of("rss")), unit: "MiB" },
    {
      what: "resident, most",
      value: Math.max(...of("rss")),
      unit: "MiB",
      atMost: MOST_MEMORY_MIB,
    },
    { what: "  of it heap, with what it holds free", value: median(of("heapTotal")), unit: "MiB" },
    { what: "  of it heap in use", value: median(of("heapUsed")), unit: "MiB" },
    { what: "  of it buffers", value: median(of("external")), unit: "MiB" },
    { what: "  of it store, libraries and the rest", value: median(rest), unit: "MiB" },
  ];
}
