/**
 * Faults of what a relay sends, F12 to F18 and F22 to F27: each is counted for what it is, shown,
 * and does no harm to its neighbours.
 */
import { afterEach, describe, expect, it } from "vitest";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { EVERYTHING } from "@/lib/query/query";
import { freshFlow, freshFlows } from "./fresh";
import { encodeFlow } from "./ledger-relay";
import { type FaultSystem, type FaultSystemOptions, startFaultSystem } from "./system";

let system: FaultSystem | null = null;

async function start(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  system = await startFaultSystem(options);
  await system.until("connected", ({ state }) => state === "connected");
  await system.relay.reading();
  return system;
}

afterEach(async () => {
  await system?.dispose();
  system = null;
});

const HOUR_MS = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

async function view(one: FaultSystem, fromMs = Date.now() - 2 * HOUR_MS) {
  return one.runtime.past.view({
    ...{ q: "", query: EVERYTHING, by: "policy" },
    ...{ fromMs, toMs: Date.now() + 2 * HOUR_MS },
  });
}

function packet(time: string, node: string) {
  return refusedPacket({
    ...{ time, node, reason: "POLICY_DENIED", source: PRODUCTPAGE, destination: COREDNS },
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });
}

describe("what Relay says beside flows", () => {
  it("F12 LostEvents, huge and many: one line for each place, summed to the last event, and no drops", async () => {
    const one = await start();
    const lost = (source: string, num_events_lost: string, at: string) => ({
      ...{ lost_events: { source, num_events_lost }, node_name: "c1/n1", time: at },
    });
    const many = Array.from({ length: 30_000 }, () => lost("PERF_EVENT_RING_BUFFER", "3", ago(0)));
    one.relay.tell(
      lost("HUBBLE_RING_BUFFER", "18446744073709551615", ago(60_000)),
      lost("HUBBLE_RING_BUFFER", "1", ago(30_000)),
      lost("OBSERVER_EVENTS_QUEUE", "7", ago(1_000)),
      ...many,
    );
    const sum = 2n ** 64n + 7n + 90_000n;
    const source = await one.until(
      "all lost events",
      ({ lostAtMost }) => BigInt(lostAtMost) >= sum,
    );
    expect(BigInt(source.lostAtMost)).toBe(sum);
    expect(one.relay.ledger.lost).toBe(sum);
    expect(source.received).toBe(0);
    const lines = source.losses
      .map(({ place, node, atMost }) => `${place} ${node} ${atMost}`)
      .sort();
    expect(lines).toEqual([
      `HUBBLE_RING_BUFFER c1/n1 ${2n ** 64n}`,
      "OBSERVER_EVENTS_QUEUE c1/n1 7",
      "PERF_EVENT_RING_BUFFER c1/n1 90000",
    ]);
    const ring = source.losses.find(({ place }) => place === "HUBBLE_RING_BUFFER");
    expect(Date.parse(ring?.to ?? "") - Date.parse(ring?.from ?? "")).toBeGreaterThan(29_000);
    const { coverage } = await view(one, Date.now() - 20_000);
    expect(coverage).toMatchObject({ complete: false, lostAtMost: 90_007 });
  });

  it("F13 Nodes unavailable, refusing and gone: how many of how many, and which", async () => {
    const one = await start();
    const names = Array.from({ length: 40 }, (_, at) => `c1/n${at + 1}`);
    const state = (state_change: string, node_names: string[], message = "") => ({
      node_status: { state_change, node_names, message },
    });
    one.relay.tell(
      state("NODE_CONNECTED", names),
      state("NODE_UNAVAILABLE", ["c1/n7", "c1/n9"]),
      state("NODE_ERROR", ["c1/n11"], "no such filter"),
    );
    const source = await one.until("three", ({ nodesUnavailable }) => nodesUnavailable === 3);
    expect(source.message).toContain("3 of 40 nodes not observed: c1/n7, c1/n9, c1/n11.");
    expect(source.message).toContain("no such filter");
    expect(source.unavailableNodes).toEqual(["c1/n7", "c1/n9", "c1/n11"]);
    expect(
      source.nodes
        .slice(0, 3)
        .map(({ state: is }) => is)
        .sort(),
    ).toEqual(["error", "unavailable", "unavailable"]);
    expect((await view(one)).coverage.complete).toBe(false);
    one.relay.tell(state("NODE_GONE", ["c1/n7"]), state("NODE_CONNECTED", ["c1/n9"]));
    const later = await one.until("one", ({ nodesUnavailable }) => nodesUnavailable === 1);
    expect(later.message).toContain("1 of 39 nodes not observed: c1/n11.");
  });
});

