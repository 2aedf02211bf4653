/** One live view and more and more browsers on it: what a drop costs, and what a delivery costs. */
import { startChild } from "./child";
import type { HubCosts, HubRequest } from "./hub-child";
import { type Figure, median, type Report } from "./report";
import { QUARTER_DROPS } from "./simulated-time";

const BROWSERS = [1, 10, 100, 500] as const;
const RUNS = 3;
/** Not to grow: no more than the noise of one run. */
const TARGET = 1.15;

export async function benchFanout(): Promise<Report> {
  const runs = new Map<number, HubCosts[]>(BROWSERS.map((browsers) => [browsers, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const browsers of BROWSERS) {
      const child = startChild("hub-child");
      const request: HubRequest = { queries: [""], browsers, from: "drops" };
      runs.get(browsers)?.push(await child.ask<HubCosts>(request));
      await child.end();
    }
  }
  const of = (browsers: number, key: keyof HubCosts) =>
    median((runs.get(browsers) ?? []).map((costs) => costs[key]));
  const most = BROWSERS[BROWSERS.length - 1] ?? 1;
  const events = of(most, "eventsPerTick") - of(1, "eventsPerTick");
  const figures: Figure[] = [];
  for (const browsers of BROWSERS) {
    const what = `${browsers} browser${browsers === 1 ? "" : "s"}`;
    figures.push({ what: `${what}: a drop`, value: of(browsers, "perDrop") * 1000, unit: "ns" });
    figures.push({
      what: `${what}: a tick and its deliveries`,
      value: of(browsers, "perTick") / 1000,
      unit: "ms",
    });
  }
  figures.push({
    what: `a drop: ${most} browsers / 1`,
    value: of(most, "perDrop") / of(1, "perDrop"),
    unit: "",
    atMost: TARGET,
  });
  figures.push({
    what: "each delivered event",
    value: (of(most, "perTick") - of(1, "perTick")) / events,
    unit: "us",
  });
  figures.push({
    what: "size of the events of a tick for one browser",
    value: of(1, "bytesPerTick") / 1024,
    unit: "KiB",
  });
  return {
    name: "fanout",
    about: `CPU of one live view, ${QUARTER_DROPS} drops between ticks, medians of ${RUNS} runs`,
    figures,
  };
}
