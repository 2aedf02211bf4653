import { Worker } from "node:worker_threads";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DecodedEvent } from "./event";
import { GetFlowsRequest } from "./generated/observer/observer";
import { parseRelayAddress } from "./relay-address";
import type { RelayChannel } from "./relay-channel";
import { createRelayThread } from "./relay-threaded";
import { sourceThread } from "./sample-thread";
import { type RelayScript, type ScriptedRelay, send, startScriptedRelay } from "./scripted-relay";

const thread = sourceThread();
const relays: ScriptedRelay[] = [];
afterEach(() => {
  for (const relay of relays.splice(0)) relay.kill();
});
afterAll(() => thread.stop());

const WANTED = GetFlowsRequest.fromPartial({ follow: true });
const NEVER = new AbortController().signal;

async function channelTo(script: RelayScript): Promise<RelayChannel> {
  const relay = await startScriptedRelay(script);
  relays.push(relay);
  return openAt(relay.port);
}

function openAt(port: number): RelayChannel {
  const parsed = parseRelayAddress(`localhost:${port}`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const { address } = parsed;
  const connection = { address, tls: null, basicAuth: null, connectTimeoutMs: 2_000 };
  return thread.openChannel(connection, null);
}

/** What came, and how it ended. */
async function readAll(channel: RelayChannel) {
  const events: DecodedEvent[] = [];
  const { ended } = channel.getFlows(WANTED, (event) => events.push(event));
  const end = await ended;
  return { uuids: events.flatMap((event) => (event.kind === "flow" ? event.flow.uuid : [])), end };
}

/** Answers for the thread: half a megabyte at once, and as soon as any of it was taken, as much more. */
const GENEROUS = `
  const { parentPort } = require("node:worker_threads");
  const give = (call, count) => {
    for (let at = 0; at < count; at += 1) {
      parentPort.postMessage({ call, batch: Buffer.alloc(65536), ends: new Uint32Array([65536]) });
    }
  };
  let following;
  parentPort.on("message", (order) => {
    if (order.do === "flows") {
      let known = 0;
      give(order.call, 8);
      following = setInterval(() => {
        const taken = Atomics.load(order.taken, 0);
        give(order.call, (taken - known) / 65536);
        known = taken;
      }, 1);
    }
    if (order.do === "cancel") clearInterval(following);
    if (order.do === "cancel") parentPort.postMessage({ call: order.call, end: { code: 1, details: "" } });
  });
`;

const flow = (number: number, pad = "") => ({
  flow: { uuid: `flow-${number}`, time: "2026-03-01T12:00:00Z", Summary: pad },
});

describe("a relay that another thread reads", () => {
  it("brings every flow in order before the end", async () => {
    const channel = await channelTo({
      stream(stream) {
        for (let number = 0; number < 5_000; number += 1) send(stream, flow(number));
        stream.end();
      },
    });
    const { uuids, end } = await readAll(channel);
    expect(uuids).toEqual(Array.from({ length: 5_000 }, (_, number) => `flow-${number}`));
    expect(end).toEqual({ code: 0, details: expect.any(String) });
    channel.close();
  });

  it("loses nothing of what waits for this thread to take more", async () => {
    const pad = "x".repeat(40_000);
    const channel = await channelTo({
      stream(stream) {
        for (let number = 0; number < 200; number += 1) send(stream, flow(number, pad));
        stream.end();
      },
    });
    const taken: string[] = [];
    const { ended } = channel.getFlows(WANTED, (event) => {
      if (event.kind === "flow") taken.push(event.flow.uuid);
      const untilMs = performance.now() + 1;
      while (performance.now() < untilMs);
    });
    await ended;
    expect(taken).toHaveLength(200);
    expect(new Set(taken).size).toBe(200);
    channel.close();
  });

  it("gives this thread's other work its turn, however fast more comes", async () => {
    const generous = createRelayThread(() => new Worker(GENEROUS, { eval: true }));
    const address = { target: "localhost:1", host: "localhost", tls: false };
    const connection = { address, tls: null, basicAuth: null, connectTimeoutMs: 100 };
    const channel = generous.openChannel(connection, null);
    const inTurn: number[] = [];
    let told = 0;
    await new Promise<void>((resolve) => {
      const call = channel.getFlows(WANTED, () => {
        if (told === 0) {
          setImmediate(() => {
            inTurn.push(told);
            told = 0;
            if (inTurn.length === 10) {
              call.cancel();
              resolve();
            }
          });
        }
        told += 1;
        const untilMs = performance.now() + 2;
        while (performance.now() < untilMs);
      });
    });
    // What was given at first may come in one turn, and with it what was given for an earlier one.
    expect(Math.max(...inTurn)).toBeLessThanOrEqual(16);
    await generous.stop();
  });

  it("tells status and errors as gRPC has them", async () => {
    const channel = await channelTo({ stream: (stream) => stream.end() });
    const status = await channel.serverStatus(2_000, NEVER);
    expect(status.version).not.toBe("");
    channel.close();
    const nobody = openAt(1);
    await expect(nobody.serverStatus(2_000, NEVER)).rejects.toMatchObject({
      code: 14,
      details: expect.stringContaining("ECONNREFUSED"),
    });
    expect((await readAll(nobody)).end).toMatchObject({ code: 14 });
    nobody.close();
  });

  it("ends a question at once when it is not wanted any more", async () => {
    const channel = await channelTo({ stream: () => undefined, status: () => null });
    const aborter = new AbortController();
    const asked = channel.serverStatus(60_000, aborter.signal);
    aborter.abort();
    await expect(asked).rejects.toMatchObject({ code: 1 });
    await expect(channel.serverStatus(60_000, aborter.signal)).rejects.toMatchObject({ code: 1 });
    channel.close();
  });

  it("ends a call that is cancelled, and tells nothing after it", async () => {
    const channel = await channelTo({
      stream(stream) {
        const timer = setInterval(() => send(stream, flow(1)), 1);
        stream.once("cancelled", () => clearInterval(timer));
      },
    });
    let told = 0;
    const call = channel.getFlows(WANTED, () => {
      told += 1;
    });
    while (told === 0) await new Promise((later) => setTimeout(later, 5));
    call.cancel();
    const before = told;
    expect(await call.ended).toMatchObject({ code: 1 });
    expect(told).toBe(before);
    channel.close();
  });

  it("answers for a channel that cannot be opened", async () => {
    const key = Buffer.from("no key");
    const connection = { address: { target: "localhost:1", host: "localhost", tls: true } };
    const channel = thread.openChannel(
      { ...connection, tls: null, basicAuth: null, connectTimeoutMs: 100 },
      { ca: null, key, cert: key, allowInsecure: false },
    );
    await expect(channel.serverStatus(100, NEVER)).rejects.toMatchObject({ code: -1 });
    expect((await readAll(channel)).end.code).toBe(-1);
    channel.close();
  });

  it("ends every call when it ends, and runs anew with the next channel", async () => {
    const channel = await channelTo({ stream: () => undefined, status: () => null });
    const call = channel.getFlows(WANTED, () => undefined);
    const asked = channel.serverStatus(60_000, NEVER);
    const refused = expect(asked).rejects.toMatchObject({ code: 14 });
    await thread.stop();
    await refused;
    expect(await call.ended).toMatchObject({
      code: 14,
      details: expect.stringContaining("the thread that reads relays ended"),
    });
    await expect(channel.serverStatus(60_000, NEVER)).rejects.toMatchObject({ code: 14 });
    expect((await readAll(channel)).end.code).toBe(14);
    const again = await channelTo({ stream: (stream) => stream.end() });
    expect((await readAll(again)).end.code).toBe(0);
    again.close();
  });
});
