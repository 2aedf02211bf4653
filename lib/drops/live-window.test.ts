import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Series } from "./drop";
import { POLICY_GROUPING } from "./group-by";
import { EXPECTED, HIDDEN_BAR } from "./group-state";
import { createWindow, type LiveWindow, type WindowOptions, type WindowView } from "./live-window";
import { type Outcome, plainOutcome } from "./outcome";
import { sampleEndpoint, sampleFlow, sampleWorld } from "./sample-flow";
import { createSeriesIndex } from "./series";
import { GROUP_STATES, type Group, TREND_BLOCKS } from "./view";

const STEP = 1000;
const FROM = 1_000_000;
const SLOTS = 120;
const TO = FROM + SLOTS * STEP;

const index = createSeriesIndex();
const DENIED = index.of(sampleFlow(), null);
const DENIED_443 = index.of(sampleFlow({ destinationPort: 443 }), null);
const DENIED_WORLD = index.of(sampleFlow({ destination: sampleWorld() }), null);
const AUDITED = index.of(sampleFlow({ verdict: "AUDIT", dropReason: 0 }), null);
const STALE = index.of(null, sampleFlow({ eventType: 1, dropReason: 151 }));
const BY_POLICY = index.of(
  sampleFlow({
    dropReason: 181,
    source: sampleEndpoint({ pod: "api-0", workloads: [] }),
    deniedBy: [{ kind: "NetworkPolicy", namespace: "shop", name: "p" }],
  }),
  null,
);
const ALL = [DENIED, DENIED_443, DENIED_WORLD, AUDITED, STALE, BY_POLICY];

function open(options: Partial<WindowOptions> = {}): LiveWindow {
  return createWindow({ fromMs: FROM, toMs: TO, stepMs: STEP, ...options });
}

function hiddenBy(id: string): Outcome {
  const touches = [{ id, does: "hides", madeMs: 0 } as const];
  return { key: `hidden ${id}`, state: EXPECTED, bar: HIDDEN_BAR, hiddenBy: id, touches };
}

function onlyGroup(window: LiveWindow): Group {
  const [group, ...others] = window.snapshot().groups;
  if (group === undefined || others.length > 0) throw new Error("expected one group");
  return group;
}

