/** The demo relay as a thing that lives, misbehaves when told to, and knows what it sent. */
import { credentials, Metadata, makeClientConstructor, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GetFlowsResponse, ObserverClient } from "@/lib/hubble/generated/observer/observer";
import { NodeState } from "@/lib/hubble/generated/relay/relay";
import { timestampOfMs } from "@/lib/hubble/timestamp";
import { loadFlows } from "./load";
import { createRelayServer, type Relay } from "./relay";
import { HEALTH } from "./relay-service";
import { collect, connectTo, dropAt, requestOf, uuidsOf } from "./test-client";

let relay: Relay;
let client: ObserverClient;
beforeEach(async () => {
  relay = await createRelayServer({ nodes: ["c/n1", "c/n2"], ledger: true, capacity: 1000 });
  client = connectTo(relay.address);
});
afterEach(async () => {
  client.close();
  await relay.stop();
});

describe("a relay", () => {
  it("sums up its nodes in ServerStatus as Relay does", async () => {
    relay.emit(dropAt(1, "a"));
    const answer = await new Promise((resolve, reject) => {
      client.serverStatus({}, (error, response) => (error ? reject(error) : resolve(response)));
    });

    expect(answer).toMatchObject({
      num_flows: "1",
      max_flows: "2000",
      num_connected_nodes: 2,
      num_unavailable_nodes: 0,
      version: "hubble-relay v1.19.4",
    });
  });

  it("lists its nodes", async () => {
    const answer = await new Promise<{ nodes: { name: string }[] }>((resolve, reject) => {
      client.getNodes({}, (error, response) => (error ? reject(error) : resolve(response)));
    });

    expect(answer.nodes.map(({ name }) => name)).toEqual(["c/n1", "c/n2"]);
  });

  it("lists the namespaces of the last hour, sorted", async () => {
    const recent = {
      ...dropAt(0, "a", {
        source: { cluster_name: "c", namespace: "z" },
        destination: { cluster_name: "c", namespace: "b" },
      }),
      time: timestampOfMs(Date.now()),
    };
    relay.emit(dropAt(0, "old", { source: { cluster_name: "c", namespace: "gone" } }));
    relay.emit(recent);
    const answer = await new Promise((resolve, reject) => {
      client.getNamespaces({}, (error, response) => (error ? reject(error) : resolve(response)));
    });

    expect(answer).toEqual({
      namespaces: [
        { cluster: "c", namespace: "b" },
        { cluster: "c", namespace: "z" },
      ],
    });
  });

  it("names its version in the headers", async () => {
    const headers = await new Promise<Metadata>((resolve) => {
      client.getFlows(requestOf({})).on("metadata", resolve).resume();
    });

    expect(headers.get("hubble-relay-version")).toEqual(["1.19.4"]);
    expect(headers.get("hubble-server-version")).toEqual(["1.19.4"]);
  });

  it("does not implement the events that only nodes have", async () => {
    const code = await new Promise((resolve) => {
      client
        .makeServerStreamRequest(
          "/observer.Observer/GetAgentEvents",
          (b: Buffer) => b,
          (b: Buffer) => b,
          Buffer.alloc(0),
        )
        .on("error", (error: { code?: number }) => resolve(error.code))
        .resume();
    });

    expect(code).toBe(status.UNIMPLEMENTED);
  });

  it("passes the standard health check", async () => {
    const Health = makeClientConstructor(HEALTH, "grpc.health.v1.Health");
    const health = new Health(relay.address, credentials.createInsecure());
    const answer = await new Promise((resolve) => {
      health.check?.({ service: "" }, (_error: unknown, found: unknown) => resolve(found));
    });

    expect(answer).toEqual({ status: 1 });
    health.close();
  });

  it("keeps its rings and its port over a stop and a start", async () => {
    relay.emit(dropAt(1, "before"));
    const { port } = relay;
    await relay.stop();
    await relay.start();
    relay.emit(dropAt(2, "after"));

    expect(relay.port).toBe(port);
    const again = connectTo(relay.address);
    expect(uuidsOf((await collect(again)).responses)).toEqual(["before", "after"]);
    again.close();
  });

  it("cuts open streams when it stops", async () => {
    const stream = collect(client, requestOf({ follow: true }));
    await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(1);
    await relay.stop();

    expect((await stream).error).not.toBeNull();
    await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(0);
  });

  it("sends a malformed message and goes on", async () => {
    const stream = new Promise<string[]>((resolve) => {
      const seen: string[] = [];
      client
        .makeServerStreamRequest(
          "/observer.Observer/GetFlows",
          (b: Buffer) => b,
          (b: Buffer) => b,
          Buffer.from([0x18, 1]),
        )
        .on("data", (bytes: Buffer) => {
          seen.push(bytes.toString("hex"));
          if (seen.length === 3) resolve(seen);
        })
        .on("error", () => {});
    });
    await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(1);
    relay.emitRaw(Uint8Array.from([0x0a, 0xff]));
    relay.emitNodeStatus(NodeState.NODE_UNAVAILABLE, ["c/n2"], "gone");

    expect((await stream)[1]).toBe("0aff");
    expect((await stream)[2]).toContain(Buffer.from("gone").toString("hex"));
  });

  it("hangs and recovers", async () => {
    const stream = collect(client, requestOf({ follow: true }), (all) => uuidsOf(all).length === 2);
    await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(1);
    relay.hang(true);
    relay.emit(dropAt(1, "a"));
    relay.emit(dropAt(2, "b"));
    const probe = await new Promise<number | undefined>((resolve) => {
      client.serverStatus({}, new Metadata(), { deadline: Date.now() + 50 }, (error) =>
        resolve(error?.code),
      );
    });
    expect(probe).toBe(status.DEADLINE_EXCEEDED);

    relay.hang(false);
    expect(uuidsOf((await stream).responses)).toEqual(["a", "b"]);
  });

  it("keeps a ledger of the flows it sent", async () => {
    relay.emit(dropAt(1, "a"));
    relay.emit(dropAt(2, "b", { verdict: "AUDIT" }));
    await collect(client, requestOf({ whitelist: [{ verdict: ["AUDIT"] }] }));

    expect(relay.sent.uuids).toEqual(["b"]);
  });
});

