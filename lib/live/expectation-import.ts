/** Expectations read from YAML that somebody hands in: first what would change, then the change. */
import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/auth/actor";
import { type Plan, planEntries, planInWords } from "@/lib/expectations/plan";
import type { ImportResult } from "@/lib/expectations/view";
import { readYaml } from "@/lib/expectations/yaml";
import type { Expectations } from "./expectations";

/** Carries it out when `apply` is true and there is no error: all of it or nothing. */
export async function importYaml(
  expectations: Expectations,
  text: string,
  apply: boolean,
  actor: Actor,
): Promise<ImportResult> {
  const { entries, errors } = readYaml(text);
  if (errors.length > 0) return { applied: false, errors, changes: [] };
  const planOver = (all: Parameters<typeof planEntries>[1]): Plan =>
    planEntries(entries, all, {
      ...expectations.bounds(),
      file: null,
      author: actor,
      newId: () => randomUUID(),
    });
  let plan = planOver(expectations.list());
  if (!apply || plan.errors.length > 0) return planInWords(plan, false);
  await expectations.carryOut(async (all) => {
    plan = planOver(all);
    if (plan.errors.length > 0) return [];
    const steps = plan.steps.filter(({ action }) => action !== "keep");
    return expectations.withKnown(
      steps.map(({ before, after }) => ({ action: "imported", before, after })),
    );
  }, actor);
  return planInWords(plan, plan.errors.length === 0);
}