describe("createWindow", () => {
  it("counts drops and attempts of a group", () => {
    const window = open();
    window.add(DENIED, FROM, 1, 1);
    window.add(DENIED, FROM + 5000, 2, 0);
    expect(onlyGroup(window)).toMatchObject({
      id: DENIED.group,
      state: "unexpected",
      drops: 3,
      attempts: 1,
      expected: 0,
      firstSeen: new Date(FROM).toISOString(),
      lastSeen: new Date(FROM + 5000).toISOString(),
      attribution: { kind: "default-deny", certainty: "reported", reason: "POLICY_DENIED" },
      reason: { code: 133, name: "POLICY_DENIED" },
    });
  });

  it("counts distinct sources, destinations, ports and series, and shows the busiest", () => {
    const window = open();
    for (const series of [DENIED, DENIED_443, DENIED_WORLD, DENIED_443])
      window.add(series, FROM, 1, 1);
    const group = onlyGroup(window);
    expect(group).toMatchObject({ sources: 1, destinations: 2, ports: 2, series: 3 });
    expect(group.top).toMatchObject({
      port: 443,
      source: { name: "web" },
      destination: { name: "db" },
    });
  });

  it("leaves out what is older than the range", () => {
    const window = open();
    window.add(DENIED, FROM - 1, 1, 1);
    expect(window.totals().drops).toBe(0);
  });

  it("puts what is newer than the range into the last bucket", () => {
    const window = open();
    window.add(DENIED, TO + 3_600_000, 1, 1);
    window.add(DENIED, Number.MAX_VALUE, 1, 1);
    window.add(DENIED, Number.NaN, 1, 1);
    expect(window.totals().drops).toBe(3);
    expect(onlyGroup(window).trend.at(-1)).toBe(3);
  });

  it("lets buckets slide out, and tells which groups left", () => {
    const window = open();
    window.add(DENIED, FROM + 500, 1, 1);
    window.add(STALE, FROM + 1500, 1, 1);
    window.takeDelta();
    window.slide(TO);
    expect(window).toMatchObject({ fromMs: FROM + STEP, toMs: TO + STEP, groupCount: 1 });
    const delta = window.takeDelta();
    expect(delta?.removed).toEqual([DENIED.group]);
    expect(delta?.groups.map(({ id }) => id)).toEqual([STALE.group]);
    expect(window.totals()).toMatchObject({ drops: 1, attempts: 1 });
  });

  it("does not move while now is in its last bucket", () => {
    const window = open();
    window.slide(TO - 1);
    expect(window.fromMs).toBe(FROM);
  });

  it("is empty after a pause longer than its range", () => {
    const window = open();
    for (const series of ALL) window.add(series, FROM + 500, 1, 1);
    window.slide(TO + 10 * SLOTS * STEP);
    expect(window.snapshot()).toMatchObject({
      groups: [],
      groupCount: 0,
      totals: { drops: 0, attempts: 0 },
    });
  });

  it("finds the busiest series again when the one before has slid out", () => {
    const window = open();
    window.add(DENIED, FROM, 9, 9);
    window.add(DENIED_443, FROM + 5000, 1, 1);
    expect(onlyGroup(window).top.port).toBe(5432);
    window.slide(TO);
    expect(onlyGroup(window).top.port).toBe(443);
  });

  it("finds the busiest series again when the one before has lost most of its drops", () => {
    const window = open();
    window.add(DENIED, FROM, 9, 9);
    window.add(DENIED, FROM + 5000, 1, 1);
    window.add(DENIED_443, FROM + 5000, 2, 2);
    expect(onlyGroup(window).top.port).toBe(5432);
    window.slide(TO);
    expect(onlyGroup(window).top.port).toBe(443);
  });

  it("does not tell a group as gone that came back before it was told", () => {
    const window = open();
    window.add(DENIED, FROM, 1, 1);
    window.takeDelta();
    window.slide(TO);
    window.add(DENIED, TO, 1, 1);
    expect(window.takeDelta()).toMatchObject({
      removed: [],
      groups: [{ id: DENIED.group, drops: 1 }],
    });
  });

  it("tells only groups that changed, and nothing when nothing did", () => {
    const window = open();
    window.add(DENIED, FROM, 1, 1);
    window.add(STALE, FROM, 1, 1);
    expect(window.takeDelta()?.groups).toHaveLength(2);
    expect(window.takeDelta()).toBeNull();
    window.add(STALE, FROM, 1, 1);
    const delta = window.takeDelta();
    expect(delta?.groups.map(({ id }) => id)).toEqual([STALE.group]);
    expect(delta?.groupCount).toBe(2);
    expect(delta?.totals.drops).toBe(3);
  });

  it("tells more changes than the limit in several deltas, the most needed first", () => {
    const window = open();
    for (const series of [STALE, AUDITED, DENIED]) window.add(series, FROM, 1, 1);
    const told = [1, 2, 3].map(() => window.takeDelta(1)?.groups.map(({ id }) => id));
    expect(told).toEqual([[DENIED.group], [AUDITED.group], [STALE.group]]);
    expect(window.takeDelta(1)).toBeNull();
  });

  it("orders groups by state, then attempts", () => {
    const window = open();
    window.add(STALE, FROM, 99, 99);
    window.add(AUDITED, FROM, 50, 50);
    window.add(DENIED, FROM, 1, 1);
    window.add(BY_POLICY, FROM, 2, 2);
    expect(window.snapshot().groups.map(({ id }) => id)).toEqual(
      [BY_POLICY, DENIED, AUDITED, STALE].map(({ group }) => group),
    );
    expect(window.snapshot(2)).toMatchObject({
      groupCount: 4,
      groups: [{ drops: 2 }, { drops: 1 }],
    });
  });

  it("calls a group expected only when all of its drops are", () => {
    const window = open();
    window.add(DENIED, FROM, 2, 1, hiddenBy("e"));
    expect(onlyGroup(window)).toMatchObject({ state: "expected", expected: 2, drops: 2 });
    window.add(DENIED_443, FROM, 1, 1);
    expect(onlyGroup(window)).toMatchObject({ state: "unexpected", expected: 2, drops: 3 });
    expect(window.totals()).toMatchObject({
      drops: 3,
      unexpected: 1,
      expected: 2,
      byExpectation: [{ id: "e", drops: 2, attempts: 1 }],
    });
  });

  it("marks a group with what touches it, exactly, in part or as one of several", () => {
    const window = open();
    window.add(DENIED, FROM, 2, 1, hiddenBy("e"));
    expect(onlyGroup(window).rules).toEqual([{ id: "e", does: "hides", fit: "exact" }]);
    window.add(STALE, FROM, 1, 1, hiddenBy("e"));
    window.add(STALE, FROM, 1, 1);
    const [stale, denied] = window.snapshot().groups;
    expect(stale?.rules).toEqual([{ id: "e", does: "hides", fit: "part" }]);
    expect(denied?.rules).toEqual([{ id: "e", does: "hides", fit: "broader" }]);
  });

  it("tells a group again when what touches it alone begins to touch another", () => {
    const window = open();
    window.add(DENIED, FROM + 5000, 2, 1, hiddenBy("e"));
    window.takeDelta();
    window.add(STALE, FROM, 1, 1, hiddenBy("e"));
    expect(window.takeDelta()?.groups).toHaveLength(2);
  });

  it("takes up counts of the store, and goes on from them", () => {
    const window = open();
    const row = { series: DENIED, drops: 5, attempts: 2 };
    window.load([
      { ...row, bucketMs: FROM, firstMs: FROM + 10, lastMs: FROM + 900 },
      { ...row, bucketMs: FROM - STEP, firstMs: FROM - 900, lastMs: FROM - 100 },
    ]);
    window.add(DENIED, FROM + 2000, 1, 1);
    expect(onlyGroup(window)).toMatchObject({
      drops: 6,
      attempts: 3,
      firstSeen: new Date(FROM + 10).toISOString(),
    });
    window.slide(TO);
    expect(onlyGroup(window)).toMatchObject({ drops: 1, attempts: 1 });
  });

  it("says when a group was first seen as the store remembers it", () => {
    const window = open({ firstSeenMs: (id) => (id === DENIED.group ? 5 : undefined) });
    window.add(DENIED, FROM, 1, 1);
    window.add(STALE, FROM + 7, 1, 1);
    const [denied, stale] = window.snapshot().groups;
    expect(denied?.firstSeen).toBe(new Date(5).toISOString());
    expect(stale?.firstSeen).toBe(new Date(FROM + 7).toISOString());
  });

  it("draws 60 bars that keep their places while time moves, with gaps", () => {
    const window = open({ isGap: (fromMs, toMs) => fromMs <= FROM + 4500 && FROM + 4500 < toMs });
    window.add(DENIED, FROM + 1000, 4, 2);
    window.add(AUDITED, FROM + 1000, 3, 3);
    const bars = window.snapshot().timeline;
    expect(bars).toHaveLength(60);
    expect(bars[0]).toEqual({
      timeMs: FROM,
      dropped: 2,
      audit: 3,
      infrastructure: 0,
      expected: 0,
      gap: false,
    });
    expect(bars.filter(({ gap }) => gap).map(({ timeMs }) => timeMs)).toEqual([FROM + 4000]);
    window.slide(TO);
    const later = window.snapshot().timeline;
    expect(later.map(({ timeMs }) => timeMs)).toEqual([...bars.map(({ timeMs }) => timeMs), TO]);
    expect(window.snapshot().stepMs).toBe(2 * STEP);
  });

  it("groups by something else when asked", () => {
    const window = open({ grouping: { ...POLICY_GROUPING, idOf: ({ cluster }) => cluster } });
    for (const series of [STALE, DENIED]) window.add(series, FROM, 1, 1);
    expect(onlyGroup(window)).toMatchObject({ id: "default", state: "unexpected", drops: 2 });
  });

  it("keeps all counts of a group when its series are too many to be held", () => {
    const window = open({ maxSeries: 1 });
    for (const series of [DENIED, DENIED_443, DENIED_443]) window.add(series, FROM, 1, 1);
    expect(onlyGroup(window)).toMatchObject({ drops: 3, series: 1 });
    window.slide(TO);
    expect(window.totals().drops).toBe(0);
    expect(window.groupCount).toBe(0);
  });

  it("keeps exact totals when groups are too many to be held one by one", () => {
    const window = open({ maxGroups: 1 });
    for (const series of [DENIED, STALE, STALE]) window.add(series, FROM, 1, 1);
    expect(window.totals().drops).toBe(3);
    expect(onlyGroup(window).drops).toBe(1);
    window.slide(TO);
    expect(window.totals().drops).toBe(0);
  });

  it("handles a range whose ends lie between bucket edges", () => {
    const window = createWindow({ fromMs: 1500, toMs: 3200, stepMs: 1000 });
    window.add(DENIED, 1499, 1, 1);
    for (const timeMs of [1500, 2000, 3199]) window.add(DENIED, timeMs, 1, 1);
    expect(window.snapshot()).toMatchObject({ totals: { drops: 3 }, timeline: { length: 3 } });
  });
});

