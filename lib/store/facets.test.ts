import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { FACET_FIELDS, type FacetField, VALUE_FIELDS } from "@/lib/drops/view";
import { arbitraryDrops, arbitraryQuery } from "@/lib/query/arbitraries";
import { termOf } from "@/lib/query/edit";
import { formatQuery } from "@/lib/query/format";
import { foldCase } from "@/lib/query/glob";
import { compileQuery } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import type { Query } from "@/lib/query/query";
import { splitOwn } from "./facet-list";
import { openStore, type Store } from "./store";

/** Set FACET_SEED to run a failed case again. */
const SEED = Number(process.env.FACET_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RANGE = { fromMs: 1_780_000_000_000, toMs: 1_800_000_000_000 };
const ALL = { ...RANGE, prefix: "", limit: 10_000 };

let dataDir: string;
let store: Store;
let drops: Drop[];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-facets-"));
  store = await openStore({ dataDir });
  drops = fc.sample(arbitraryDrops(120, 240), { numRuns: 1, seed: SEED }).flat();
  await store.insertDrops(drops);
});

afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.query;
}

type Sum = { drops: number; attempts: number };

function sumOf(some: readonly Drop[]): Sum {
  const sum = { drops: 0, attempts: 0 };
  for (const { count, attempt } of some) {
    sum.drops += count;
    sum.attempts += attempt;
  }
  return sum;
}

const bothEnds = (of: (drop: Drop, end: "source" | "destination") => readonly string[]) => ({
  either: (drop: Drop) => [...of(drop, "source"), ...of(drop, "destination")],
  src: (drop: Drop) => of(drop, "source"),
  dst: (drop: Drop) => of(drop, "destination"),
});
const pods = bothEnds((drop, end) => [drop[`${end}Pod`]]);
const addresses = bothEnds((drop, end) => [drop[`${end}Ip`]]);
const identities = bothEnds((drop, end) => [String(drop[`${end}Identity`])]);
const labels = bothEnds(({ series }, end) =>
  series[end].labels.length === 0 ? [""] : series[end].labels,
);

/** Fields whose query means more than the value itself, so that they are counted by hand. */
const BY_HAND: Partial<Record<FacetField, (drop: Drop) => readonly string[]>> = {
  node: ({ node }) => [node],
  source: ({ origin }) => [origin],
  l7: ({ series }) => [series.l7],
  pod: pods.either,
  "src.pod": pods.src,
  "dst.pod": pods.dst,
  ip: addresses.either,
  "src.ip": addresses.src,
  "dst.ip": addresses.dst,
  identity: identities.either,
  "src.identity": identities.src,
  "dst.identity": identities.dst,
  label: labels.either,
  "src.label": labels.src,
  "dst.label": labels.dst,
};

/** Names with slashes of their own, which Kubernetes does not have, read as other paths. */
const isPlainName = (value: string) => value.split("/").length <= 2;

function countByHand(field: FacetField, value: string, some: readonly Drop[]): Sum {
  const valuesOf = BY_HAND[field];
  if (valuesOf !== undefined) return sumOf(some.filter((drop) => valuesOf(drop).includes(value)));
  const matcher = compileQuery({ terms: [termOf(field, [value])] });
  return sumOf(some.filter((drop) => matcher.drop(drop)));
}

/** Drops may lack these altogether: tags that were not exported, policies of a default deny. */
const MAY_LACK = new Set<FacetField>(["tag", "policy.ns", "policy.kind"]);

