import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { arbitraryExpectations, spreadOverMinutes } from "@/lib/expectations/arbitraries";
import { type Expectation, NOTHING_KNOWN } from "@/lib/expectations/expectation";
import { readRule } from "@/lib/expectations/rule";
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import { arbitraryDrops } from "@/lib/query/arbitraries";
import { matchesQuery } from "@/lib/query/match";
import { createFirstSeen } from "./first-seen";
import { createPreview, type Previews } from "./preview";
import { openSampleExpecting, queryOf, type SampleExpecting } from "./sample-expecting";

/** Set PREVIEW_SEED to run a failed case again. */
const SEED = Number(process.env.PREVIEW_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Each sets three times what is expected, and looks at all groups. `PREVIEW_RUNS=100` for more. */
const RUNS = Number(process.env.PREVIEW_RUNS ?? 25);
const DAY_MS = 86_400_000;
const FIRST_MS = 1_790_000_000_000;
const NOW = FIRST_MS + 4 * 3_600_000;

let system: SampleExpecting;
let preview: Previews;
let drops: Drop[];
let set: readonly Expectation[] = [];

beforeAll(async () => {
  system = await openSampleExpecting();
  system.setNow(NOW);
  const generated = fc.sample(arbitraryDrops(40, 300), { numRuns: 1, seed: SEED }).flat();
  drops = spreadOverMinutes(generated, 200);
  system.arrive(drops);
  const { store, writer, expecting } = system;
  const firstSeen = createFirstSeen(new Map(), store.firstSeenBy);
  preview = createPreview({
    store,
    writer,
    expecting,
    firstSeen,
    list: () => set,
    nowMs: () => NOW,
  });
});
afterAll(() => system.dispose());

async function inForce(next: readonly Expectation[]): Promise<void> {
  set = next;
  await system.expect(next);
}

/** Of the day, what each group hides, and everything. */
async function hiddenNow() {
  const query = queryOf("");
  const range = { fromMs: NOW - DAY_MS, toMs: NOW };
  const view = await system.past.view({ q: "", query, ...range, by: "policy" });
  const byGroup = new Map(view.groups.map((group) => [group.id, group]));
  const { drops: hidden, attempts } = view.totals.byState.expected;
  return { hidden, attempts, byGroup };
}

describe("createPreview", () => {
  it("tells exactly what is hidden then", { timeout: 300_000 }, async () => {
    const cases = fc
      .tuple(arbitraryExpectations(drops, 5), arbitraryExpectations(drops, 3))
      .filter(([, drafts]) => drafts.some((draft) => readRule(draft) !== null))
      .chain(([before, drafts]) =>
        fc.record({
          before: fc.constant(before),
          draft: fc.constantFrom(...drafts.filter((draft) => readRule(draft) !== null)),
          replaces: fc.constantFrom(null, ...before.map(({ id }) => id)),
        }),
      );
    const property = fc.asyncProperty(cases, async ({ before, draft, replaces }) => {
      const clue = `PREVIEW_SEED=${SEED} ${JSON.stringify({ before, draft, replaces })}`;
      await inForce(before);
      const { query, appliesFrom, expiresAt, ceilingPerMinute } = draft;
      const asked = { query, appliesFrom, expiresAt, ceilingPerMinute, watch: [] };
      const told = await preview({ ...asked, ...(replaces !== null && { replaces }) });
      const others = before.filter(({ id }) => id !== replaces);
      await inForce(others);
      const without = await hiddenNow();
      const made: Expectation = { ...draft, mode: "hide", watch: [], known: NOTHING_KNOWN };
      await inForce([...others, { ...made, id: replaces ?? "made", revokedAt: null }]);
      const then = await hiddenNow();
      expect(told.day.drops, clue).toBe(then.hidden - without.hidden);
      expect(told.day.attempts, clue).toBe(then.attempts - without.attempts);
      const changed = [...then.byGroup.values()].filter(
        ({ id, expected }) => expected !== without.byGroup.get(id)?.expected,
      );
      expect(told.groupCount, clue).toBe(changed.length);
      for (const { group, drops: hidden, hides } of told.groups) {
        const after = then.byGroup.get(group.id);
        expect(hidden, clue).toBe(
          (after?.expected ?? 0) - (without.byGroup.get(group.id)?.expected ?? 0),
        );
        expect(hides, clue).toBe(after?.state === "expected" ? "whole" : "part");
      }
      expect(told.timeline.reduce((sum, one) => sum + one, 0)).toBe(told.day.attempts);
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  });

  it("tells what it hides beyond what it is made from, and what that never had", async () => {
    await inForce([]);
    const basis = "verdict:AUDIT";
    const told = await preview({ query: "port:0..65535 -tag:x", expiresAt: null, basis });
    const audited = drops.filter((drop) => matchesQuery(queryOf(basis), drop));
    const extra = told.groups.filter((group) => group.extra);
    expect(audited.length).toBeGreaterThan(0);
    expect(extra.length).toBeGreaterThan(0);
    const dropped = drops.filter(({ series }) => series.verdict === "DROPPED");
    const groups = new Set(dropped.filter(({ series }) => isAsked(series)).map(groupOf));
    expect(new Set(extra.map(({ group }) => group.id))).toEqual(groups);
    expect(told.groups.slice(0, extra.length)).toEqual(extra);
    expect(told.warnings.join()).toMatch(/drops of a verdict .*: DROPPED/);
  });

  it("refuses what matches everything, and what cannot be read", async () => {
    await inForce([]);
    expect((await preview({ query: "", expiresAt: null })).refused).toMatch(/every drop/);
    const unread = await preview({ query: "port:many", expiresAt: null });
    expect(unread.refused).not.toBeNull();
    expect(unread.day.drops).toBe(0);
  });

  it("names those that hide the same, and does not count it again", async () => {
    const first = sampleExpectation({ query: "verdict:AUDIT", ...EVER, id: "first" });
    await inForce([first]);
    const told = await preview({ query: "verdict:AUDIT", expiresAt: null });
    expect(told.day).toEqual({ drops: 0, attempts: 0, series: 0 });
    const audited = drops.filter((drop) => drop.series.verdict === "AUDIT");
    const sum = audited.reduce((total, { count }) => total + count, 0);
    expect(told.overlaps).toEqual([
      { id: "first", query: first.query, reason: first.reason, drops: sum },
    ]);
  });
});

const isAsked = ({ port, tags }: Drop["series"]) => port <= 65_535 && !tags.includes("x");
const groupOf = ({ series }: Drop) => series.group;
const EVER = { appliesFrom: "1970-01-01T00:00:00Z", expiresAt: null };
