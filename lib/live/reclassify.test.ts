import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import type { Group, Totals, View } from "@/lib/drops/view";
import { arbitraryExpectations, spreadOverMinutes } from "@/lib/expectations/arbitraries";
import type { Expectation } from "@/lib/expectations/expectation";
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { sampleDrop, sampleSeries } from "@/lib/store/sample-drops";
import type { Store } from "@/lib/store/store";
import { openSampleExpecting, queryOf, type SampleExpecting } from "./sample-expecting";

/** Set LIVE_SEED to run a failed case again. */
const SEED = Number(process.env.LIVE_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Each draws up to three sets, and asks four queries of each. `LIVE_RUNS=25` for more. */
const RUNS = Number(process.env.LIVE_RUNS ?? 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST_MS = 1_790_000_000_000;
const QUERIES = ["", "verdict:DROPPED", "expected:false", "expected:true pod:w*"];

let system: SampleExpecting;

/** What must agree; trends and first times are of a range's own buckets. */
function comparable({ totals, groups, groupCount }: View) {
  const told = groups.map(({ id, state, drops, attempts, expected, rules }: Group) => ({
    id,
    state,
    drops,
    attempts,
    expected,
    rules,
  }));
  return { totals, groupCount, groups: told.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function addsUp({ drops, unexpected, expected, byExpectation, byState }: Totals): void {
  expect(drops).toBe(unexpected + expected);
  expect(byExpectation.reduce((sum, one) => sum + one.drops, 0)).toBe(expected);
  expect(Object.values(byState).reduce((sum, one) => sum + one.drops, 0)).toBe(drops);
}

async function pastOf(q: string, { fromMs, toMs }: View): Promise<View> {
  return system.past.view({ q, query: queryOf(q), fromMs, toMs, by: "policy" });
}

/** Waits until the live view says what the store does; adds up all the while. */
async function agrees(q: string, rangeMs: number, clue: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const live = await system.live(q, rangeMs);
    addsUp(live.totals);
    const past = await pastOf(q, live);
    addsUp(past.totals);
    if (JSON.stringify(comparable(live)) === JSON.stringify(comparable(past))) return;
    if (Date.now() > deadline) expect(comparable(live), clue).toEqual(comparable(past));
    await new Promise((later) => setTimeout(later, 20));
  }
}

describe("live views under changing expectations", () => {
  beforeAll(async () => {
    system = await openSampleExpecting();
  });
  afterAll(() => system.dispose());

  it("show after any changes what views of the past show", { timeout: 300_000 }, async () => {
    let number = 0;
    const cases = arbitraryDrops(14, 60)
      .map((drops) => spreadOverMinutes(drops, 55))
      .chain((drops) =>
        fc.record({
          drops: fc.constant(drops),
          sets: fc.array(arbitraryExpectations(drops, 5), { minLength: 1, maxLength: 3 }),
          rangeMs: fc.constantFrom(HOUR_MS, DAY_MS),
        }),
      );
    const property = fc.asyncProperty(cases, async ({ drops, sets, rangeMs }) => {
      number += 1;
      const shiftMs = number * 2 * DAY_MS;
      const moved = drops.map((drop) => ({
        ...drop,
        uuid: `${drop.uuid}-${number}`,
        timeMs: drop.timeMs + shiftMs,
      }));
      system.setNow(FIRST_MS + shiftMs + HOUR_MS - 1);
      await system.expect([]);
      for (const q of QUERIES) await agrees(q, rangeMs, "empty");
      for (const [at, set] of sets.entries()) {
        const clue = `LIVE_SEED=${SEED} ${JSON.stringify(set)}`;
        const due = moved.slice(at * 20, at * 20 + 20);
        system.arrive(due.slice(0, 10));
        const inForce = system.expect(set.map((one) => later(one, shiftMs)));
        system.arrive(due.slice(10));
        await inForce;
        for (const q of QUERIES) await agrees(q, rangeMs, clue);
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  });
});

/** The same expectation so much later. */
function later(one: Expectation, byMs: number): Expectation {
  const move = (time: string) => {
    const match = /^(.*T\d\d:\d\d:\d\d)(.*)$/.exec(time);
    const ms = Date.parse(`${match?.[1]}Z`);
    return Number.isNaN(ms) || ms === 0
      ? time
      : `${new Date(ms + byMs).toISOString().slice(0, 19)}${match?.[2]}`;
  };
  return {
    ...one,
    appliesFrom: move(one.appliesFrom),
    expiresAt: one.expiresAt === null ? null : move(one.expiresAt),
  };
}

describe("live views", () => {
  const NOW = FIRST_MS + HOUR_MS;
  const series = sampleSeries(1);
  const forever = { appliesFrom: "1970-01-01T00:00:00Z", expiresAt: null };
  const its = { ...forever, query: `series:${series.id}` };

  function arrivals(count: number, timeMs: number): Drop[] {
    return Array.from({ length: count }, (_, at) =>
      sampleDrop({ uuid: `${timeMs}-${at}`, series, timeMs: timeMs + at }),
    );
  }

  async function start(change?: (store: Store) => Store): Promise<void> {
    system = await openSampleExpecting(change);
    system.setNow(NOW);
  }
  afterEach(() => system.dispose());

  it("bring back a whole minute when it goes over the ceiling, and no other", async () => {
    await start();
    await system.live("", HOUR_MS);
    await system.expect([sampleExpectation({ ...its, ceilingPerMinute: 10 })]);
    const minute = Math.floor(NOW / 60_000) * 60_000;
    system.arrive(arrivals(5, minute - 120_000));
    system.arrive(arrivals(10, minute - 60_000));
    expect((await system.live("", HOUR_MS)).totals).toMatchObject({ unexpected: 0, expected: 15 });
    system.arrive([{ ...sampleDrop({ uuid: "one more", series }), timeMs: minute - 30_000 }]);
    const view = await system.live("", HOUR_MS);
    expect(view.totals).toMatchObject({ unexpected: 11, expected: 5 });
    expect(view.groups).toMatchObject([
      { state: "surge", rules: [{ id: "e1", does: "surge", fit: "exact", over: 1.1 }] },
    ]);
    await agrees("", HOUR_MS, "surge");
  });

  it("tell every browser at once when the set has changed", async () => {
    await start();
    system.arrive(arrivals(3, NOW - 60_000));
    const stream = await system.hub.subscribe(
      { q: "", query: queryOf(""), rangeMs: HOUR_MS },
      null,
    );
    const heard: string[] = [];
    const done = (async () => {
      while (!heard.join("").includes("event: expectations")) {
        const { value } = await stream.next();
        heard.push(new TextDecoder().decode(value));
      }
    })();
    await system.expect([sampleExpectation(its)]);
    await done;
    expect(heard.join("")).toContain('event: expectations\ndata: {"revision":1}');
    const live = await system.live("", HOUR_MS);
    expect(live.totals.expected).toBe(3);
    await stream.return();
  });

  it("show what they cannot count anew while the store cannot be read", async () => {
    let isBroken = false;
    await start((store) => ({
      ...store,
      snapshot: (wanted) =>
        isBroken ? Promise.reject(new Error("the disk is away")) : store.snapshot(wanted),
    }));
    await system.live("", HOUR_MS);
    system.arrive(arrivals(4, NOW - 60_000));
    await system.expect([sampleExpectation(its)]);
    expect((await system.live("", HOUR_MS)).totals.expected).toBe(4);
    isBroken = true;
    // An end in the midst of a bucket: only the store can tell which drops lie before it.
    const expiresAt = new Date(NOW - 60_000 + 2).toISOString();
    await system.expect([sampleExpectation({ ...its, expiresAt, version: 2 })]);
    await expect
      .poll(async () => (await system.live("", HOUR_MS)).totals)
      .toMatchObject({ unexpected: 4, expected: 0 });
  });

  it("hide nothing by a ceiling whose minutes cannot be counted, and say so", async () => {
    await start((store) => ({
      ...store,
      minuteCounts: () => Promise.reject(new Error("the disk is away")),
    }));
    system.arrive(arrivals(4, NOW - 60_000));
    await system.expect([
      sampleExpectation({ ...its, ceilingPerMinute: 100 }),
      sampleExpectation({ ...its, id: "e2", query: "port:1" }),
    ]);
    expect((await system.live("", HOUR_MS)).totals).toMatchObject({ unexpected: 4, expected: 0 });
    expect(system.expecting.problems().join()).toMatch(/hides nothing: the disk is away/);
  });
});
