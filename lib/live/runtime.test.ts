import { afterEach, describe, expect, it } from "vitest";
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { EVERYTHING } from "@/lib/query/query";
import {
  COREDNS,
  METADATA_POLICY,
  metadataPacket,
  PRODUCTPAGE,
  refusedPacket,
} from "./hubble-flows";
import { imbalance, type SampleRuntime, startSampleRuntime } from "./sample-runtime";

let system: SampleRuntime | null = null;

async function start(...args: Parameters<typeof startSampleRuntime>): Promise<SampleRuntime> {
  system = await startSampleRuntime(...args);
  return system;
}

afterEach(async () => {
  if (system !== null) {
    expect(imbalance(system.runtime)).toBe(0);
    await system.dispose();
  }
  system = null;
});

/** A DNS question that default deny refuses, as in the walk-through of Cilium's policies. */
function dnsQuestion(time: string): [Flow, Flow] {
  return refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: COREDNS,
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });
}

describe("the running system", () => {
  it("makes three drops of one group of six lines about refused DNS questions", async () => {
    const { relay, settled, everything } = await start();
    const lines = [
      ...dnsQuestion("2026-11-20T22:17:28.285100Z"),
      ...dnsQuestion("2026-11-20T22:17:28.285400Z"),
      ...dnsQuestion("2026-11-20T22:17:33.290Z"),
    ];
    for (const flow of lines) relay.emit(flow);
    await settled(6);

    const { groups, totals } = await everything();
    expect(totals).toMatchObject({ drops: 3, unexpected: 3, expected: 0 });
    expect(groups).toHaveLength(1);
    const [group] = groups;
    expect(group?.attribution).toMatchObject({ kind: "default-deny", certainty: "paired" });
    expect(group?.attribution.endpoint).toMatchObject({
      namespace: "default",
      name: "productpage-v1",
    });
    expect(group).toMatchObject({ direction: "egress", drops: 3, sources: 1, destinations: 1 });
    expect(group?.top.destination).toMatchObject({ namespace: "kube-system", name: "coredns" });
  });

  it("shows a denied packet once, under its policy, with the tag of its verdict", async () => {
    const { relay, settled, everything, runtime } = await start();
    const denied = { egress_denied_by: [METADATA_POLICY] };
    const untagged = metadataPacket("2026-11-20T10:00:00.1Z", 40001, {
      ...denied,
      policy_log: [""],
    });
    const tagged = metadataPacket("2026-11-20T10:00:01.1Z", 40002, {
      ...denied,
      policy_log: ["ccnp_egress_denied_azure_imds"],
    });
    for (const flow of [...untagged, ...tagged]) relay.emit(flow);
    await settled(4);

    const { groups, totals } = await everything();
    expect(totals.drops).toBe(2);
    expect(groups.map(({ tags, tagState }) => ({ tags, tagState }))).toEqual(
      expect.arrayContaining([
        { tags: ["ccnp_egress_denied_azure_imds"], tagState: "tagged" },
        { tags: [], tagState: "untagged" },
      ]),
    );
    for (const { attribution } of groups) {
      expect(attribution.policies.map(({ name }) => name)).toEqual(["azure-imds-deny"]);
    }
    // The drop event's uuid leads to the same drop, with both flows as evidence.
    const twin = tagged[1].uuid;
    const details = await runtime.past.drop(twin);
    expect(details.drop.uuid).toBe(tagged[0].uuid);
    expect(details.verdictFlow).toMatchObject({ policy_log: ["ccnp_egress_denied_azure_imds"] });
    expect(details.dropFlow).toMatchObject({ uuid: twin, file: { name: "bpf_lxc.c", line: 1360 } });
  });

  it("goes on after a message that is no message, and counts it", async () => {
    const { relay, settled, runtime } = await start();
    // Raw bytes reach only streams that are open.
    await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(1);
    relay.emitRaw(new Uint8Array([10, 250, 255, 3, 1, 2, 3]));
    for (const flow of dnsQuestion("2026-11-20T22:17:28.285Z")) relay.emit(flow);
    await settled(3);
    const [source] = runtime.sourceReports().sources;
    expect(source).toMatchObject({ received: 3, stored: 1, paired: 1, state: "connected" });
    expect(source?.rejected.malformed).toBe(1);
    expect(source?.unreadable).toHaveLength(1);
  });

  it("keeps its views alive through a flow whose time is no time", async () => {
    const { relay, settled, runtime } = await start();
    const stream = await runtime.live({ q: "", query: EVERYTHING, rangeMs: 3_600_000 }, null);
    await read(stream, "snapshot");
    for (const flow of dnsQuestion(new Date().toISOString())) {
      relay.emit({ ...flow, time: { seconds: "9000000000000000", nanos: 0 } });
    }
    await settled(2);
    for (const flow of dnsQuestion(new Date().toISOString())) relay.emit(flow);
    await settled(4);
    expect(await read(stream, "drops")).toContain("9999-12-31");
    expect(await read(stream, "delta")).toContain("totals");
    await stream.return();
    expect(runtime.sourceReports().streams.subscribers).toBe(0);
  });

  it("lets go of a browser that left, and of nothing when nobody reads", async () => {
    const { runtime } = await start();
    const params = { q: "", query: EVERYTHING, rangeMs: 300_000 };
    const streams = await Promise.all([1, 2, 3].map(() => runtime.live(params, null)));
    expect(runtime.sourceReports().streams).toEqual({ views: 1, subscribers: 3 });
    for (const stream of streams) await stream.return();
    expect(runtime.sourceReports().streams.subscribers).toBe(0);
  });

  it("goes on where it stopped: nothing doubled, the time between told as a gap", async () => {
    const first = await start();
    const { relay, dataDir } = first;
    for (const flow of dnsQuestion(new Date(Date.now() - 2_000).toISOString())) relay.emit(flow);
    await first.settled(2);
    await first.stop();

    for (const flow of dnsQuestion(new Date().toISOString())) relay.emit(flow);
    await new Promise((later) => setTimeout(later, 1_500));
    const second = await start({ relay, dataDir });
    await second.settled(4);

    const { totals, coverage } = await second.everything();
    expect(totals.drops).toBe(2);
    expect(second.runtime.sourceReports().sources[0]).toMatchObject({ received: 4, duplicate: 2 });
    expect(coverage.gaps.some(({ fromMs }) => fromMs > Date.now() - 20_000)).toBe(true);
  });

  it("finds a relay again that went away, without gap in what it remembers and without doubles", async () => {
    const { relay, settled, everything, runtime } = await start();
    for (const flow of dnsQuestion(new Date().toISOString())) relay.emit(flow);
    await settled(2);
    await relay.stop();
    for (const flow of dnsQuestion(new Date().toISOString())) relay.emit(flow);
    expect(runtime.sourceReports().sources[0]?.message).not.toBe("");
    await relay.start();
    await settled(6);
    expect((await everything()).totals.drops).toBe(2);
    expect(runtime.sourceReports().sources[0]).toMatchObject({
      stored: 2,
      paired: 2,
      duplicate: 2,
    });
  });
});

/** The next event of that name, whole. */
async function read(stream: AsyncIterator<Uint8Array>, name: string): Promise<string> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) throw new Error("the stream ended");
    const text = new TextDecoder().decode(value);
    if (text.includes(`event: ${name}\n`)) return text;
  }
}
