/** Facets and groups of a day in the store, against reading the same columns of the day once. */
import { startChild } from "./child";
import type { HistoryRequest } from "./history-child";
import { type Figure, median, type Report } from "./report";

const DROPS = Number(process.env.BENCH_HISTORY_DROPS ?? 5_000_000);
const RUNS = 5;

const QUESTIONS: readonly { what: string; request: HistoryRequest }[] = [
  { what: "the facet list", request: { what: "facets", q: "", fields: null, prefix: "" } },
  {
    what: "the facet list under two terms of series",
    request: { what: "facets", q: "src.ns:team-1,team-2 -verdict:AUDIT", fields: null, prefix: "" },
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
  { what: "groups by policy", request: { what: "groups", q: "", by: "policy" } },
  { what: "groups by pair", request: { what: "groups", q: "", by: "pair" } },
  {
    what: "groups by policy of one namespace",
    request: { what: "groups", q: "src.ns:team-1", by: "policy" },
  },
];

export async function benchHistory(): Promise<Report> {
  const child = startChild("history-child");
  const drops = await child.ask<number>({ what: "fill", drops: DROPS } satisfies HistoryRequest);
  const time = async (request: HistoryRequest) => {
    const times: number[] = [];
    await child.ask<number>(request);
    for (let run = 0; run < RUNS; run++) times.push(await child.ask<number>(request));
    return median(times);
  };
  const scan = await time({ what: "scan" });
  const figures: Figure[] = [{ what: "one scan", value: scan, unit: "ms" }];
  for (const { what, request } of QUESTIONS) {
    const value = await time(request);
    figures.push({ what, value, unit: "ms" });
    figures.push({ what: "  in scans", value: value / scan, unit: "" });
  }
  await child.end();
  return {
    name: "history",
    about: `${drops} drops of one day in the store, medians of ${RUNS} runs`,
    figures,
  };
}
