import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import { createRelayServer } from "@/lib/demo/relay";
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { messageFromJson } from "@/lib/hubble/read-json";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "./hubble-flows";
import { firstSnapshot, queryOf } from "./sample-expecting";
import { imbalance, type SampleRuntime, startSampleRuntime } from "./sample-runtime";
import { relayFromEnvironment } from "./source-setup";

const CDN = "203.0.113.7";
const HOUR_MS = 3_600_000;

let system: SampleRuntime | null = null;

afterEach(async () => {
  if (system !== null) {
    expect(imbalance(system.runtime)).toBe(0);
    await system.dispose();
  }
  system = null;
});

async function start(options: Parameters<typeof startSampleRuntime>[0] = {}) {
  system = await startSampleRuntime(options);
  return system;
}

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** productpage calls an address outside; Hubble gives the names that it still knows. */
function call(time: string, names: string[], port: number, address = CDN): [Flow, Flow] {
  return refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: { identity: 2, labels: ["reserved:world"] },
    IP: { source: "10.244.2.148", destination: address },
    l4: { TCP: { source_port: port, destination_port: 443, flags: { SYN: true } } },
    verdict: { destination_names: names },
  }).map((flow) => ({ ...flow, destination_names: names })) as [Flow, Flow];
}

/** The DNS proxy's answer to productpage. */
function answer(time: string, name: string, ips: string[]): Flow {
  return messageFromJson("flow.Flow", {
    ...{ time, uuid: randomUUID(), verdict: "FORWARDED", Type: "L7", is_reply: true },
    ...{ node_name: "demo/worker-1", traffic_direction: "EGRESS", event_type: { type: 129 } },
    IP: { source: "10.244.0.10", destination: "10.244.2.148", ipVersion: "IPv4" },
    l4: { UDP: { source_port: 53, destination_port: 40789 } },
    source: COREDNS,
    destination: PRODUCTPAGE,
    l7: {
      type: "RESPONSE",
      dns: { query: `${name}.`, ips, ttl: 30, observation_source: "proxy", qtypes: ["A"] },
    },
  });
}

/** Asks again until it is so; fails in the end. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error("still not so");
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Client ports of the drops that a query finds. */
async function found(one: SampleRuntime, q: string): Promise<number[]> {
  const range = { q, query: queryOf(q), fromMs: Date.now() - HOUR_MS, toMs: Date.now() + 60_000 };
  const page = await one.runtime.past.drops(range, { limit: 100, before: null, arrivedMs: null });
  return page.drops.map(({ sourcePort }) => sourcePort).sort((a, b) => a - b);
}

async function live(one: SampleRuntime, q: string): Promise<number> {
  const stream = await one.runtime.live({ q, query: queryOf(q), rangeMs: HOUR_MS }, null);
  const { totals } = await firstSnapshot(stream);
  await stream.return();
  return totals.drops;
}

describe("a name that Hubble forgets", () => {
  it("is told of the bare address and found by it, live and past alike", async () => {
    const one = await start();
    const flows = [...call(ago(90_000), ["cnn.com"], 40_001), ...call(ago(30_000), [], 40_002)];
    for (const flow of flows) one.relay.emit(flow);
    await one.settled(4);

    expect(await found(one, "dst.fqdn:cnn.com")).toEqual([40_001, 40_002]);
    expect(await found(one, "dst.fqdn:none")).toEqual([]);
    expect(await found(one, "cnn")).toEqual([40_001, 40_002]);
    expect(await live(one, "dst.fqdn:cnn.com")).toBe(2);
    const { groups } = await one.everything("destination");
    const bare = groups.find(({ top }) => top.destination.kind === "address");
    expect(bare?.top.destination.served).toMatchObject({
      address: CDN,
      reported: false,
      names: [{ name: "cnn.com", kind: "drop", asker: "default/productpage-v1" }],
    });
  });

  it("outlives the process", async () => {
    const one = await start();
    for (const flow of call(ago(90_000), ["cnn.com"], 40_001)) one.relay.emit(flow);
    await one.settled(2);
    const { relay, dataDir } = one;
    await one.stop();

    const again = await start({ relay, dataDir });
    for (const flow of call(ago(10_000), [], 40_002)) relay.emit(flow);
    await until(async () => (await found(again, "src.workload:productpage-v1")).length === 2);
    expect(await found(again, "dst.fqdn:cnn.com")).toEqual([40_001, 40_002]);
  });
});

describe("DNS answers", () => {
  it("are asked for by setting, teach names, and are no drops", async () => {
    const relay = await createRelayServer({ ledger: true });
    const environment = { HUBBLE_SERVER: relay.address, DROPLENS_DNS_ANSWERS: "true" };
    const one = await start({ relay, sources: [relayFromEnvironment(environment)] });
    relay.emit(answer(ago(60_000), "cdn.example.com", [CDN]));
    for (const flow of call(ago(30_000), [], 40_003)) relay.emit(flow);
    await one.settled(3);

    const [source] = one.runtime.sourceReports().sources;
    expect(source).toMatchObject({ received: 3, out_of_scope: 1, stored: 1, paired: 1 });
    expect(await found(one, "dst.fqdn:cdn.example.com")).toEqual([40_003]);
  });

  it("are not sent where nobody asks", async () => {
    const one = await start();
    one.relay.emit(answer(ago(60_000), "cdn.example.com", [CDN]));
    for (const flow of call(ago(30_000), [], 40_004)) one.relay.emit(flow);
    await one.settled(2);

    const [source] = one.runtime.sourceReports().sources;
    expect(source).toMatchObject({ received: 2, out_of_scope: 0 });
    expect(await found(one, "dst.fqdn:none")).toEqual([40_004]);
  });
});

describe("an expectation by name", () => {
  it("hides the bare address of that name, and none that served others too", async () => {
    const one = await start();
    const [own, shared] = ["203.0.113.8", "203.0.113.9"];
    const flows = [
      ...call(ago(90_000), ["cdn.example.com"], 40_005, own),
      ...call(ago(80_000), ["cdn.example.com"], 40_006, shared),
      ...call(ago(70_000), ["cnn.com"], 40_007, shared),
      ...call(ago(20_000), [], 40_008, own),
      ...call(ago(10_000), [], 40_009, shared),
    ];
    for (const flow of flows) one.relay.emit(flow);
    await one.settled(10);
    const input = { query: "dst.fqdn:cdn.example.com", reason: "fonts", mode: "hide" } as const;
    await one.runtime.expectations.create(
      { ...input, expiresAt: ago(-HOUR_MS), ceilingPerMinute: null, watch: [] },
      claimedActor("Ada"),
    );

    expect(await found(one, "expected:true")).toEqual([40_005, 40_006, 40_008]);
    expect(await found(one, "dst.fqdn:cdn.example.com")).toEqual([40_005, 40_006, 40_008, 40_009]);
    expect(await live(one, "expected:true")).toBe(3);
    expect(await live(one, "expected:false")).toBe(2);
  });
});
