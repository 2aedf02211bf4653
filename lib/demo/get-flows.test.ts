/** The request semantics of Hubble's `GetFlows`, asked of the real server by a real client. */
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LostEvent } from "@/lib/hubble/generated/flow/flow";
import type { ObserverClient } from "@/lib/hubble/generated/observer/observer";
import { NodeState } from "@/lib/hubble/generated/relay/relay";
import { timestampOfMs } from "@/lib/hubble/timestamp";
import { createRelayServer, type Relay } from "./relay";
import { collect, connectTo, dropAt, requestOf, uuidsOf } from "./test-client";

const AUDIT = { whitelist: [{ verdict: ["AUDIT"] }] };
const at = (ms: number) => new Date(1_000_000 + ms).toISOString();

describe("GetFlows over a ring of five flows, the second and fourth of them AUDIT", () => {
  let relay: Relay;
  let client: ObserverClient;
  beforeAll(async () => {
    relay = await createRelayServer({ nodes: ["c/n1"] });
    for (let i = 1; i <= 5; i++) {
      relay.emit(dropAt(i * 100, `f${i}`, i % 2 === 0 ? { verdict: "AUDIT" } : {}));
    }
    client = connectTo(relay.address);
  });
  afterAll(async () => {
    client.close();
    await relay.stop();
  });

  it.each([
    ["nothing asked: the whole ring, oldest first", {}, ["f1", "f2", "f3", "f4", "f5"]],
    ["number: the newest, oldest of them first", { number: "2" }, ["f4", "f5"]],
    ["number counts matching flows", { number: "2", ...AUDIT }, ["f2", "f4"]],
    ["number and first: the oldest", { number: "2", first: true }, ["f1", "f2"]],
    ["first counts matching flows", { number: "1", first: true, ...AUDIT }, ["f2"]],
    ["since: from the first flow at that time", { since: at(300) }, ["f3", "f4", "f5"]],
    ["since between two flows", { since: at(301) }, ["f4", "f5"]],
    ["since wins over number, which still caps", { since: at(200), number: "2" }, ["f2", "f3"]],
    ["since and until: a closed range", { since: at(200), until: at(400) }, ["f2", "f3", "f4"]],
    ["until alone: from the oldest", { until: at(200) }, ["f1", "f2"]],
    [
      "until ends a stream that follows",
      { since: at(100), until: at(200), follow: true },
      ["f1", "f2"],
    ],
    ["a blacklist excludes", { blacklist: [{ verdict: ["AUDIT"] }] }, ["f1", "f3", "f5"]],
    [
      "an empty filter in the whitelist matches all",
      { whitelist: [{}, { uuid: ["f1"] }] },
      ["f1", "f2", "f3", "f4", "f5"],
    ],
    ["an empty filter in the blacklist hides all", { blacklist: [{}] }, []],
    [
      "several whitelist filters are alternatives",
      { whitelist: [{ uuid: ["f1"] }, { uuid: ["f5"] }] },
      ["f1", "f5"],
    ],
    [
      "fields of one filter must all match",
      { whitelist: [{ uuid: ["f1", "f2"], verdict: ["AUDIT"] }] },
      ["f2"],
    ],
  ])("%s", async (_rule, request, expected) => {
    const { responses, error } = await collect(client, requestOf(request));

    expect(error).toBeNull();
    expect(uuidsOf(responses)).toEqual(expected);
  });

  it("refuses first together with follow", async () => {
    const { error } = await collect(client, requestOf({ first: true, follow: true }));

    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.details).toBe("first cannot be specified with follow");
  });

  it("says first which nodes are connected", async () => {
    const { responses } = await collect(client, requestOf({ number: "1" }));

    expect(responses[0]?.node_status).toMatchObject({
      state_change: NodeState.NODE_CONNECTED,
      node_names: ["c/n1"],
    });
  });

  it("answers an invalid filter with the nodes' error and ends well", async () => {
    const { responses, error } = await collect(
      client,
      requestOf({ whitelist: [{ source_ip: ["10.0.0"] }] }),
    );

    expect(error).toBeNull();
    expect(responses.at(-1)?.node_status).toMatchObject({
      state_change: NodeState.NODE_ERROR,
      node_names: ["c/n1"],
    });
    expect(responses.at(-1)?.node_status?.message).toContain("10.0.0");
    expect(uuidsOf(responses)).toEqual([]);
  });

  it("masks after filtering, and copies node and time from what is left", async () => {
    const request = { field_mask: "uuid,time", whitelist: [{ verdict: ["AUDIT"] }] };
    const { responses } = await collect(client, requestOf(request));

    const [, first] = responses;
    expect(first?.flow).toMatchObject({ uuid: "f2", verdict: 0, node_name: "" });
    expect(first).toMatchObject({ node_name: "", time: timestampOfMs(1_000_200) });
  });

  it("refuses a mask with a path that names no field", async () => {
    const { responses } = await collect(client, requestOf({ field_mask: "time,source.podname" }));

    expect(responses.at(-1)?.node_status?.message).toContain('"source.podname"');
  });
});

