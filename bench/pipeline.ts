/** The whole way of a flow, from bytes to a live view, against bare decoding of the same bytes. */
import { startChild } from "./child";
import { median, type Report } from "./report";
import { STAGES, type Stage } from "./stages";

const RUNS = 3;
const TARGET = 2.5;

export async function benchPipeline(): Promise<Report> {
  const runs: Record<Stage, number[]> = { generated: [], decode: [], drops: [], live: [] };
  for (let run = 0; run < RUNS; run++) {
    for (const stage of STAGES) {
      const child = startChild("pipeline-child");
      runs[stage].push(median(await child.ask<number[]>({ stage })));
      await child.end();
    }
  }
  const of = (stage: Stage) => median(runs[stage]);
  const ratios = runs.live.map((live, run) => live / (runs.generated[run] ?? Number.NaN));
  return {
    name: "pipeline",
    about: `CPU per message, medians of ${RUNS} alternating runs`,
    figures: [
      { what: "bare generated decoding", value: of("generated"), unit: "us" },
      { what: "the whole pipeline", value: of("live"), unit: "us" },
      { what: "  of it decoding to a flow", value: of("decode"), unit: "us" },
      {
        what: "  of it dedupe, pair, attribute, series, account",
        value: of("drops") - of("decode"),
        unit: "us",
      },
      {
        what: "  of it hub, window, four ticks a second",
        value: of("live") - of("drops"),
        unit: "us",
      },
      { what: "whole / bare", value: median(ratios), unit: "", atMost: TARGET },
    ],
  };
}
