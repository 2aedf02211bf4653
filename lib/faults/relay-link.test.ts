/** Faults of the way to a relay, F01 to F08: what the operator sees, and that nothing is lost. */
import dns from "node:dns";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openRelayChannel } from "@/lib/hubble/relay-channel";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { freshFlow, freshFlows } from "./fresh";
import { startLedgerRelay } from "./ledger-relay";
import { startRawHttp2Relay } from "./raw-http2";
import {
  type FaultSystem,
  type FaultSystemOptions,
  poll,
  relaySource,
  startFaultSystem,
} from "./system";

let system: FaultSystem | null = null;

async function start(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  system = await startFaultSystem(options);
  return system;
}

afterEach(async () => {
  await system?.dispose();
  system = null;
});

const isConnected = ({ state }: { state: string }) => state === "connected";
const isDisconnected = ({ state }: { state: string }) => state === "disconnected";
const PROBING = { timing: { probeIntervalMs: 60, probeDeadlineMs: 100 } };

/** Two flows of one refused packet, which are joined to one drop. */
function packet() {
  return refusedPacket({
    time: new Date().toISOString(),
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: COREDNS,
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });
}

/** The last gap that has ended, once it is as wanted. */
async function gapThatIs(one: FaultSystem, refilled: boolean) {
  const since = Date.now() - 60_000;
  for (;;) {
    const gap = (await one.gaps(since)).findLast(({ toMs }) => toMs > since);
    if (gap?.refilled === refilled) return gap;
    await new Promise((later) => setTimeout(later, 20));
  }
}

