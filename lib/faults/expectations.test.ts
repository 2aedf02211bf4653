/** Faults around expectations: what hides must fail open, on time, and stay affordable. */
import { afterEach, describe, expect, it } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import { createFirstSeen } from "@/lib/live/first-seen";
import { createPreview } from "@/lib/live/preview";
import { openSampleExpecting, type SampleExpecting } from "@/lib/live/sample-expecting";
import { EVERYTHING } from "@/lib/query/query";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";
import { openStore } from "@/lib/store/store";
import { freshFlow } from "./fresh";
import { type FaultSystem, poll, startFaultSystem } from "./system";

const ANNA = claimedActor("Anna", "127.0.0.1");
const ALL = { q: "", query: EVERYTHING, by: "policy" } as const;
const BLOCKED = { drop_reason: 181, drop_reason_desc: "POLICY_DENY" };

describe("an expectation that ends", () => {
  let system: FaultSystem;
  afterEach(() => system.dispose());

  /** A flow that only the expectation could hide, at a time of its node's clock. */
  const flowAt = (timeMs: number) =>
    freshFlow({ ...BLOCKED, time: new Date(timeMs).toISOString() });

  async function endingAt(expiresMs: number): Promise<void> {
    const { expectations } = system.runtime;
    const expiresAt = new Date(expiresMs).toISOString();
    const appliesFrom = new Date(expiresMs - 60_000).toISOString();
    const wanted = { query: "ns:shop", reason: "Known.", watch: [] };
    await expectations.create({ ...wanted, expiresAt, appliesFrom }, ANNA);
  }

  async function counts(): Promise<{ expected: number; unexpected: number }> {
    const { totals } = await system.runtime.past.view({ ...ALL, fromMs: 0, toMs: Date.now() + 1 });
    return { expected: totals.expected, unexpected: totals.unexpected };
  }

  async function sent(...flows: object[]): Promise<void> {
    const before = system.source().received;
    system.relay.emit(...flows);
    await system.until("all received", ({ received }) => received >= before + flows.length);
    await system.settled();
  }

  it("F67 rule expires in a burst: what was before its end is hidden, from that moment on nothing is", async () => {
    system = await startFaultSystem();
    const endMs = Date.now() + 400;
    await endingAt(endMs);
    await poll(
      () => Date.now() > endMs + 50,
      () => "the end",
    );
    const burst = [-40, -1, 0, 1, 40].flatMap((offset) =>
      Array.from({ length: 20 }, () => flowAt(endMs + offset)),
    );
    await sent(...burst);
    expect(await counts()).toEqual({ expected: 40, unexpected: 60 });
  });

  it("F67 rule expires while the process is down: not one flow is hidden after its end", async () => {
    system = await startFaultSystem();
    const endMs = Date.now() + 400;
    await endingAt(endMs);
    await sent(flowAt(endMs - 200));
    await system.stop();
    await poll(
      () => Date.now() > endMs + 50,
      () => "the end",
    );
    system.relay.emit(...[1, 2, 3].map((offset) => flowAt(endMs + offset)));
    await system.start();
    await system.until("the flows of the meantime", ({ stored }) => stored >= 3);
    await system.settled();
    expect(await counts()).toEqual({ expected: 1, unexpected: 3 });
  });

  it("F68 rule that cannot be read: it hides nothing, is named, and the others stay", async () => {
    system = await startFaultSystem();
    const endMs = Date.now() + 3_600_000;
    const { expectations } = system.runtime;
    await endingAt(endMs);
    const expiresAt = new Date(endMs).toISOString();
    const kept = { query: "port:9999", reason: "Known.", expiresAt };
    await expectations.create(kept, ANNA);
    const [spoilt] = expectations.list().filter(({ query }) => query === "ns:shop");
    await system.stop();
    await spoil(system.dataDir);
    await system.start();
    const { problems, list } = system.runtime.expectations;
    expect(problems().join()).toContain(spoilt?.id);
    expect(list().map(({ query }) => query)).toEqual(["port:9999"]);
    await sent(flowAt(Date.now()));
    expect(await counts()).toEqual({ expected: 0, unexpected: 1 });
  });

  /** The first event, once more, of a kind that nobody knows. */
  async function spoil(dataDir: string): Promise<void> {
    const store = await openStore({ dataDir });
    const events = await store.expectationEvents();
    const [first] = events;
    if (first === undefined) throw new Error("no event was written");
    await store.appendExpectationEvent({ ...first, seq: events.length + 1, type: "snoozed" });
    await store.close();
  }
});

describe("as many expectations as there may be", () => {
  let system: SampleExpecting;
  afterEach(() => system.dispose());
  const NOW = 1_790_000_000_000;
  const SERIES = 1_500;

  it("F66 5,000 rules and one that matches everything: counts are exact, answers bounded", async () => {
    system = await openSampleExpecting();
    system.setNow(NOW);
    const drops = Array.from({ length: SERIES }, (_, at) =>
      sampleDrop({
        uuid: `drop-${at}`,
        series: sampleSeries(at, { id: at.toString(16).padStart(16, "0"), port: 1_000 + at }),
        timeMs: NOW - 60_000 - at,
      }),
    );
    system.arrive(drops);
    const forever = { appliesFrom: "1970-01-01T00:00:00Z", expiresAt: null };
    const set = Array.from({ length: 5_000 }, (_, at) =>
      sampleExpectation({ ...forever, id: `e${at}`, query: `port:${20_000 + at}` }),
    );
    // Of all of them one covers what is there: a tenth of the ports.
    set[2_500] = sampleExpectation({ ...forever, id: "e2500", query: "port:1000..1149" });
    await system.expect(set);
    const range = { fromMs: NOW - 3_600_000, toMs: NOW };
    const past = await system.past.view({ ...ALL, ...range });
    expect(past.totals).toMatchObject({ drops: SERIES, expected: 150 });
    expect((await system.live("", 3_600_000)).totals).toMatchObject({
      drops: SERIES,
      expected: 150,
    });
    const { store, writer, expecting } = system;
    const preview = createPreview({
      ...{ store, writer, expecting },
      firstSeen: createFirstSeen(new Map(), store.firstSeenBy),
      list: () => set,
      nowMs: () => NOW,
    });
    const told = await preview({ query: "port:0..65535", expiresAt: null });
    expect(told.day.drops).toBe(SERIES - 150);
    expect(told.groups.length).toBeLessThanOrEqual(100);
  });
});
