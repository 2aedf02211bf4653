import { expect, it } from "vitest";
import type { Coverage } from "@/lib/drops/view";
import { groupingBy } from "@/lib/query/grouping";
import { createLiveView } from "./live-view";
import { firstSnapshot } from "./sample-expecting";

const DAY_MS = 86_400_000;
const BAR_MS = 24 * 60_000;

it("draws the bar of now as a gap as soon as most of what has passed of it is missing", async () => {
  const barMs = Math.floor(1_790_000_000_000 / BAR_MS) * BAR_MS;
  let now = barMs + 8 * 60_000;
  const coverage = (fromMs: number): Coverage => ({
    complete: false,
    gaps: [{ fromMs: Math.max(fromMs, barMs + 2 * 60_000), toMs: now, refilled: false }],
    lostAtMost: 0,
    newestDrop: null,
    sources: [],
  });
  const view = createLiveView({
    q: "",
    rangeMs: DAY_MS,
    nowMs: now,
    epoch: "epoch",
    coverage,
    grouping: groupingBy("policy"),
    firstSeenMs: () => undefined,
    overOf: () => undefined,
    unfilteredGroups: () => 0,
  });
  const lastBar = async () => {
    const stream = view.subscribe(null);
    const { timeline } = await firstSnapshot(stream);
    await stream.return();
    return timeline.at(-1);
  };
  expect(await lastBar()).toMatchObject({ timeMs: barMs, gap: true });
  now = barMs + 3 * 60_000;
  view.tick(now);
  expect(await lastBar()).toMatchObject({ timeMs: barMs, gap: false });
  view.close("done");
});