describe("faults of the way to a relay", () => {
  it("F01 Relay down at start: the cause and the next try are told, history and pages are there", async () => {
    const one = await start({ isStopped: true });
    await one.proxy.refuse();
    await one.start();
    const source = await one.until("refused", ({ message }) => /^Connection refused/.test(message));
    expect(source).toMatchObject({ state: "disconnected", received: 0 });
    expect(source.message).toContain(`localhost:${one.proxy.port}: nothing listens there`);
    expect(one.runtime.readiness()).toMatchObject({
      ready: true,
      checks: { store: "ok", "source relay": expect.stringMatching(/^(disconnected|connecting)$/) },
    });
    expect((await one.gaps()).at(-1)?.refilled).toBe(false);
    await one.proxy.accept();
    await one.until("connected", isConnected);
  });

  it("F02 Relay appears later: it is found without a restart, and what it remembers is taken", async () => {
    const one = await start({ isRelayDown: true });
    one.relay.emit(...packet());
    await one.until("down", isDisconnected);
    await one.relay.start();
    await one.until("taken", ({ received }) => received === 2);
    expect(await one.settled()).toMatchObject({ state: "connected", stored: 1, paired: 1 });
  });

  it("F03 The name resolves to another address: the new one is used without a restart", async () => {
    const first = await startLedgerRelay({ host: "127.0.0.2" });
    const { port } = first;
    let address: string | null = null;
    // Stands for the cluster's DNS, which answers for this one name.
    const lookup = dns.promises.lookup;
    vi.spyOn(dns.promises, "lookup").mockImplementation((async (name: string, how: object) => {
      if (name !== "relay.invalid") return lookup(name, how);
      if (address === null) throw new Error(`getaddrinfo ENOTFOUND ${name}`);
      return [{ address, family: 4 }];
    }) as typeof lookup);
    const one = await start({
      relay: { host: "127.0.0.3", port },
      ledgers: [first.ledger],
      // Names are looked up in this thread, where the test says what they mean.
      sources: () => [relaySource(`relay.invalid:${port}`, { openChannel: openRelayChannel })],
    });
    const { message } = await one.until("no such name", isDisconnected);
    expect(message).toContain(`The name in relay.invalid:${port} cannot be resolved.`);
    address = "127.0.0.2";
    first.emit(...packet());
    await one.until("taken", ({ received }) => received === 2);
    address = "127.0.0.3";
    first.kill();
    one.relay.emit(...packet());
    await one.until("taken from the other address", ({ received }) => received === 4);
    expect(await one.settled()).toMatchObject({ state: "connected", stored: 2, paired: 2 });
  });

  it("F04 Relay dies mid-stream: the gap is drawn, and refilled by what the relay still had", async () => {
    const one = await start();
    one.relay.emit(...packet());
    await one.until("taken", ({ received }) => received === 2);
    await one.proxy.refuse();
    one.proxy.reset();
    const source = await one.until("cut", isDisconnected);
    expect(source.message).toMatch(/closed the connection|refused/);
    one.relay.emit(...packet(), ...freshFlows(20));
    await one.proxy.accept();
    await one.until("taken again", ({ received }) => received === 26);
    expect(await one.settled()).toMatchObject({ state: "connected", stored: 22, duplicate: 2 });
    await gapThatIs(one, true);
    expect(await one.judge()).toMatchObject({ unaccounted: 0, inGaps: 0 });
  });

  it("F04 Relay dies mid-stream and its ring has turned over: what is missing lies in a gap", async () => {
    const one = await start();
    one.relay.emit(freshFlow());
    await one.until("taken", ({ received }) => received === 1);
    await one.proxy.refuse();
    one.proxy.reset();
    await one.until("cut", isDisconnected);
    one.relay.emit(...freshFlows(10));
    one.relay.forget(0);
    await one.proxy.accept();
    await one.until("back", isConnected);
    await gapThatIs(one, false);
    expect(await one.judge()).toMatchObject({ unaccounted: 0, inGaps: 10 });
  });

  it("F05 The stream ends cleanly: that is a disconnect, and the stream is taken up again", async () => {
    const one = await start({ follow: { timing: { backoffMs: 300, earlyCapMs: 300 } } });
    one.relay.emit(...packet());
    await one.until("taken", ({ received }) => received === 2);
    one.relay.endStreams();
    const { message } = await one.until("ended", isDisconnected);
    expect(message).toContain("ended the stream: Relay is restarting, or a proxy closed it.");
    one.relay.emit(...packet());
    await one.until("back", ({ received }) => received === 6);
    expect(await one.settled()).toMatchObject({ stored: 2, paired: 2, duplicate: 2 });
  });

  it("F06 GOAWAY for too many pings: reconnects, names the cause once, and sends no pings itself", async () => {
    const raw = await startRawHttp2Relay();
    const source = relaySource(raw.port, PROBING, "raw");
    const one = await start({ sources: (relay) => [source, relay] });
    await poll(
      () => (raw.calls.ServerStatus ?? 0) > 5,
      () => JSON.stringify(raw.calls),
    );
    const before = raw.calls.GetFlows ?? 0;
    raw.complainOfPings();
    const { message } = await one.until("complaint", ({ state }) => state === "disconnected");
    expect(message).toContain("ended the connection because of too many pings");
    await poll(
      () => (raw.calls.GetFlows ?? 0) > before,
      () => JSON.stringify(raw.calls),
    );
    expect(one.log.filter((line) => line.includes("too many pings"))).toHaveLength(1);
    expect(raw.pings).toBe(0);
    raw.close();
  });

  it("F07 Relay hangs without closing: it is not green meanwhile, and goes on by itself afterwards", async () => {
    const one = await start({ follow: PROBING });
    one.relay.emit(...packet());
    await one.until("taken", ({ received }) => received === 2);
    one.proxy.set({ halfOpen: true });
    const silent = await one.until("silent", ({ state }) => state === "silent");
    expect(silent.message).toMatch(/has not answered for \d+ s: Relay or the way to it hangs/);
    one.relay.emit(...packet(), ...freshFlows(5));
    one.proxy.set({ halfOpen: false });
    await one.until("back", isConnected);
    await one.until("taken", ({ stored }) => stored === 7);
  });

  it("F08 Half-open TCP: the channel is built anew, not only the stream", async () => {
    const one = await start({ follow: PROBING });
    one.relay.emit(...packet());
    await one.until("taken", ({ received }) => received === 2);
    const before = one.proxy.accepted;
    one.proxy.set({ blackhole: true });
    await one.until("given up", isDisconnected);
    await one.proxy.heal();
    one.relay.emit(...packet(), ...freshFlows(5));
    await one.until("taken", ({ stored }) => stored === 7);
    expect(one.proxy.accepted).toBeGreaterThan(before);
  });
});
