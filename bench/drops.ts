/** Drops of the benchmark's flows, made beforehand, so that only what happens to them is measured. */
import { createAttempts } from "@/lib/drops/attempt";
import type { Drop } from "@/lib/drops/drop";
import { createPipeline } from "@/lib/drops/pipeline";
import { decodeResponse } from "@/lib/hubble/decode";
import type { SimulatedTime } from "./simulated-time";

/** Answers the drops of the next quarter of a second each time it is called. */
export function dropsOf(time: SimulatedTime): () => Drop[] {
  let drops: Drop[] = [];
  const pipeline = createPipeline({
    origin: "bench",
    attempts: createAttempts(),
    onDrop: (drop) => drops.push(drop),
  });
  return () => {
    drops = [];
    for (const bytes of time.quarter()) {
      const event = decodeResponse(bytes);
      if (event.kind === "flow") pipeline.push(event.flow, time.nowMs());
    }
    return drops;
  };
}
