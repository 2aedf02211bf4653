import { describe, expect, it } from "vitest";
import { sampleEndpoint, sampleFlow } from "@/lib/drops/sample-flow";
import { backoffMs } from "./backoff";
import type { LostEvent } from "./event";
import { createEventQueue } from "./event-queue";
import { DEFAULT_TIMING } from "./relay-options";
import { createResumePoint } from "./relay-resume";
import type { SourceEvent } from "./source-event";
import { sourceStatus } from "./source-status-event";

const skipped = (what: string): SourceEvent => ({ kind: "skipped", what });

function lost(
  node: string,
  count: bigint,
  firstMs: number | null,
  lastMs: number | null,
): LostEvent {
  return { kind: "lost", source: "HUBBLE_RING_BUFFER", count, cluster: "c", node, firstMs, lastMs };
}

async function drain(queue: ReturnType<typeof createEventQueue>): Promise<SourceEvent[][]> {
  const batches: SourceEvent[][] = [];
  for await (const batch of queue.batches()) batches.push([...batch]);
  return batches;
}

describe("the event queue", () => {
  it("gives what came in one turn as one batch, to a consumer that already waits", async () => {
    const queue = createEventQueue(10);
    const draining = drain(queue);
    await Promise.resolve();
    queue.push(skipped("a"));
    queue.push(skipped("b"));
    await new Promise(setImmediate);
    queue.push(skipped("c"));
    queue.end();
    expect(await draining).toEqual([[skipped("a"), skipped("b")], [skipped("c")]]);
  });

  it("sheds beyond its limit, counts it, and begins anew after a batch", async () => {
    const queue = createEventQueue(2);
    const batches = queue.batches();
    for (const what of ["a", "b", "c", "d"]) queue.push(skipped(what));
    expect((await batches.next()).value).toEqual([
      skipped("a"),
      skipped("b"),
      { kind: "shed", count: 2, most: null, spans: [] },
    ]);
    queue.push(skipped("e"));
    expect((await batches.next()).value).toEqual([skipped("e")]);
  });

  it("keeps room for what is new beside what floods it, and tells what floods it", async () => {
    const queue = createEventQueue(100);
    const flowOf = (identity: number): SourceEvent => ({
      kind: "flow",
      flow: sampleFlow({
        source: sampleEndpoint({ identity, namespace: "shop", pod: `p${identity}` }),
      }),
    });
    for (let i = 0; i < 500; i++) queue.push(flowOf(1));
    queue.push(flowOf(2));
    queue.end();
    const [batch = []] = await drain(queue);
    expect(batch.filter((event) => event.kind === "flow")).toHaveLength(101);
    expect(batch.at(-1)).toMatchObject({ kind: "shed", count: 400, most: { count: 400 } });
    expect(JSON.stringify(batch.at(-1))).toContain("shop/p1 to ");
  });

  it("tells the times of the flows that it let go, a wrong clock's apart", async () => {
    const queue = createEventQueue(1);
    const flowAt = (timeMs: number): SourceEvent => ({
      kind: "flow",
      flow: sampleFlow({ timeMs }),
    });
    queue.push(skipped("full"));
    // A few may come beyond the limit, of each kind.
    for (let i = 0; i < 30; i++) queue.push(flowAt(600_000));
    for (const timeMs of [605_000, 601_000, 9_000_000, 659_999]) queue.push(flowAt(timeMs));
    queue.end();
    const [batch = []] = await drain(queue);
    expect(batch.at(-1)).toMatchObject({
      spans: [
        { fromMs: 600_000, toMs: 659_999 },
        { fromMs: 9_000_000, toMs: 9_000_000 },
      ],
    });
  });

  it("keeps each change of state that comes while it is full, in order, and what was stepped over", async () => {
    const queue = createEventQueue(1);
    const steppedOver = { fromMs: 1, toMs: 2 };
    queue.push(skipped("full"));
    queue.push(sourceStatus("connected", "one node", 1));
    queue.push(sourceStatus("connected", "two nodes", 2));
    queue.push({ ...sourceStatus("waiting", "too large", 3), steppedOver });
    queue.push(sourceStatus("connecting", "", 4));
    queue.push(sourceStatus("connected", "", 5));
    queue.end();
    const [batch = []] = await drain(queue);
    expect(batch.slice(1)).toEqual([
      sourceStatus("connected", "two nodes", 2),
      { ...sourceStatus("waiting", "too large", 3), steppedOver },
      sourceStatus("connecting", "", 4),
      sourceStatus("connected", "", 5),
    ]);
  });

  it("adds lost events up instead of shedding them, by place and node", async () => {
    const queue = createEventQueue(1);
    queue.push(skipped("a"));
    queue.push(lost("n1", 2n ** 63n, 50, 60));
    queue.push(lost("n1", 2n ** 63n, null, 90));
    queue.push(lost("n2", 1n, 10, 10));
    queue.end();
    expect(await drain(queue)).toEqual([
      [skipped("a"), lost("n1", 2n ** 64n, 50, 90), lost("n2", 1n, 10, 10)],
    ]);
  });
});

describe("the wait before the next try", () => {
  it("doubles up to 5 s in the first minute of an outage and 30 s later", () => {
    const waits = [1, 2, 3, 4, 5, 50].map((n) => backoffMs(DEFAULT_TIMING, n, 0, 1));
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
    expect(backoffMs(DEFAULT_TIMING, 7, 60_000, 1)).toBe(30_000);
  });

  it("varies by chance between half of it and all", () => {
    expect(backoffMs(DEFAULT_TIMING, 1, 0, 0)).toBe(250);
    expect(backoffMs(DEFAULT_TIMING, 1, 0, 0.5)).toBe(375);
  });
});

describe("the resume point", () => {
  it("never goes back before what was asked for first", () => {
    const resume = createResumePoint(5000, 1000);
    resume.received(5500, 9000, "n");
    expect(resume.sinceMs()).toBe(5000);
    resume.received(8000, 9000, "n");
    resume.received(7000, 9000, "n");
    expect(resume.sinceMs()).toBe(7000);
  });

  it("counts an outsized message anew once flows arrived in between", () => {
    const resume = createResumePoint(null, 0);
    resume.received(1000, 9000, "n");
    expect(resume.oversized(9000)).toEqual({ first: true, steppedOver: null });
    expect(resume.oversized(9000)).toEqual({ first: false, steppedOver: null });
    resume.received(2000, 9000, "n");
    expect(resume.oversized(9000)).toEqual({ first: true, steppedOver: null });
  });
});