describe("facets", () => {
  it.each(VALUE_FIELDS)("of %s count what the drops have", { timeout: 60_000 }, async (field) => {
    await fc.assert(
      fc.asyncProperty(arbitraryQuery, async (query) => {
        const clue = `FACET_SEED=${SEED}: ${field} under ${formatQuery(query)}`;
        const matcher = compileQuery(splitOwn(query, field).others);
        const under = drops.filter((drop) => matcher.drop(drop));
        const [facet] = await store.facets({ ...ALL, query, fields: [field] });
        const values = facet?.values ?? [];
        expect(facet?.more).toBe(0);
        expect(new Set(values.map(({ value }) => value)).size, clue).toBe(values.length);
        for (const { value, drops: count, attempts, selected } of values) {
          if (selected !== null && BY_HAND[field] !== undefined) continue;
          if (!isPlainName(value)) continue;
          const expected = countByHand(field, value, under);
          expect({ drops: count, attempts }, `${clue} ${value}`).toEqual(expected);
        }
        const least = values.reduce((sum, { drops: count }) => sum + count, 0);
        if (!MAY_LACK.has(field)) expect(least, clue).toBeGreaterThanOrEqual(sumOf(under).drops);
      }),
      { numRuns: 15, seed: SEED },
    );
  });

  it("of several fields are those of each, in the order asked for", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryQuery, async (query) => {
        const together = await store.facets({ ...ALL, query, fields: FACET_FIELDS });
        expect(together.map(({ field }) => field)).toEqual(FACET_FIELDS);
        for (const [at, field] of FACET_FIELDS.entries()) {
          const [alone] = await store.facets({ ...ALL, query, fields: [field] });
          expect(together[at], `FACET_SEED=${SEED}: ${formatQuery(query)}`).toEqual(alone);
        }
      }),
      { numRuns: 5, seed: SEED },
    );
  });

  it.each(["src.ns", "dst.pod"] as const)(
    "of %s list the first and count the others",
    async (field) => {
      const [whole] = await store.facets({ ...ALL, query: { terms: [] }, fields: [field] });
      const [short] = await store.facets({
        ...ALL,
        limit: 3,
        query: { terms: [] },
        fields: [field],
      });
      expect(short?.values).toEqual(whole?.values.slice(0, 3));
      expect(short?.more).toBe((whole?.values.length ?? 0) - 3);
    },
  );

  it.each(["src.workload", "src.pod", "node"] as const)(
    "of %s hold the text looked for, in any case",
    async (field) => {
      const query = { terms: [] };
      const [whole] = await store.facets({ ...ALL, query, fields: [field] });
      const [found] = await store.facets({ ...ALL, query, fields: [field], prefix: "wEb" });
      const wanted = whole?.values.filter(({ value }) => foldCase(value).includes("web"));
      expect(wanted).not.toHaveLength(0);
      expect(found?.values).toEqual(wanted);
    },
  );

  it.each(["src.ns", "tag", "src.pod", "node"] as const)(
    "of %s keep the values that the query names, at nothing if nothing has them",
    async (field) => {
      const query = queryOf(`${field}:web,no-such -${field}:other port:443`);
      const [facet] = await store.facets({ ...ALL, limit: 1, query, fields: [field] });
      const named = new Map(facet?.values.map((one) => [one.value, one]));
      expect(named.get("no-such")).toMatchObject({ drops: 0, attempts: 0, selected: "include" });
      expect(named.get("other")).toMatchObject({ drops: 0, selected: "exclude" });
      expect(named.get("web")).toMatchObject({ selected: "include" });
    },
  );

  it("count a value named in another way as the query means it", async () => {
    const asked = queryOf("policy:deny-web src.ip:10.0.0.0/8");
    const facets = await store.facets({ ...ALL, query: asked, fields: ["policy", "src.ip"] });
    const told = facets.map(({ field, values }) =>
      values.find(({ value }) => value === (field === "policy" ? "deny-web" : "10.0.0.0/8")),
    );
    const byTerm = asked.terms.map((term, at) => {
      const other = asked.terms.filter((_, index) => index !== at);
      const matcher = compileQuery({ terms: [...other, term] });
      return sumOf(drops.filter((drop) => matcher.drop(drop)));
    });
    expect(told[0]).toMatchObject({ ...byTerm[0], selected: "include" });
    expect(told[1]).toMatchObject({ ...byTerm[1], selected: "include" });
  });

  it("call a reason by its text", async () => {
    const [facet] = await store.facets({ ...ALL, query: queryOf(""), fields: ["reason"] });
    expect(facet?.values.find(({ value }) => value === "POLICY_DENIED")?.label).toBe(
      "Policy denied",
    );
  });
});
