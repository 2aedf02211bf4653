import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { FACET_FIELDS, GROUP_BYS } from "@/lib/drops/view";
import { arbitraryExpectations } from "@/lib/expectations/arbitraries";
import { readRules } from "@/lib/expectations/rule";
import { createSurgeBook } from "@/lib/expectations/surge";
import { arbitraryDrops, arbitraryQuery } from "@/lib/query/arbitraries";
import { planOf } from "./expected-sql";
import { FORMS, type Form, openForm } from "./sample-forms";
import type { Store } from "./store";
import { whereOf } from "./where";

/** Set FORMS_SEED to run a failed case again: it chooses the drops and the questions. */
const SEED = Number(process.env.FORMS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RANGE = { fromMs: 1_780_000_000_000, toMs: 1_800_000_000_000 };
const QUESTIONS = 3;

const sampled = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) =>
  fc.sample(arbitrary, { numRuns, seed: SEED });

/** Whatever order the rows came in. */
function sorted(rows: readonly unknown[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value)),
    )
    .sort();
}

async function answersOf(store: Store, drops: readonly Drop[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const query of sampled(arbitraryQuery, QUESTIONS)) {
    const where = whereOf(query);
    const facets = { query, fields: FACET_FIELDS, prefix: "", limit: 20 };
    answers.push(await store.facets({ ...RANGE, ...facets }));
    answers.push(sorted(await store.snapshot({ ...RANGE, stepMs: 3_600_000, where })));
    answers.push(await store.countDrops({ ...RANGE, where }));
    const page = await store.evidencePage({ ...RANGE, where, limit: 30, raw: true });
    answers.push(page.drops.map(({ receivedMs: _, ...drop }) => drop));
  }
  for (const set of sampled(arbitraryExpectations(drops), QUESTIONS)) {
    const rules = readRules(set);
    const { split } = planOf(rules, createSurgeBook(), RANGE);
    answers.push(sorted(await store.snapshot({ ...RANGE, stepMs: 86_400_000, split })));
    const minutes = await store.minuteCounts(rules);
    answers.push(rules.map((rule) => sorted(minutes.get(rule) ?? [])));
  }
  answers.push(sorted([...(await store.firstSeenOf("all"))]));
  for (const by of GROUP_BYS) {
    const firsts = await store.firstSeenBy(by);
    // Any series stands for its group, so only the times are sure.
    answers.push(firsts.map(({ firstMs }) => firstMs).sort());
  }
  return answers;
}

describe("the embedded store and a server", () => {
  it("answer the same", { timeout: 120_000 }, async () => {
    const drops: Drop[] = sampled(arbitraryDrops(60, 150), 1).flat();
    const answers = new Map<Form, unknown[]>();
    for (const form of FORMS) {
      const sample = await openForm(form);
      await sample.store.insertDrops(drops);
      answers.set(form, await answersOf(sample.store, drops));
      await sample.dispose();
    }
    expect(answers.get("a server"), `FORMS_SEED=${SEED}`).toEqual(answers.get("embedded"));
  });
});
