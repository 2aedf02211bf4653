/**
 * What the screens ask of a day in the store, against reading that day once: the columns that the
 * answers are made of, and every column with the raw flows.
 */
import { startChild } from "./child";
import type { DayRequest } from "./day-child";
import { type Figure, median, type Report } from "./report";
import { RAW_PARTS } from "./stored-day";

const DROPS = Number(process.env.BENCH_DAY_DROPS ?? 20_000_000);
/** Code is compiled for speed by the third time it runs. */
const WARM_UP = 3;
const RUNS = 5;
/** A quarter of a full scan. */
const TARGET = 0.25;
const MIB = 1 << 20;

type Question = { what: string; request: DayRequest; isTarget?: boolean };

const QUESTIONS: readonly Question[] = [
  {
    what: "groups by policy, and the timeline",
    request: { what: "groups", q: "", by: "policy" },
    isTarget: true,
  },
  { what: "the graph", request: { what: "graph", q: "" }, isTarget: true },
  {
    what: "the facet list",
    request: { what: "facets", q: "", fields: null, prefix: "" },
    isTarget: true,
  },
  { what: "groups by pair", request: { what: "groups", q: "", by: "pair" } },
  {
    what: "groups by policy of one namespace",
    request: { what: "groups", q: "src.ns:team-1", by: "policy" },
  },
  {
    what: "groups by policy of one node, which sums do not tell",
    request: { what: "groups", q: "node:*node-1", by: "policy" },
  },
  {
    what: "groups by policy of 23 hours",
    request: { what: "groups", q: "", by: "policy", hours: 23 },
  },
  {
    what: "groups by policy of 13 hours, whose buckets are no slots",
    request: { what: "groups", q: "", by: "policy", hours: 13 },
  },
  {
    what: "the facet list under a node and a namespace",
    request: { what: "facets", q: "node:*1* src.ns:team-1", fields: null, prefix: "" },
  },
  {
    what: "completing a workload",
    request: { what: "facets", q: "", fields: ["src.workload"], prefix: "client-1" },
  },
  {
    what: "completing a pod",
    request: { what: "facets", q: "", fields: ["src.pod"], prefix: "client-1" },
  },
];

export async function benchDay(): Promise<Report> {
  const child = startChild("day-child");
  const ask = (request: DayRequest) => child.ask<number>(request);
  const drops = await ask({ what: "fill", drops: DROPS });
  const time = async (request: DayRequest) => {
    const times: number[] = [];
    for (let run = 0; run < WARM_UP; run++) await ask(request);
    for (let run = 0; run < RUNS; run++) times.push(await ask(request));
    return median(times);
  };
  const scan = await time({ what: "scan" });
  const full = RAW_PARTS * (await time({ what: "scan raw" }));
  const figures: Figure[] = [
    { what: "one scan of the columns that answers are made of", value: scan, unit: "ms" },
    { what: `one full scan, every column (${RAW_PARTS} x a part)`, value: full, unit: "ms" },
  ];
  for (const { what, request, isTarget = false } of QUESTIONS) {
    const value = await time(request);
    figures.push(
      { what, value, unit: "ms" },
      { what: "  in scans of its columns", value: value / scan, unit: "" },
      {
        what: "  in full scans",
        value: value / full,
        unit: "",
        ...(isTarget ? { atMost: TARGET } : {}),
      },
    );
  }
  figures.push({ what: "resident", value: (await ask({ what: "memory" })) / MIB, unit: "MiB" });
  await child.end();
  return {
    name: "day",
    about: `${drops} drops of one day in the store, medians of ${RUNS} runs`,
    figures,
  };
}
