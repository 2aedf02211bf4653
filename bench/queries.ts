/** Many different live queries over the same 5,000 series: what a drop costs them all together. */
import { startChild } from "./child";
import { NAMESPACES } from "./flows";
import type { HubCosts, HubRequest } from "./hub-child";
import { type Figure, median, type Report } from "./report";
import { DROPS_PER_SECOND, QUARTER_DROPS } from "./simulated-time";

const COUNTS = [1, 10, 100] as const;
const RUNS = 3;
const TARGET = 3;

/** As people ask: by team, service, policy, tag, verdict and port; each matches some per cent. */
const SHAPES: readonly ((i: number) => string)[] = [
  (i) => `src.ns:team-${i % NAMESPACES}`,
  (i) => `dst.workload:service-${i}`,
  (i) => `policy:deny-${i}`,
  (i) => `tag:tag-${i % 20} port:${1024 + i * 300}..${1024 + (i + 40) * 300}`,
  (i) => `verdict:AUDIT src.workload:client-${i}*`,
];

export async function benchQueries(): Promise<Report> {
  const runs = new Map<number, HubCosts[]>(COUNTS.map((count) => [count, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const count of COUNTS) {
      const child = startChild("hub-child");
      const request: HubRequest = { queries: queriesOf(count), browsers: 1 };
      runs.get(count)?.push(await child.ask<HubCosts>(request));
      await child.end();
    }
  }
  const of = (count: number, key: keyof HubCosts) =>
    median((runs.get(count) ?? []).map((costs) => costs[key]));
  const whole = (count: number) => of(count, "perDrop") + of(count, "perTick") / QUARTER_DROPS;
  const figures: Figure[] = [];
  for (const count of COUNTS) {
    const what = `${count} ${count === 1 ? "query" : "queries"}`;
    figures.push({ what: `${what}: a drop to its views`, value: of(count, "perDrop"), unit: "us" });
    figures.push({ what: `${what}: with its share of the ticks`, value: whole(count), unit: "us" });
  }
  figures.push({
    what: "a drop with its share of the ticks: 100 queries / 1",
    value: whole(100) / whole(1),
    unit: "",
    atMost: TARGET,
  });
  return {
    name: "queries",
    about: `CPU for each drop at ${DROPS_PER_SECOND} drops/s, medians of ${RUNS} runs`,
    figures,
  };
}

function queriesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => SHAPES[i % SHAPES.length]?.(i) ?? "");
}
