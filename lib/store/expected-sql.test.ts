import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { arbitraryExpectations, spreadOverMinutes } from "@/lib/expectations/arbitraries";
import { type Classifier, createClassifier } from "@/lib/expectations/classifier";
import type { Expectation } from "@/lib/expectations/expectation";
import { readRules } from "@/lib/expectations/rule";
import { createSurgeBook, type SurgeBook } from "@/lib/expectations/surge";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { openEngine } from "./connection";
import type { Engine } from "./engine";
import { hiddenWhere, planOf } from "./expected-sql";
import { prepareFolder } from "./folder";
import { minuteCounts } from "./minute-counts";
import { answerOf } from "./snapshot";
import { openStore, type Store } from "./store";

/** Set EXPECTED_SEED to run a failed case again: it chooses the drops and the expectations. */
const SEED = Number(process.env.EXPECTED_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Each set is asked of every drop: 80,000 cases. `EXPECTED_SETS=1000` for a longer run. */
const SETS = Number(process.env.EXPECTED_SETS ?? 400);
const SETS_A_STATEMENT = 10;
const SERIES = 60;
const DROPS = 200;
const FIRST_MS = 1_790_000_000_000;
const RANGE = { fromMs: FIRST_MS, toMs: FIRST_MS + 400_000 };

let dataDir: string;
let store: Store;
let engine: Engine;
let drops: Drop[];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-expected-"));
  store = await openStore({ dataDir });
  const generated = fc.sample(arbitraryDrops(SERIES, DROPS), { numRuns: 1, seed: SEED }).flat();
  drops = spreadOverMinutes(generated, 5);
  await store.insertDrops(drops);
  engine = openEngine(prepareFolder(dataDir).enginePath);
});

afterAll(async () => {
  await engine.close(1_000);
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

type Case = { classifier: Classifier; surges: SurgeBook };

/** A classifier of a set that has counted every drop as it came. */
function caseOf(set: readonly Expectation[]): Case {
  const surges = createSurgeBook();
  const classifier = createClassifier({ surges });
  const rules = readRules(set);
  for (const rule of rules) surges.open(rule);
  classifier.update(rules);
  for (const drop of drops) {
    for (const rule of classifier.counting(drop)) surges.add(rule, drop, drop.count);
  }
  return { classifier, surges };
}

const clue = (set: readonly Expectation[]) => `EXPECTED_SEED=${SEED}: ${JSON.stringify(set)}`;

function inRange({ timeMs }: Drop, { fromMs, toMs }: typeof RANGE): boolean {
  return timeMs >= fromMs && timeMs < toMs;
}

describe("expectations in the store", () => {
  it("hide what the classifier hides", { timeout: 300_000 }, async () => {
    const sets = fc.array(arbitraryExpectations(drops), {
      minLength: SETS_A_STATEMENT,
      maxLength: SETS_A_STATEMENT,
    });
    const property = fc.asyncProperty(sets, async (some) => {
      const cases = some.map(caseOf);
      const conditions = cases.map(({ classifier, surges }, at) =>
        hiddenWhere(classifier.rules, surges, RANGE, `h${at}_`),
      );
      const answers = conditions.map(({ sql }) => `if(${sql}, 1, 0)`);
      const hidden = some.map(() => new Set<string>());
      await engine.select(
        "read",
        `SELECT uuid, ${answers.join(", ")} FROM drops`,
        Object.assign({}, ...conditions.map(({ params }) => params)),
        (reader) => {
          const uuid = reader.text();
          for (const uuids of hidden) if (reader.u8() === 1) uuids.add(uuid);
        },
      );
      for (const [at, { classifier }] of cases.entries()) {
        const disputed = drops.filter(
          (drop) => (classifier.of(drop).hiddenBy !== null) !== hidden[at]?.has(drop.uuid),
        );
        expect(disputed.slice(0, 1), clue(some[at] ?? [])).toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: Math.ceil(SETS / SETS_A_STATEMENT), seed: SEED });
  });

  it("count drops by outcome as one by one", { timeout: 300_000 }, async () => {
    const from = fc.integer({ min: RANGE.fromMs - 1_000, max: RANGE.fromMs + 200_000 });
    const cases = fc.record({
      set: arbitraryExpectations(drops),
      fromMs: from,
      lengthMs: fc.integer({ min: 1, max: 300_000 }),
      stepMs: fc.constantFrom(1_000, 2_500, 90_000, 720_000),
    });
    const property = fc.asyncProperty(cases, async ({ set, fromMs, lengthMs, stepMs }) => {
      const { classifier, surges } = caseOf(set);
      const range = { fromMs, toMs: fromMs + lengthMs };
      const { split, asked, isSurging } = planOf(classifier.rules, surges, range);
      const counted = new Map<string, number>();
      for (const row of await store.snapshot({ ...range, stepMs, split })) {
        const time = { timeMs: row.firstMs, timeNanos: row.firstNanos };
        const passes = (rule: Parameters<typeof asked.get>[0]) =>
          answerOf(row, asked.get(rule) ?? -1);
        const outcome = classifier.at(row.series, time, passes, isSurging);
        bump(counted, `${row.series.id} ${row.bucketMs} ${outcome.key}`, row.drops);
      }
      const expected = new Map<string, number>();
      for (const drop of drops.filter((one) => inRange(one, range))) {
        const bucketMs = Math.floor(drop.timeMs / stepMs) * stepMs;
        bump(expected, `${drop.series.id} ${bucketMs} ${classifier.of(drop).key}`, drop.count);
      }
      expect(counted, clue(set)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: SETS / 4, seed: SEED });
  });

  it("surge in the minutes that counting them one by one finds", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(arbitraryExpectations(drops), async (set) => {
      const { classifier, surges } = caseOf(set);
      const counts = await minuteCounts(engine, classifier.rules);
      const read = createSurgeBook();
      for (const rule of classifier.rules) {
        read.open(rule);
        read.seed(rule, counts.get(rule) ?? []);
        const [first, last] = [0, 4_000_000_000];
        const found = read.minutes(rule, first, last);
        expect(found, clue(set)).toEqual(surges.minutes(rule, first, last));
      }
    });
    await fc.assert(property, { numRuns: 60, seed: SEED });
  });
});

function bump(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