describe("a window after any adds, loads and slides", () => {
  type Entry = {
    series: Series;
    bucketMs: number;
    timeMs: number;
    drops: number;
    attempts: number;
  };
  const isExpected = (series: Series, timeMs: number) => series.port === 443 && timeMs % 2 === 0;
  const outcomeOf = (series: Series, timeMs: number) =>
    isExpected(series, timeMs) ? hiddenBy("e") : plainOutcome(series);

  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        add: fc.nat({ max: ALL.length - 1 }),
        at: fc.integer({ min: -5000, max: 130_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ slide: fc.integer({ min: 0, max: 60_000 }) }) },
    { weight: 1, arbitrary: fc.record({ far: fc.integer({ min: 100_000, max: 300_000 }) }) },
  );

  it("shows what filtering and grouping the raw list would show", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const window = open();
        let { fromMs, toMs } = window;
        let list: Entry[] = [];
        for (const move of steps) {
          if ("add" in move) {
            const series = ALL[move.add] ?? DENIED;
            const timeMs = fromMs + move.at;
            const bucketMs = Math.min(Math.floor(timeMs / STEP) * STEP, toMs - STEP);
            const outcome = outcomeOf(series, timeMs);
            window.add(series, timeMs, 1 + (move.add % 3), move.add % 2, outcome);
            if (timeMs >= fromMs)
              list.push({
                series,
                bucketMs,
                timeMs,
                drops: 1 + (move.add % 3),
                attempts: move.add % 2,
              });
          } else {
            const nowMs = toMs + ("slide" in move ? move.slide : move.far) - 1;
            window.slide(nowMs);
            while (nowMs >= toMs) {
              fromMs += STEP;
              toMs += STEP;
            }
            list = list.filter(({ bucketMs }) => bucketMs >= fromMs);
            expect(comparable(window.snapshot())).toEqual(naive(list, fromMs));
          }
          expect(window.totals().drops).toBe(total(list));
        }
        expect(comparable(window.snapshot())).toEqual(naive(list, fromMs));
      }),
      { numRuns: 200 },
    );
  });

  it("is the same told by deltas as told at once", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        (steps, limit) => {
          const window = open();
          const shown = new Map<string, Group>();
          const apply = () => {
            for (
              let delta = window.takeDelta(limit);
              delta !== null;
              delta = window.takeDelta(limit)
            ) {
              for (const id of delta.removed) shown.delete(id);
              for (const group of delta.groups) shown.set(group.id, group);
            }
          };
          for (const [i, move] of steps.entries()) {
            if ("add" in move) window.add(ALL[move.add] ?? DENIED, window.fromMs + move.at, 1, 1);
            else window.slide(window.toMs + ("slide" in move ? move.slide : move.far));
            if (i % 3 === 0) apply();
          }
          apply();
          expect(new Set(shown.values())).toEqual(new Set(window.snapshot().groups));
        },
      ),
      { numRuns: 100 },
    );
  });

  function naive(list: readonly Entry[], fromMs: number): unknown {
    const stateOf = ({ series, timeMs }: Entry) => {
      if (isExpected(series, timeMs)) return "expected";
      if (series === STALE) return "infrastructure";
      return series === AUDITED ? "audit" : "unexpected";
    };
    const ids = [...new Set(list.map(({ series }) => series.group))];
    const groups = ids.map((id) => {
      const entries = list.filter(({ series }) => series.group === id);
      const distinct = (of: (series: Series) => unknown) =>
        new Set(entries.map(({ series }) => of(series))).size;
      const trend = new Array<number>(TREND_BLOCKS).fill(0);
      for (const { bucketMs, attempts } of entries) {
        const block = Math.floor((bucketMs - fromMs) / STEP / (SLOTS / TREND_BLOCKS));
        trend[block] = (trend[block] ?? 0) + attempts;
      }
      return {
        id,
        state: GROUP_STATES.find((state) => entries.some((entry) => stateOf(entry) === state)),
        drops: total(entries),
        attempts: entries.reduce((sum, { attempts }) => sum + attempts, 0),
        expected: total(entries.filter((entry) => stateOf(entry) === "expected")),
        sources: distinct(({ source }) => source.key),
        destinations: distinct(({ destination }) => destination.key),
        ports: distinct(({ port }) => port),
        series: distinct(({ id: seriesId }) => seriesId),
        trend,
      };
    });
    const byState = GROUP_STATES.map((state) => ({
      drops: total(list.filter((entry) => stateOf(entry) === state)),
      groups: groups.filter((group) => group.state === state).length,
    }));
    return { groups: byId(groups), byState };
  }

  function comparable({ groups, totals }: WindowView): unknown {
    const plain = groups.map(
      ({ id, state, drops, attempts, expected, sources, destinations, ports, series, trend }) => ({
        id,
        state,
        drops,
        attempts,
        expected,
        sources,
        destinations,
        ports,
        series,
        trend,
      }),
    );
    const byState = GROUP_STATES.map((state) => {
      const { drops, groups: count } = totals.byState[state];
      return { drops, groups: count };
    });
    return { groups: byId(plain), byState };
  }

  function byId<T extends { id: string }>(groups: T[]): T[] {
    return groups.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  function total(list: readonly Entry[]): number {
    return list.reduce((sum, { drops }) => sum + drops, 0);
  }
});