describe("flows that come again, late, or from another time", () => {
  it("F14 A node flaps and replays its ring: no new rows, every repeat is a duplicate", async () => {
    const one = await start();
    one.relay.emit(...freshFlows(4_000));
    await one.until("all", ({ stored }) => stored === 4_000);
    one.relay.replay();
    await one.until("all again", ({ duplicate }) => duplicate === 4_000);
    expect(await one.settled()).toMatchObject({ received: 8_000, stored: 4_000 });
    expect((await view(one)).totals.drops).toBe(4_000);
  });

  it("F15 Our own resume overlaps after a restart: duplicates are counted, none is seen", async () => {
    const one = await start();
    one.relay.emit(...freshFlows(50), ...packet(ago(0), "c1/n1"));
    await one.until("all", ({ stored }) => stored === 51);
    await one.stop();
    await one.start();
    await one.until("all again", ({ duplicate }) => duplicate === 52);
    expect((await view(one)).totals.drops).toBe(51);
  });

  it("F16 One uuid for two different flows: both are kept, and the second is told", async () => {
    const one = await start();
    const first = freshFlow();
    const second = { ...first, IP: { source: "10.0.0.66", destination: "10.0.0.2" } };
    one.relay.emit(first, second, first, second);
    await one.until("all", ({ received }) => received === 4);
    const source = await one.settled();
    expect(source).toMatchObject({ stored: 2, duplicate: 2 });
    expect(source.unreadable.at(-1)?.reason).toContain("came with the uuid of another");
    expect((await view(one)).totals.drops).toBe(2);
  });

  it("F17 Flows out of order by a second, a minute and an hour: each in its place, twins joined", async () => {
    const one = await start();
    const ages = [0, HOUR_MS, 1_000, 60_000, 0, HOUR_MS - 5];
    for (const age of ages) one.relay.emit(...packet(ago(age), "c1/n1"));
    await one.until("all", ({ received }) => received === 12);
    expect(await one.settled()).toMatchObject({ stored: 6, paired: 6 });
    const recent = await view(one, Date.now() - HOUR_MS / 2);
    expect(recent.totals.drops).toBe(4);
    expect((await view(one)).totals.drops).toBe(6);
  });

  it("F18 A node's clock is an hour ahead or behind: told for the node, and nothing lost by a resume", async () => {
    const one = await start({ follow: { overlapMs: 100 } });
    const burst = () => {
      one.relay.emit(freshFlow({ node_name: "c1/right" }));
      one.relay.emit(freshFlow({ node_name: "c1/ahead", time: ago(-HOUR_MS) }));
      one.relay.emit(freshFlow({ node_name: "c1/behind", time: ago(HOUR_MS) }));
    };
    burst();
    await one.until("three", ({ received }) => received === 3);
    await one.proxy.refuse();
    one.proxy.reset();
    await one.until("cut", ({ state }) => state === "disconnected");
    burst();
    await one.proxy.accept();
    await one.until("six", ({ stored }) => stored === 6);
    expect((await view(one)).totals.drops).toBe(6);
    expect(await one.judge()).toMatchObject({ inGaps: 0, unaccounted: 0 });
  });
});