describe("GetFlows that follows", () => {
  it("begins with what arrives from now on", async () => {
    const { relay, client, close } = await oneNode(["old"]);
    const stream = collect(client, requestOf({ follow: true }), (all) => uuidsOf(all).length === 1);
    await streamsOpen(relay);
    relay.emit(dropAt(100, "new"));

    expect(uuidsOf((await stream).responses)).toEqual(["new"]);
    await close();
  });

  it("goes back by number and does not stop there", async () => {
    const { relay, client, close } = await oneNode(["a", "b", "c"]);
    const request = requestOf({ follow: true, number: "2" });
    const stream = collect(client, request, (all) => uuidsOf(all).length === 3);
    await streamsOpen(relay);
    relay.emit(dropAt(100, "new"));

    expect(uuidsOf((await stream).responses)).toEqual(["b", "c", "new"]);
    await close();
  });

  it("goes back to since and then lives on", async () => {
    const { relay, client, close } = await oneNode(["a", "b", "c"]);
    const request = requestOf({ follow: true, since: at(1) });
    const stream = collect(client, request, (all) => uuidsOf(all).length === 3);
    await streamsOpen(relay);
    relay.emit(dropAt(100, "new"));

    expect(uuidsOf((await stream).responses)).toEqual(["b", "c", "new"]);
    await close();
  });

  it("announces a node that appears, then its flows", async () => {
    const { relay, client, close } = await oneNode([]);
    const stream = collect(client, requestOf({ follow: true }), (all) => uuidsOf(all).length === 1);
    await streamsOpen(relay);
    relay.emit(dropAt(100, "x", { node_name: "c/n2" }));

    const { responses } = await stream;
    expect(responses.map(({ node_status, flow }) => node_status?.node_names ?? flow?.uuid)).toEqual(
      [["c/n1"], ["c/n2"], "x"],
    );
    await close();
  });
});

describe("GetFlows over two nodes", () => {
  it("applies number to each node and merges by time", async () => {
    const relay = await createRelayServer({ nodes: ["c/n1", "c/n2"] });
    for (let i = 1; i <= 4; i++) {
      relay.emit(dropAt(i * 100, `a${i}`));
      relay.emit(dropAt(i * 100 + 50, `b${i}`, { node_name: "c/n2" }));
    }
    const client = connectTo(relay.address);
    const { responses } = await collect(client, requestOf({ number: "2" }));

    expect(uuidsOf(responses)).toEqual(["a3", "b3", "a4", "b4"]);
    client.close();
    await relay.stop();
  });
});

describe("Lost events", () => {
  it("pass filters, times and counts", async () => {
    const { relay, client, close } = await oneNode(["a"]);
    relay.emitLost("c/n1", LostEvent.fromPartial({ source: 1, num_events_lost: "17" }));
    relay.emit(dropAt(100, "b"));
    const { responses } = await collect(
      client,
      requestOf({ number: "2", whitelist: [{ uuid: ["a", "b"] }] }),
    );

    expect(uuidsOf(responses)).toEqual(["a", "b"]);
    expect(responses.flatMap(({ lost_events }) => lost_events?.num_events_lost ?? [])).toEqual([
      "17",
    ]);
    await close();
  });

  it("tell a reader of a wrapped ring of one event, as Hubble does", async () => {
    const relay = await createRelayServer({ nodes: ["c/n1"], capacity: 3 });
    for (let i = 1; i <= 5; i++) relay.emit(dropAt(i, `f${i}`));
    const client = connectTo(relay.address);
    const { responses } = await collect(client);

    expect(responses[1]?.lost_events).toMatchObject({ source: 3, num_events_lost: "1" });
    expect(uuidsOf(responses)).toEqual(["f3", "f4", "f5"]);
    client.close();
    await relay.stop();
  });
});

async function oneNode(uuids: readonly string[]) {
  const relay = await createRelayServer({ nodes: ["c/n1"] });
  uuids.forEach((uuid, i) => {
    relay.emit(dropAt(i, uuid));
  });
  const client = connectTo(relay.address);
  const close = async () => {
    client.close();
    await relay.stop();
  };
  return { relay, client, close };
}

async function streamsOpen(relay: Relay): Promise<void> {
  await expect.poll(() => relay.streams, { timeout: 10_000 }).toBe(1);
}