describe("a reader slower than its ring", () => {
  it("makes the relay stop writing, and is told how many events it lost", async () => {
    const call = client.getFlows(requestOf({ follow: true }));
    call.on("error", () => {});
    call.pause();
    await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(1);
    const labels = Array.from({ length: 100 }, (_, i) => `k8s:padding-${i}=${"x".repeat(60)}`);
    const total = 20_000;
    for (let i = 0; i < total; i++) {
      relay.emit(dropAt(i, `f${i}`, i < 3 ? { source: { labels } } : {}));
      if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const sentWhilePaused = relay.sent.uuids.length;
    const { flows, lost } = await readUntil(call, `f${total - 1}`);

    expect(sentWhilePaused).toBeLessThan(total - 1000);
    expect(lost).toBeGreaterThan(0);
    expect(flows + lost).toBe(total);
  });
});

describe("load", () => {
  it("spreads drops evenly over its series and over time, each decodable and unique", async () => {
    const load = loadFlows({ series: 7, perSecond: 100, startMs: 1_000_000, twins: true });
    for (const { nodeName, bytes, time } of load.take(1_000_700)) {
      relay.emitEncoded(nodeName, bytes, time);
    }
    const { responses } = await collect(client, requestOf({ since: new Date(0).toISOString() }));
    const flows = responses.flatMap(({ flow }) => flow ?? []);

    expect(load.drops).toBe(70);
    expect(new Set(flows.map(({ uuid }) => uuid)).size).toBe(140);
    expect(new Set(flows.map(({ source }) => source?.pod_name)).size).toBe(7);
    expect(flows[0]?.time).toEqual(timestampOfMs(1_000_000));
    expect(flows.at(-2)?.time).toEqual(timestampOfMs(1_000_690));
    expect(responses.at(-1)?.time).toEqual(flows.at(-1)?.time);
    const [verdict, drop] = flows;
    expect(verdict?.l4).toEqual(drop?.l4);
    expect([verdict?.event_type?.type, drop?.event_type?.type]).toEqual([5, 1]);
  });

  it("takes nothing twice and nothing early", () => {
    const load = loadFlows({ series: 2, perSecond: 10, startMs: 0 });

    expect(load.take(1000)).toHaveLength(10);
    expect(load.take(1000)).toHaveLength(0);
    expect(load.take(1001)).toHaveLength(1);
  });
});

function readUntil(
  call: ReturnType<ObserverClient["getFlows"]>,
  lastUuid: string,
): Promise<{ flows: number; lost: number }> {
  return new Promise((resolve) => {
    let flows = 0;
    let lost = 0;
    call.on("data", (response: GetFlowsResponse) => {
      if (response.flow) flows += 1;
      lost += Number(response.lost_events?.num_events_lost ?? 0);
      if (response.flow?.uuid === lastUuid) {
        resolve({ flows, lost });
        call.cancel();
      }
    });
    call.resume();
  });
}