describe("messages that are not as they should be", () => {
  it("F22 Malformed, truncated, of the wrong wire type: counted one by one, neighbours intact", async () => {
    const one = await start();
    const whole = encodeFlow(freshFlow());
    const broken = [
      whole.subarray(0, 20),
      Buffer.from([10, 200, 1, 8]),
      Buffer.from([0x0f]),
      Buffer.from([10, 3, 0x0a, 0xff, 0xff]),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ];
    for (const bytes of broken) {
      one.relay.emit(freshFlow());
      one.relay.tellRaw(bytes, "malformed");
    }
    one.relay.emit(freshFlow());
    await one.until("all", ({ received }) => received === 2 * broken.length + 1);
    const source = await one.settled();
    expect(source).toMatchObject({ state: "connected", stored: broken.length + 1 });
    expect(source.rejected).toMatchObject({ malformed: broken.length, oversize: 0 });
    expect(source.unreadable).toHaveLength(broken.length);
    expect(one.relay.opened).toBe(1);
  });

  it("F23 A message over the limit that Relay sends again and again: stepped over, told, and in a gap", async () => {
    const one = await start();
    one.relay.emit(freshFlow());
    await one.until("first", ({ received }) => received === 1);
    one.relay.emitOversize(freshFlow({ Summary: "x".repeat(5 * 1024 * 1024) }));
    await one.until("stepped over", ({ unreadable }) =>
      unreadable.some(({ reason }) => reason.includes("stepped over")),
    );
    one.relay.emit(freshFlow());
    await one.until("next", ({ stored }) => stored === 2);
    const source = await one.settled();
    expect(source.rejected).toMatchObject({ oversize: 1 });
    const asked = one.relay.opened;
    expect(asked).toBeLessThanOrEqual(5);
    expect((await one.gaps()).some(({ refilled }) => !refilled)).toBe(true);
    await one.judge();
    expect(one.relay.opened).toBe(asked);
  });

  it("F24 Enum values, fields and kinds that this build does not know: kept and shown by number", async () => {
    const one = await start();
    const unknown = encodeFlow(freshFlow({ drop_reason: 999, drop_reason_desc: 999 }));
    one.relay.emitBytes(withField(unknown, 9_999));
    one.relay.emit(freshFlow({ verdict: 99 }), freshFlow({ event_type: { type: 77 } }));
    await one.until("all", ({ received }) => received === 3);
    expect(await one.settled()).toMatchObject({ stored: 2, out_of_scope: 1 });
    const { groups } = await view(one);
    expect(groups.map(({ attribution }) => attribution.reason ?? "").join()).toContain("999");
  });

  it("F25 A message with nothing in it, flows without verdict, source, time or uuid: none vanishes", async () => {
    const one = await start();
    one.relay.tellRaw(Buffer.alloc(0), "malformed");
    const { uuid: _u, ...nameless } = freshFlow();
    const { time: _t, ...timeless } = freshFlow();
    const { verdict: _v, ...verdictless } = freshFlow();
    const { source: _s, destination: _d, IP: _i, ...nobody } = freshFlow();
    one.relay.emit(nameless, timeless, verdictless, nobody);
    await one.until("all", ({ received }) => received === 5);
    expect(await one.settled()).toMatchObject({
      ...{ stored: 3, out_of_scope: 1 },
      rejected: { malformed: 1 },
    });
  });

  it("F26 Thousands of labels and names on a flow: cut with a mark, and the flow kept", async () => {
    const one = await start();
    const flow = freshFlow({
      source: {
        ...{ identity: 1001, namespace: "shop", pod_name: "web-0" },
        labels: Array.from({ length: 10_000 }, (_, at) => `k8s:label-${at}=value`),
      },
      destination_names: Array.from({ length: 5_000 }, (_, at) => `host-${at}.example.com`),
    });
    one.relay.emit(flow);
    await one.until("stored", ({ stored }) => stored === 1);
    const { dropFlow } = await one.runtime.past.drop(flow.uuid);
    const { source, destination_names: names } = dropFlow as typeof flow & {
      source: { labels: string[] };
      destination_names: string[];
    };
    expect(source.labels.at(-1)).toMatch(/^… 9\d+ more$/);
    expect(names.at(-1)).toMatch(/^… 4\d+ more$/);
    expect(JSON.stringify(dropFlow).length).toBeLessThan(32 * 1024);
  });

  it("F27 NUL, right-to-left marks, emoji, broken UTF-8 and very long text: stored and given back", async () => {
    const one = await start();
    const texts = [
      "nul\u0000nul",
      "\u202egnihsif\u202c",
      "\u{1f9e8}\u{1f469}\u200d\u{1f4bb}",
      "\u2028line\u2029",
      "<script>alert(1)</script>",
      `"'\\\r\n\t`,
    ];
    for (const text of texts) {
      one.relay.emit(
        freshFlow({ Summary: text, source: { namespace: text, pod_name: text, labels: [text] } }),
      );
    }
    const marked = encodeFlow(freshFlow({ Summary: "@@@@@@" }));
    const at = marked.indexOf("@@@@@@");
    // A lone surrogate and a byte that begins nothing, where text should be.
    Buffer.from([0xed, 0xa0, 0x80, 0xff, 0xc0, 0x80]).copy(marked, at);
    one.relay.emitBytes(marked);
    one.relay.emit(freshFlow({ Summary: "\u{1f9e8}".repeat(230_000) }));
    await one.until("all", ({ received }) => received === texts.length + 2);
    expect(await one.settled()).toMatchObject({ stored: texts.length + 2, state: "connected" });
  });
});

/** The response with one more field of text in its flow, of a number that nobody knows. */
function withField(message: Buffer, number: number): Buffer {
  const tail = Buffer.from([...varint((number << 3) | 2), 3, 0x61, 0x62, 0x63]);
  // `flow = 1` of any length stands first; what follows it is left as it is.
  let at = 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = message[at] ?? 0;
    length |= (byte & 127) << shift;
    at += 1;
    if (byte < 128) break;
  }
  const flow = Buffer.concat([message.subarray(at, at + length), tail]);
  return Buffer.concat([
    Buffer.from([10, ...varint(flow.length)]),
    flow,
    message.subarray(at + length),
  ]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
