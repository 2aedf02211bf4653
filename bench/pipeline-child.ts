/** One way of working on the messages, measured alone: see `pipeline.ts`. */
import { decodeResponse } from "@/lib/hubble/decode";
import { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";
import { EVERYTHING } from "@/lib/query/query";
import { answer } from "./child";
import { cpuOf } from "./cpu";
import { createFeed } from "./feed";
import { createSimulatedTime, type SimulatedTime } from "./simulated-time";
import type { Stage } from "./stages";
import { createSystem, HOUR_MS, watch } from "./system";

type Work = (messages: readonly Buffer[]) => unknown;

const QUARTERS = 20;
const ROUNDS = 7;
const WARM_UP = 2;

async function workOf(stage: Stage, time: SimulatedTime): Promise<Work> {
  if (stage === "generated") return each((bytes) => GetFlowsResponse.decode(bytes));
  if (stage === "decode") return each(decodeResponse);
  const feed = createFeed();
  const isLive = stage === "live";
  const { hub, ingest } = createSystem({
    nowMs: time.nowMs,
    follow: feed.follow,
    ...(isLive ? {} : { onDrop: () => {} }),
  });
  void ingest.run();
  if (!isLive) return feed.give;
  await watch(hub);
  return async (messages) => {
    await feed.give(messages);
    // Subscribing brings a view up to now, as its own tick does four times a second.
    const passing = await hub.subscribe({ q: "", query: EVERYTHING, rangeMs: HOUR_MS }, null);
    await passing.return();
  };
}

function each(decode: (bytes: Buffer) => unknown): Work {
  let kept: unknown;
  return (messages) => {
    for (const bytes of messages) kept = decode(bytes);
    return kept;
  };
}

/** Microseconds of CPU for each message, one number a round. */
answer<{ stage: Stage }>(async ({ stage }) => {
  const time = createSimulatedTime();
  const work = await workOf(stage, time);
  const perMessage: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    let micros = 0;
    let count = 0;
    for (let i = 0; i < QUARTERS; i++) {
      const messages = time.quarter();
      micros += await cpuOf(() => work(messages));
      count += messages.length;
    }
    if (round >= WARM_UP) perMessage.push(micros / count);
  }
  return perMessage;
});
