import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { GROUP_STATES, type GroupState } from "@/lib/drops/view";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { compileQuery } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import { arbitraryExpectations, spreadOverMinutes } from "./arbitraries";
import { createClassifier } from "./classifier";
import { appliesAt, type Expectation } from "./expectation";
import { readMoment } from "./moment";
import { readRules } from "./rule";
import { sampleExpectation } from "./sample-expectation";
import { createSurgeBook, minuteOf } from "./surge";

/** A classifier that has counted the drops. */
function classifierOver(drops: readonly Drop[], expectations: readonly Expectation[]) {
  const surges = createSurgeBook();
  const classifier = createClassifier({ surges });
  const rules = readRules(expectations);
  for (const rule of rules) surges.open(rule);
  classifier.update(rules);
  for (const drop of drops) {
    for (const rule of classifier.counting(drop)) surges.add(rule, drop, drop.count);
  }
  return { classifier, surges };
}

/** The meaning, said as plainly as can be: nothing is remembered, nothing is compiled. */
function meaning(drops: readonly Drop[], expectations: readonly Expectation[]) {
  const set = expectations.toSorted((a, b) => madeMs(a) - madeMs(b) || (a.id < b.id ? -1 : 1));
  const counts = new Map<string, number>();
  const minuteName = (one: Expectation, drop: Drop) => `${one.id} ${minuteOf(drop.timeMs)}`;
  for (const drop of drops) {
    for (const one of set.filter((each) => covers(each, drop))) {
      const name = minuteName(one, drop);
      counts.set(name, (counts.get(name) ?? 0) + drop.count);
    }
  }
  const surges = (one: Expectation, drop: Drop) =>
    one.ceilingPerMinute !== null &&
    (counts.get(minuteName(one, drop)) ?? 0) > one.ceilingPerMinute;
  return (drop: Drop): { state: GroupState; by: string | null } => {
    const hiding = set.filter((one) => one.mode === "hide" && covers(one, drop));
    const [by] = hiding.filter((one) => !surges(one, drop) && !isNew(one, drop));
    if (by !== undefined) return { state: "expected", by: by.id };
    if (hiding.some((one) => surges(one, drop))) return { state: "surge", by: null };
    return { state: hiding.length > 0 ? "new" : plainState(drop), by: null };
  };
}

function madeMs({ createdAt }: Expectation): number {
  return readMoment(createdAt)?.timeMs ?? 0;
}

function covers(one: Expectation, drop: Drop): boolean {
  if (!appliesAt(one, drop) || one.query.includes("expected:")) return false;
  const parsed = parseQuery(one.query);
  return parsed.ok && compileQuery(parsed.query, undefined, "all").drop(drop);
}

function isNew({ watch, known }: Expectation, { series }: Drop): boolean {
  return (
    (watch.includes("source") && !known.source.includes(series.source.key)) ||
    (watch.includes("destination") && !known.destination.includes(series.destination.key)) ||
    (watch.includes("port") && !known.port.includes(series.port))
  );
}

function plainState({ series }: Drop): GroupState {
  if (series.attribution.kind === "other") return "infrastructure";
  return series.verdict === "AUDIT" ? "audit" : "unexpected";
}

const SERIES = 12;
const DROPS = 60;
const cases = arbitraryDrops(SERIES, DROPS)
  .map((drops) => spreadOverMinutes(drops, 4))
  .chain((drops) => fc.record({ drops: fc.constant(drops), set: arbitraryExpectations(drops) }));

