/**
 * Faults of pace and of clocks, F09 to F11, F19 to F21 and F33: silence, slowness, floods, a clock
 * that jumps, and the same flows from several relays.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { Gap } from "@/lib/drops/view";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";
import { EVERYTHING } from "@/lib/query/query";
import { openStore } from "@/lib/store/store";
import { freshFlow, freshFlows } from "./fresh";
import { startLedgerRelay } from "./ledger-relay";
import { type FaultSystem, type FaultSystemOptions, relaySource, startFaultSystem } from "./system";

let system: FaultSystem | null = null;

async function start(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  system = await startFaultSystem(options);
  await system.relay.reading();
  return system;
}

afterEach(async () => {
  await system?.dispose();
  system = null;
});

const HOUR_MS = 3_600_000;

function packet(time = new Date().toISOString()) {
  return refusedPacket({
    ...{ time, reason: "POLICY_DENIED", source: PRODUCTPAGE, destination: COREDNS },
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });
}

async function totals(one: FaultSystem) {
  const view = await one.runtime.past.view({
    ...{ q: "", query: EVERYTHING, by: "policy" },
    ...{ fromMs: Date.now() - HOUR_MS, toMs: Date.now() + HOUR_MS },
  });
  return view.totals;
}

describe("a relay that says nothing, or little", () => {
  const PROBING = { timing: { probeIntervalMs: 50, probeDeadlineMs: 2_000, quietMs: 200 } };

  it("F09 Quiet, and Relay has nothing to give: said in words, with what its nodes see, and no alarm", async () => {
    const one = await start({ follow: PROBING });
    const source = await one.until("quiet", ({ message }) => message.includes("Quiet:"));
    expect(source).toMatchObject({ state: "connected", lostAtMost: "0" });
    expect(source.message).toMatch(
      /Quiet: no drops since \S+Z, and Relay has none to give; its nodes see 10\.0 events\/s\./,
    );
    one.relay.emit(freshFlow());
    const since = ({ message }: { message: string }) => /no drops since (\S+),/.exec(message)?.[1];
    const later = await one.until("quiet since then", (told) => {
      const now = since(told);
      return told.stored === 1 && now !== undefined && now > (since(source) ?? "");
    });
    expect(later.state).toBe("connected");
    expect(one.relay.opened).toBe(1);
  });

  it("F09 The stream is wedged while probes are answered: found out by asking, and taken up anew", async () => {
    const one = await start({ follow: PROBING });
    one.relay.emit(freshFlow());
    await one.until("first", ({ stored }) => stored === 1);
    one.relay.fallSilent();
    one.relay.emit(...freshFlows(3));
    await one.until("taken up", ({ stored }) => stored === 4);
    expect(one.source().problems[0]?.words).toContain("answers, but its stream has gone silent");
  });

  it("F10 Slow Relay: the lag is told, nothing is let go, and it goes down afterwards", async () => {
    const one = await start();
    one.proxy.set({ bytesPerSecond: 40_000, sliceBytes: 700 });
    one.relay.emit(...freshFlows(200));
    await one.until("lag", ({ lagMs }) => (lagMs ?? 0) >= 500);
    await one.proxy.heal();
    await one.until("all", ({ stored }) => stored === 200);
    one.relay.emit(freshFlow());
    const source = await one.until("no lag", ({ stored, lagMs }) => stored === 201 && lagMs === 0);
    expect(source.shed).toMatchObject({ "queue-full": 0, "store-down": 0 });
  });
});

describe("more than can be taken", () => {
  it("F11 The store stalls: Relay is read on, what has no room is counted, and the rest is stored", async () => {
    let release = () => {};
    let stalled: Promise<void> | null = null;
    const one = await start({
      runtime: {
        timing: { waitingCapacity: 1_000 },
        openStore: async (options) => {
          const store = await openStore(options);
          const insertDrops: typeof store.insertDrops = async (...given) => {
            await stalled;
            return store.insertDrops(...given);
          };
          return { ...store, insertDrops };
        },
      },
    });
    stalled = new Promise((resolve) => {
      release = resolve;
    });
    one.relay.emit(...freshFlows(3_000));
    const source = await one.until("all read", ({ received }) => received === 3_000);
    expect(source).toMatchObject({ state: "connected", stored: 0, lostAtMost: "0" });
    stalled = null;
    release();
    await one.until("drained", ({ in_flight }) => in_flight === 0);
    const { stored, shed } = one.source();
    const let_go = Object.values(shed).reduce((sum, count) => sum + count, 0);
    expect(let_go).toBeGreaterThan(0);
    expect(stored + let_go).toBe(3_000);
    expect((await totals(one)).drops).toBe(stored);
  });

  it("F20 A burst of ten times the usual: every drop is counted, and a browser is told what it was not sent", async () => {
    const one = await start();
    const stream = await one.runtime.live({ q: "", query: EVERYTHING, rangeMs: 900_000 }, null);
    let told = 0;
    const reading = (async () => {
      for (;;) {
        const { done, value } = await stream.next();
        if (done) return;
        for (const part of new TextDecoder().decode(value).split("\n\n")) {
          if (!part.includes("event: drops\n")) continue;
          const { drops, skipped } = JSON.parse(part.slice(part.indexOf("data: ") + 6));
          told += drops.length + skipped;
        }
        if (told >= 4_000) return;
      }
    })();
    for (let part = 0; part < 4; part++) {
      one.relay.emit(...freshFlows(1_000, (at) => ({ IP: ipOf(at % 50) })));
      await new Promise(setImmediate);
    }
    await one.until("all", ({ stored }) => stored === 4_000);
    await reading;
    await stream.return();
    expect(told).toBe(4_000);
    expect((await totals(one)).drops).toBe(4_000);
  });

  it("F21 A flood: what is let go is counted and the flood's own, what is new comes through, and it is told", async () => {
    const one = await start({ follow: { queueLimit: 60, timing: { probeIntervalMs: 100 } } });
    await one.until("connected", ({ state }) => state === "connected");
    const beginMs = Date.now();
    const rare = Array.from({ length: 10 }, (_, at) =>
      freshFlow({ source: { identity: 5_000 + at, namespace: "rare", pod_name: `r-${at}` } }),
    );
    one.relay.emit(...freshFlows(2_000), ...rare, ...freshFlows(1_000));
    await one.until("all", ({ received }) => received === 3_010);
    const source = await one.settled();
    const { "queue-full": shed = 0 } = source.shed;
    expect(shed).toBeGreaterThan(0);
    expect(source.stored + shed).toBe(3_010);
    const { reason = "" } = source.unreadable.at(-1) ?? {};
    expect(reason).toContain(`Flows came faster than they could be taken. ${shed} were let go`);
    expect(reason).toContain("were shop/web-5d8c7b9f4-abcde to shop/db-0:443.");
    // Totals over that time are no longer exact, and say so.
    const isOpen = (gaps: readonly Gap[]) => gaps.some(({ refilled }) => !refilled);
    await expect.poll(async () => isOpen(await one.gaps(beginMs)), { timeout: 5_000 }).toBe(true);
    for (const { uuid } of rare) expect((await one.runtime.past.drop(uuid)).drop.uuid).toBe(uuid);
  });
});

describe("clocks and copies", () => {
  it("F19 Our clock jumps an hour ahead and back: no storm, no flow waits for the hour to pass", async () => {
    let aheadMs = 0;
    const nowMs = () => Date.now() + aheadMs;
    const one = await start({ runtime: { nowMs }, follow: { now: nowMs } });
    for (const jumpMs of [0, HOUR_MS, 0]) {
      const before = one.source().stored;
      aheadMs = jumpMs;
      const [verdict] = packet();
      one.relay.emit(...packet(), verdict);
      await one.until("arrived", ({ received }) => received >= before);
      aheadMs = 0;
      await one.until("stored", ({ stored }) => stored === before + 2);
    }
    expect(one.source()).toMatchObject({ state: "connected", in_flight: 0, duplicate: 0 });
    expect(one.relay.opened).toBe(1);
  });

  it("F33 Two replicas behind one address, in different order: each flow once", async () => {
    const other = await startLedgerRelay();
    const one = await start({ ledgers: [other.ledger] });
    const flows = [...packet(), ...freshFlows(50)];
    one.relay.emit(...flows);
    other.emit(...[...flows].reverse());
    await one.until("all", ({ received }) => received === 52);
    one.proxy.lead(other.port);
    one.proxy.reset();
    await one.until("all again", ({ duplicate }) => duplicate === 52);
    expect((await totals(one)).drops).toBe(51);
    one.proxy.lead(one.relay.port);
    one.proxy.reset();
    await one.until("and again", ({ duplicate }) => duplicate === 104);
    await one.judge();
    other.kill();
  });

  it("F33 Two sources of one cluster: each flow once, whoever brings it first", async () => {
    const other = await startLedgerRelay();
    const one = await start({
      ledgers: [other.ledger],
      sources: (relay) => [relay, relaySource(other.port, {}, "second")],
    });
    await other.reading();
    for (let at = 0; at < 20; at++) {
      const [verdict, drop] = packet();
      const single = freshFlow();
      one.relay.emit(verdict, single, drop);
      other.emit(drop, verdict, single);
      await new Promise((later) => setTimeout(later, 5));
    }
    await one.until("all", ({ received }) => received === 60);
    await one.settled();
    expect((await totals(one)).drops).toBe(40);
    await one.judge();
    other.kill();
  });
});

function ipOf(at: number) {
  return { source: `10.1.0.${at}`, destination: "10.0.0.2", ipVersion: "IPv4" };
}
