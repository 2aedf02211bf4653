import { describe, expect, it } from "vitest";
import { createBroadcast, type Subscription } from "./broadcast";

const text = new TextDecoder();

async function read(subscription: Subscription, count: number): Promise<string[]> {
  const chunks: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { value } = await subscription.next();
    chunks.push(text.decode(value));
  }
  return chunks;
}

const eventOf = (chunk: string | undefined) => /^event: (.*)$/m.exec(chunk ?? "")?.[1];
const idOf = (chunk: string | undefined) => /^id: (.*)$/m.exec(chunk ?? "")?.[1] ?? null;

function broadcastOf(state: { now: number }) {
  return createBroadcast({ epoch: "e1", snapshot: () => ({ ...state }) });
}

describe("createBroadcast", () => {
  it("begins with a snapshot and goes on with events in order", async () => {
    const broadcast = broadcastOf({ now: 1 });
    const browser = broadcast.subscribe(null);
    const first = await read(browser, 2);
    broadcast.publish("delta", { n: 1 });
    broadcast.publish("delta", { n: 2 });
    const then = await read(browser, 2);
    expect(first[0]).toBe("retry: 1000\n\n");
    expect(eventOf(first[1])).toBe("snapshot");
    expect(then.map(eventOf)).toEqual(["delta", "delta"]);
    expect(then.map(idOf)).toEqual(["e1.1", "e1.2"]);
  });

  it("resumes after the last event a browser has seen", async () => {
    const broadcast = broadcastOf({ now: 1 });
    const before = broadcast.subscribe(null);
    broadcast.publish("delta", { n: 1 });
    await before.return();
    for (let n = 2; n <= 3; n += 1) broadcast.publish("delta", { n });
    const browser = broadcast.subscribe("e1.1");
    const chunks = await read(browser, 3);
    expect(chunks.slice(1).map(idOf)).toEqual(["e1.2", "e1.3"]);
  });

  it("F58 resumes after the snapshot, where a browser has seen nothing else", async () => {
    const broadcast = broadcastOf({ now: 1 });
    for (let n = 1; n <= 5; n += 1) broadcast.publish("delta", { n });
    const before = broadcast.subscribe(null);
    expect(idOf((await read(before, 2))[1])).toBe("e1.5");
    await before.return();
    broadcast.publish("delta", { n: 6 });
    const chunks = await read(broadcast.subscribe("e1.5"), 2);
    expect(idOf(chunks[1])).toBe("e1.6");
  });

  it("encodes nothing while nobody is there who could read or resume", async () => {
    const broadcast = broadcastOf({ now: 1 });
    let encoded = 0;
    const counted = { toJSON: () => (encoded += 1) };
    for (let n = 1; n <= 3; n += 1) broadcast.publish("delta", counted);
    expect(encoded).toBe(0);

    const browser = broadcast.subscribe(null);
    broadcast.publish("delta", counted);
    await browser.return();
    for (let n = 1; n <= 500; n += 1) broadcast.publish("delta", counted);
    expect(encoded).toBeGreaterThan(1);
    expect(encoded).toBeLessThan(100);
    const chunks = await read(broadcast.subscribe("e1.400"), 2);
    expect(eventOf(chunks[1])).toBe("snapshot");
    expect(idOf(chunks[1])).toBe("e1.504");
  });

  it.each(["e0.1", "e1.99", "", "e1.-1", "e1.1\nevent: x", "%00"])(
    "F50 forged id: begins anew for an id it cannot resume from: %j",
    async (id) => {
      const broadcast = broadcastOf({ now: 1 });
      broadcast.publish("delta", {});
      const chunks = await read(broadcast.subscribe(id), 2);
      expect(eventOf(chunks[1])).toBe("snapshot");
    },
  );

  it("F50 id too old: begins anew when the event after the last seen is no longer kept", async () => {
    const broadcast = broadcastOf({ now: 1 });
    for (let n = 1; n <= 500; n += 1) broadcast.publish("delta", { n });
    const chunks = await read(broadcast.subscribe("e1.3"), 2);
    expect(eventOf(chunks[1])).toBe("snapshot");
    expect(idOf(chunks[1])).toBe("e1.500");
  });

  it("F53 slow reader: does not take one for slow who reads events longer than the queue", async () => {
    const state = { now: 0, filler: "x".repeat(3 << 20) };
    const broadcast = broadcastOf(state);
    const browser = broadcast.subscribe(null);
    await read(browser, 2);
    for (let n = 1; n <= 4; n += 1) {
      broadcast.publish("delta", { n, filler: state.filler });
      expect(eventOf((await read(browser, 1))[0])).toBe("delta");
    }
  });

  it("F50 tells those who come back what was announced meanwhile and still holds", async () => {
    const broadcast = createBroadcast({
      epoch: "e1",
      snapshot: () => ({}),
      present: () => [["status", { complete: false }]],
    });
    const before = broadcast.subscribe(null);
    expect((await read(before, 2)).map(eventOf)).toEqual([undefined, "snapshot"]);
    broadcast.publish("delta", { n: 1 });
    await before.return();
    const chunks = await read(broadcast.subscribe("e1.0"), 3);
    expect(chunks.map(eventOf)).toEqual([undefined, "delta", "status"]);
    expect(idOf(chunks[2])).toBeNull();
  });

  it("F53 slow reader: holds a bounded queue for a stalled browser and tells it what it skipped", async () => {
    const state = { now: 0 };
    const broadcast = broadcastOf(state);
    const browser = broadcast.subscribe(null);
    await read(browser, 2);
    for (let n = 1; n <= 1_000; n += 1) {
      state.now = n;
      broadcast.publish("delta", { n, filler: "x".repeat(1_000) });
    }
    const [told, whole] = await read(browser, 2);
    expect(eventOf(told)).toBe("skipped");
    expect(told).toContain('"updates":1000');
    expect(whole).toContain('"now":1000');
    broadcast.publish("delta", { n: 1_001 });
    expect(idOf((await read(browser, 1))[0])).toBe("e1.1001");
  });

  it("F53 slow reader: does not let a stalled browser hold up another", async () => {
    const broadcast = broadcastOf({ now: 0 });
    broadcast.subscribe(null);
    const quick = broadcast.subscribe(null);
    await read(quick, 2);
    for (let n = 1; n <= 200; n += 1) {
      broadcast.publish("delta", { n });
      expect(idOf((await read(quick, 1))[0])).toBe(`e1.${n}`);
    }
  });

  it("ends every stream after a last event", async () => {
    const broadcast = broadcastOf({ now: 0 });
    const browser = broadcast.subscribe(null);
    await read(browser, 2);
    broadcast.close("bye", { reason: "restart" });
    expect(eventOf((await read(browser, 1))[0])).toBe("bye");
    expect((await browser.next()).done).toBe(true);
  });

  it("forgets a browser that has left", async () => {
    const broadcast = broadcastOf({ now: 0 });
    const browser = broadcast.subscribe(null);
    await read(browser, 2);
    const waiting = browser.next();
    await browser.return();
    expect((await waiting).done).toBe(true);
    expect(broadcast.subscribers).toBe(0);
  });

  it("keeps text from a flow inside its event", async () => {
    const hostile = 'a\n\nevent: snapshot\ndata: {"x":1}\r\n\u2028';
    const broadcast = createBroadcast({ epoch: "e1", snapshot: () => ({ hostile }) });
    const [, whole] = await read(broadcast.subscribe(null), 2);
    const lines = (whole ?? "").trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("event:"))).toHaveLength(1);
    const data = lines.find((line) => line.startsWith("data: "))?.slice(6) ?? "";
    expect(JSON.parse(data)).toEqual({ hostile });
  });
});
