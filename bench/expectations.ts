/**
 * Expectations: how soon a change is shown, what they cost a drop that they do not match, and what
 * a preview costs against reading the day once.
 */
import { startChild } from "./child";
import { CHANGES, type ExpectationsRequest } from "./expectations-kinds";
import { type Figure, median, type Report } from "./report";

const SERIES = 20_000;
const EXPECTATIONS = 500;
const BROWSERS = 10;
const DROPS = Number(process.env.BENCH_HISTORY_DROPS ?? 5_000_000);
const RUNS = 5;
const SHOWN_MS = 500;

const PREVIEWS: readonly { what: string; q: string }[] = [
  { what: "preview of one service", q: "dst.workload:service-1" },
  { what: "preview of a namespace (a tenth of all drops)", q: "src.ns:team-1" },
  { what: "preview of all that was dropped (three quarters)", q: "verdict:DROPPED" },
  { what: "preview that asks each drop's pod", q: "src.pod:client-1*" },
];

export async function benchExpectations(): Promise<Report> {
  const figures = [...(await changes()), ...(await drops()), ...(await previews())];
  return {
    name: "expectations",
    about: `${EXPECTATIONS} expectations; changes over ${SERIES} series of the last hour and ${BROWSERS} browsers, previews over ${DROPS} drops of a day; medians of ${RUNS} runs`,
    figures,
  };
}

/** From the change of the set until every browser has the totals that it makes. */
async function changes(): Promise<Figure[]> {
  const child = startChild("expectations-child");
  const ask = (request: ExpectationsRequest) => child.ask<number>(request);
  await ask({ what: "open", series: SERIES, expectations: EXPECTATIONS, browsers: BROWSERS });
  const figures: Figure[] = [];
  for (const kind of CHANGES) {
    await ask({ what: "change", kind });
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await ask({ what: "change", kind }));
    figures.push({
      what: `change to shown: ${kind}`,
      value: median(times),
      unit: "ms",
      atMost: SHOWN_MS,
    });
  }
  await child.end();
  return figures;
}

async function drops(): Promise<Figure[]> {
  const costs = new Map<number, number[]>([0, 50, 500].map((count) => [count, []]));
  for (let run = 0; run < 3; run++) {
    for (const [expectations, list] of costs) {
      const child = startChild("expectations-child");
      list.push(await child.ask<number>({ what: "drop", expectations }));
      await child.end();
    }
  }
  const cost = (count: number) => median(costs.get(count) ?? []);
  return [
    ...[0, 50, 500].map((count) => ({
      what: `a drop under ${count} that do not match`,
      value: cost(count),
      unit: "us",
    })),
    { what: "  500 / 0", value: cost(500) / cost(0), unit: "", atMost: 1.15 },
  ];
}

async function previews(): Promise<Figure[]> {
  const child = startChild("expectations-child");
  const ask = (request: ExpectationsRequest) => child.ask<number>(request);
  await ask({ what: "fill", drops: DROPS, expectations: EXPECTATIONS });
  const time = async (request: ExpectationsRequest) => {
    await ask(request);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await ask(request));
    return median(times);
  };
  const scan = await time({ what: "scan" });
  const figures: Figure[] = [{ what: "one scan of the day", value: scan, unit: "ms" }];
  for (const { what, q } of PREVIEWS) {
    const value = await time({ what: "preview", q });
    figures.push(
      { what, value, unit: "ms" },
      { what: "  in scans", value: value / scan, unit: "" },
    );
  }
  const hits = await time({ what: "hits" });
  figures.push(
    { what: "hits of all expectations", value: hits, unit: "ms" },
    { what: "  in scans", value: hits / scan, unit: "" },
  );
  await child.end();
  return figures;
}