describe("createClassifier", () => {
  it("makes of each drop what its expectations mean", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(cases, ({ drops, set }) => {
        const { classifier } = classifierOver(drops, set);
        const means = meaning(drops, set);
        for (const drop of drops) {
          const { state, hiddenBy } = classifier.of(drop);
          expect({ state: GROUP_STATES[state], by: hiddenBy }).toEqual(means(drop));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("makes the same of drops after any changes as if it had begun with the last set", () => {
    const changing = arbitraryDrops(SERIES, DROPS)
      .map((drops) => spreadOverMinutes(drops, 4))
      .chain((drops) =>
        fc.record({
          drops: fc.constant(drops),
          pool: arbitraryExpectations(drops, 6),
          sets: fc.array(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { minLength: 1 }),
        }),
      );
    fc.assert(
      fc.property(changing, ({ drops, pool, sets }) => {
        const changed = createClassifier({ surges: createSurgeBook() });
        for (const chosen of sets) {
          const set = pool.filter((_, at) => chosen[at]).map((one) => uncapped(one));
          changed.update(readRules(set, changed.rules));
          const fresh = createClassifier({ surges: createSurgeBook() });
          fresh.update(readRules(set));
          for (const drop of drops) expect(changed.of(drop)).toEqual(fresh.of(drop));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("says of a span only what holds for each drop in it", () => {
    const spans = cases.chain(({ drops, set }) =>
      fc.record({
        drops: fc.constant(drops),
        set: fc.constant(set),
        fromMs: fc.integer({ min: 1_790_000_000_000, max: 1_790_000_240_000 }),
        lengthMs: fc.integer({ min: 1, max: 150_000 }),
      }),
    );
    fc.assert(
      fc.property(spans, ({ drops, set, fromMs, lengthMs }) => {
        const { classifier } = classifierOver(drops, set);
        const toMs = fromMs + lengthMs;
        for (const drop of drops.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)) {
          const told = classifier.during(drop.series, fromMs, toMs);
          if (told !== null) expect(told.key).toBe(classifier.of(drop).key);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("counts a drop for the oldest of those that hide it", () => {
    const drop = anyDrop();
    const [older, younger] = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"];
    const set = [
      sampleExpectation({
        ...forever,
        id: "a",
        createdAt: younger,
        query: `series:${drop.series.id}`,
      }),
      sampleExpectation({
        ...forever,
        id: "b",
        createdAt: older,
        query: `series:${drop.series.id}`,
      }),
    ];
    const { classifier } = classifierOver([drop], set);
    expect(classifier.of(drop).hiddenBy).toBe("b");
    expect(classifier.of(drop).touches.map(({ id }) => id)).toEqual(["b", "a"]);
  });

  it("counts towards a ceiling what another expectation hides", () => {
    const drop = { ...anyDrop(), count: 5 };
    const query = `series:${drop.series.id}`;
    const { classifier } = classifierOver(
      [drop],
      [
        sampleExpectation({ ...forever, id: "a", query }),
        sampleExpectation({ ...forever, id: "b", query, ceilingPerMinute: 4 }),
      ],
    );
    expect(classifier.of(drop)).toMatchObject({
      hiddenBy: "a",
      touches: [{ does: "hides" }, { id: "b", does: "surge" }],
    });
  });

  it("hides nothing by a rule that throws, and tells of it", () => {
    const drop = anyDrop();
    const failed: string[] = [];
    const classifier = createClassifier({
      surges: createSurgeBook(),
      onFailure: ({ id }) => failed.push(id),
    });
    const broken = () => {
      throw new Error("broken");
    };
    const [rule] = readRules([sampleExpectation({ ...forever, query: "port:0..65535" })]);
    if (rule === undefined) throw new Error("the sample has a rule");
    classifier.update([
      { ...rule, rest: broken },
      { ...rule, id: "e2", rest: () => broken },
    ]);
    expect(classifier.of(drop).hiddenBy).toBeNull();
    expect(new Set(failed)).toEqual(new Set(["e1", "e2"]));
  });

  it("marks what came after the end of an expectation", () => {
    const drop = anyDrop();
    const expiresAt = new Date(drop.timeMs).toISOString();
    const ended = sampleExpectation({ ...forever, query: `series:${drop.series.id}`, expiresAt });
    const late = { ...drop, timeNanos: 0 };
    expect(classifierOver([late], [ended]).classifier.of(late)).toMatchObject({
      hiddenBy: null,
      touches: [{ does: "ended" }],
    });
  });
});

const forever = { appliesFrom: "1970-01-01T00:00:00Z", expiresAt: null };

function uncapped(expectation: Expectation): Expectation {
  return { ...expectation, ceilingPerMinute: null };
}

function anyDrop(): Drop {
  const [drop] = fc.sample(arbitraryDrops(1, 1), { numRuns: 1, seed: 1 }).flat();
  if (drop === undefined) throw new Error("there is no drop");
  return drop;
}
