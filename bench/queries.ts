/** Many different live queries over the same 5,000 series: what a drop costs them all together. */
import { startChild } from "./child";
import { NAMESPACES } from "./flows";
import type { HubCosts, HubRequest } from "./hub-child";
import { measureQueryCosts } from "./query-costs";
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
  const hub = new Map<number, HubCosts[]>(COUNTS.map((count) => [count, []]));
  const whole = new Map<number, HubCosts[]>(COUNTS.map((count) => [count, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const count of COUNTS) {
      hub.get(count)?.push(await measure(count, "drops"));
      whole.get(count)?.push(await measure(count, "messages"));
    }
  }
  const costOf = (runs: typeof hub, count: number, of: (costs: HubCosts) => number) =>
    median((runs.get(count) ?? []).map(of));
  const withTicks = ({ perDrop, perTick }: HubCosts) => perDrop + perTick / QUARTER_DROPS;
  const figures: Figure[] = [];
  for (const count of COUNTS) {
    const what = `${count} ${count === 1 ? "query" : "queries"}`;
    figures.push(
      { what: `${what}: from bytes to views, with ticks`, ...us(costOf(whole, count, withTicks)) },
      {
        what: "  of it to find and count in its views",
        ...us(costOf(hub, count, (c) => c.perDrop)),
      },
      {
        what: "  of it its share of the ticks",
        ...us(costOf(hub, count, (c) => c.perTick / QUARTER_DROPS)),
      },
    );
  }
  for (const count of COUNTS) {
    const costs = await measureQueryCosts(queriesOf(count));
    figures.push(
      { what: `${count}: to read a query, each`, ...us(costs.parse) },
      {
        what: "  to ask one of a series that is new",
        value: costs.newSeries * 1000,
        unit: "ns",
      },
      {
        what: "  to ask one of a drop, its series known",
        value: costs.knownSeries * 1000,
        unit: "ns",
      },
    );
  }
  const alone = (of: (costs: HubCosts) => number) => costOf(hub, 100, of) / costOf(hub, 1, of);
  figures.push(
    {
      what: "to find a drop's views and count it there: 100 queries / 1",
      value: alone(({ perDrop }) => perDrop),
      unit: "",
      atMost: TARGET,
    },
    {
      what: "the same with ticks, which tell 100 readers: 100 / 1",
      value: alone(withTicks),
      unit: "",
    },
  );
  figures.push({
    what: "from bytes to views, with ticks: 100 queries / 1",
    value: costOf(whole, 100, withTicks) / costOf(whole, 1, withTicks),
    unit: "",
    atMost: TARGET,
  });
  return {
    name: "queries",
    about: `CPU for each drop at ${DROPS_PER_SECOND} drops/s, medians of ${RUNS} runs`,
    figures,
  };
}

async function measure(count: number, from: HubRequest["from"]): Promise<HubCosts> {
  const child = startChild("hub-child");
  const request: HubRequest = { queries: queriesOf(count), browsers: 1, from };
  const costs = await child.ask<HubCosts>(request);
  await child.end();
  return costs;
}

function us(value: number): { value: number; unit: string } {
  return { value, unit: "us" };
}

function queriesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => SHAPES[i % SHAPES.length]?.(i) ?? "");
}
